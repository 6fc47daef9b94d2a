#include "tests/scenario/client.h"

#include <algorithm>

namespace godwit::scenario {
namespace {

const char* const client_address = "127.0.0.1";

std::shared_ptr<const daemon::AnswerPolicy> policy() {
  auto made = std::make_shared<daemon::AnswerPolicy>();
  made->access = daemon::AccessControl({*wire::IpPrefix::parse("127.0.0.0/8")}, {});
  return made;
}

}  // namespace

ScenarioClient::ScenarioClient(sim::Simulation& simulation, sim::Subject& subject)
    : simulation_(simulation), subject_(subject), requests_(policy(), {}), buffer_(65535) {}

void ScenarioClient::send(wire::Bytes query) {
  daemon::Client client;
  client.peer = {sim::address(client_address), 40000};
  client.over_tcp = true;  // whole answers: no scenario is about truncation towards clients
  const auto wall = std::chrono::system_clock::to_time_t(simulation_.wall());
  daemon::ReadRequest request =
      requests_.read(query, false, client, static_cast<std::uint32_t>(wall));
  switch (request.verdict) {
    case daemon::RequestVerdict::drop:
      return;
    case daemon::RequestVerdict::refuse:
      return keep(requests_.render_refusal(request.context, request.refusal, buffer_));
    case daemon::RequestVerdict::local:
      return keep(requests_.render(request.context, *request.local_answer, buffer_));
    case daemon::RequestVerdict::resolve:
      waiting_.push_back({request.context, &subject_.ask(request.context.question)});
      return;
  }
}

void ScenarioClient::collect() {
  for (auto it = waiting_.begin(); it != waiting_.end();) {
    if (!it->asked->done()) {
      ++it;
      continue;
    }
    keep(requests_.render(it->context, *it->asked->answer, buffer_));
    it = waiting_.erase(it);
  }
}

std::optional<sim::Octets> ScenarioClient::take_answer(const Wanted& wanted) {
  collect();
  const auto found = std::find_if(answers_.begin(), answers_.end(), wanted);
  if (found == answers_.end()) return std::nullopt;
  sim::Octets answer = std::move(*found);
  answers_.erase(found);
  return answer;
}

}  // namespace godwit::scenario
