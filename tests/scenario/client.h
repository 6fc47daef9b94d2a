// A client of the resolver under test: octets in, octets out, through the code that the daemon puts
// between sockets and resolver, so that flags, refusals and minimal answers are the daemon's own.
// One thread.
#pragma once

#include <deque>
#include <functional>

#include "daemon/client_request.h"
#include "tests/sim/message.h"
#include "tests/sim/subject.h"

namespace godwit::scenario {

class ScenarioClient {
 public:
  ScenarioClient(sim::Simulation& simulation, sim::Subject& subject);

  // Sends a query; the answer may be there at once.
  void send(wire::Bytes query);
  // The oldest answer that has come in and that `wanted` picks. A query that the resolver drops has
  // none.
  using Wanted = std::function<bool(const sim::Octets&)>;
  [[nodiscard]] std::optional<sim::Octets> take_answer(const Wanted& wanted);

 private:
  struct Waiting {
    daemon::RequestContext context;
    const sim::Asked* asked;
  };
  void collect();
  void keep(wire::Bytes answer) { answers_.emplace_back(answer.begin(), answer.end()); }

  sim::Simulation& simulation_;
  sim::Subject& subject_;
  daemon::ClientRequests requests_;
  std::deque<Waiting> waiting_;
  std::deque<sim::Octets> answers_;
  sim::Octets buffer_;
};

}  // namespace godwit::scenario
