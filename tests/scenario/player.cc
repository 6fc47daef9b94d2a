#include "tests/scenario/player.h"

#include <fstream>
#include <iterator>

#include "tests/scenario/client.h"
#include "tests/scenario/entry_match.h"
#include "tests/scenario/setup.h"
#include "wire/name_text.h"
#include "wire/rdata_text.h"

namespace godwit::scenario {
namespace {

using iterator::Transport;

// Longer than any resolution may take, with the timeout of its last packet.
constexpr sim::Duration patience = sim::seconds(10);

std::string to_text(const sim::Arrival& arrival) {
  const auto query = sim::decode(arrival.query);
  std::string text = arrival.transport == Transport::tcp ? "tcp " : "udp ";
  text += arrival.server.to_text();
  if (query && query->question)
    text += " " + wire::to_text(query->question->name) + " " + wire::to_text(query->question->type);
  return text;
}

class Player {
 public:
  Player(const Scenario& scenario, const TraceLine& trace)
      : scenario_(scenario),
        trace_(trace),
        setup_(setup_of(scenario)),
        simulation_(setup_.wall),
        network_(simulation_),
        subject_(simulation_, network_, subject_options()),
        client_(simulation_, subject_) {
    network_.attach_everywhere_else(std::make_shared<sim::ScriptedServer>(
        [this](const sim::Arrival& arrival) { return serve(arrival); }));
    if (trace_) subject_.set_trace(trace_);
  }

  Played play() {
    Played played;
    played.ignored_settings = setup_.ignored;
    for (const Step& step : scenario_.steps) {
      step_ = step.number;
      if (trace_) trace_("step " + std::to_string(step.number));
      const std::string failure = take(step);
      if (!failure.empty()) {
        played.failure = "step " + std::to_string(step.number) + " (line " +
                         std::to_string(step.line) + "): " + failure;
        break;
      }
    }
    if (played.failure.empty()) played.failure = over_the_limit();
    played.packets = static_cast<std::uint32_t>(network_.queries_sent());
    played.passed = played.failure.empty();
    return played;
  }

 private:
  sim::SubjectOptions subject_options() {
    sim::SubjectOptions options;
    options.resolver = setup_.resolver;
    return options;
  }

  std::string take(const Step& step) {
    switch (step.kind) {
      case StepKind::query:
        return query(*step.entry);
      case StepKind::check_answer:
        return check_answer(*step.entry);
      case StepKind::check_out_query:
        return check_out_query(*step.entry);
      case StepKind::reply:
        return reply(*step.entry);
      case StepKind::timeout:
        return time_out();
      case StepKind::time_passes:
        simulation_.pass(std::chrono::duration_cast<sim::Duration>(
            std::chrono::duration<double>(step.elapse_seconds)));
        return {};
      case StepKind::traffic:
      case StepKind::nothing:
        break;
    }
    happen_at_once();
    return {};
  }

  void happen_at_once() { simulation_.run(simulation_.now()); }

  std::string query(const Entry& entry) {
    sim::Message message = entry.message;
    message.header.id = static_cast<std::uint16_t>(step_);
    client_.send(entry.raw ? *entry.raw : sim::encode(message));
    happen_at_once();
    return {};
  }

  std::string check_answer(const Entry& expected) {
    const auto to_the_question = [&](const sim::Octets& octets) {
      const auto answer = sim::decode(octets);
      return answer && is_same_question(expected, *answer);
    };
    std::optional<sim::Octets> octets;
    simulation_.run_until(
        [&] { return (octets = client_.take_answer(to_the_question)).has_value(); },
        simulation_.now() + patience);
    if (!octets) octets = client_.take_answer([](const sim::Octets&) { return true; });
    if (!octets) return "no answer";
    const auto answer = sim::decode(*octets);
    if (!answer) return "the answer cannot be read";
    if (trace_) trace_("answer: " + answer->to_text());
    if (trace_) trace_reasons();
    const auto why = difference(expected, *answer);
    if (!why) return {};
    return *why + "\n--- expected: " + expected.message.to_text() +
           "\n--- answer: " + answer->to_text();
  }

  void trace_reasons() const {
    if (subject_.asked().empty() || !subject_.asked().back().done()) return;
    for (const iterator::AnswerError& error : subject_.asked().back().answer->errors)
      trace_("because: " + error.text);
  }

  // Looks at the queries after the one that was checked last.
  bool find_out_query(const Entry& expected) {
    const auto& log = network_.log();
    for (std::size_t i = checked_; i < log.size(); ++i) {
      const auto query = sim::decode(log[i].query);
      if (!query || !matches_query(expected, *query, log[i].transport)) continue;
      checked_ = i + 1;
      return true;
    }
    return false;
  }

  // Whether the step asks for what is each resolver's choice.
  bool is_no_check(const Entry& expected) const {
    if (!scenario_.setting("stub-addr").empty()) return true;
    const auto& probe = expected.message.question;
    const bool minimises = setup_.resolver->minimisation != iterator::Minimisation::off;
    if (!minimises || !probe || subject_.asked().empty()) return false;
    const iterator::Question& question = subject_.asked().back().question;
    return question.name == probe->name && question.type != probe->type;
  }

  std::string check_out_query(const Entry& expected) {
    if (is_no_check(expected)) return {};
    const bool found = simulation_.run_until([&] { return find_out_query(expected); },
                                             simulation_.now() + patience);
    return found ? "" : "no such query to a server: " + expected.message.to_text();
  }

  std::string reply(const Entry& entry) {
    const auto wanted = [&](const sim::Arrival& arrival) {
      const auto query = sim::decode(arrival.query);
      return query && matches_query(entry, *query, arrival.transport);
    };
    const auto make = [&](const sim::Arrival& arrival) {
      return reply_by(entry, *sim::decode(arrival.query));
    };
    const bool delivered = simulation_.run_until([&] { return network_.deliver_to(wanted, make); },
                                                 simulation_.now() + patience);
    happen_at_once();
    return delivered ? "" : "no query waits for this reply: " + entry.message.to_text();
  }

  std::string time_out() {
    if (const auto deadline = network_.earliest_deadline()) simulation_.run(*deadline);
    return {};
  }

  std::vector<sim::Reply> serve(const sim::Arrival& arrival) {
    if (trace_) trace_("  > " + to_text(arrival));
    const auto query = sim::decode(arrival.query);
    const Entry* entry = query ? find_entry(arrival, *query) : nullptr;
    if (entry == nullptr || entry->drop) return {};
    return {sim::Reply(sim::Duration{}, reply_by(*entry, *query))};
  }

  const Entry* find_entry(const sim::Arrival& arrival, const sim::Message& query) const {
    for (const Range& range : scenario_.ranges) {
      const bool active = range.first <= step_ && step_ <= range.last;
      const bool here =
          range.addresses.empty() || std::find(range.addresses.begin(), range.addresses.end(),
                                               arrival.server.address) != range.addresses.end();
      if (!active || !here) continue;
      for (const Entry& entry : range.entries)
        if (matches_query(entry, query, arrival.transport)) return &entry;
    }
    return nullptr;
  }

  std::string over_the_limit() const {
    for (const sim::Asked& asked : subject_.asked())
      if (asked.packets > setup_.resolver->limits.upstream_packets)
        return std::to_string(asked.packets) + " packets for one question";
    return {};
  }

  const Scenario& scenario_;
  const TraceLine& trace_;
  ResolverSetup setup_;
  sim::Simulation simulation_;
  sim::Network network_;
  sim::Subject subject_;
  ScenarioClient client_;
  unsigned step_ = 0;
  std::size_t checked_ = 0;
};

}  // namespace

Played play(const Scenario& scenario, const TraceLine& trace) {
  return Player(scenario, trace).play();
}

Played play_file(const std::string& path, const TraceLine& trace) {
  std::ifstream file(path, std::ios::binary);
  Played failed;
  if (!file) {
    failed.failure = "cannot read " + path;
    return failed;
  }
  const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  const Parsed parsed = parse_rpl(text);
  if (parsed.scenario) return play(*parsed.scenario, trace);
  failed.failure = "line " + std::to_string(parsed.error_line) + ": " + parsed.error;
  return failed;
}

}  // namespace godwit::scenario
