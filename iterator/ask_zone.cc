#include "iterator/ask_zone.h"

#include <algorithm>
#include <array>

#include "iterator/cached_answer.h"
#include "iterator/patience.h"
#include "iterator/read_exchange.h"
#include "iterator/report.h"
#include "iterator/server_choice.h"

namespace godwit::iterator {

namespace {

// Limits of whoever led; they say nothing about the zone to those who waited.
bool is_leaders_own(ResolveError error) noexcept {
  switch (error) {
    case ResolveError::out_of_packets:
    case ResolveError::out_of_octets:
    case ResolveError::out_of_time:
    case ResolveError::cancelled:
      return true;
    default:
      return false;
  }
}

// One server, until it has answered or had its chance. Sends are counted in `candidate`.
Task<ResponsePtr> ask_server(WalkContext& walk, const AskedQuestion& asked,
                             ServerCandidate& candidate, const ServerChoice& choice) {
  cache::ServerState state = choice.state;
  if (candidate.needs_edns) state.edns = cache::EdnsAbility::unknown;
  SendPlan plan =
      first_plan(state, *walk.options, client_cookie(walk, candidate.server), candidate.sends);
  ResponsePtr last = failed_response(ResolveError::no_reachable_servers);
  while (candidate.sends < walk.options->limits.sends_per_server) {
    if (!walk.budget.spend_packet()) co_return failed_response(ResolveError::out_of_packets);
    ++candidate.sends;
    UpstreamRequest request =
        make_request(candidate.server, plan, asked, *walk.options, walk.seams.entropy);
    Wait wait;
    wait.state = state;
    wait.transport = plan.transport;
    wait.alternative = choice.alternative;
    wait.is_first = candidate.sends == 1;
    wait.is_last = candidate.sends == walk.options->limits.sends_per_server;
    wait.now = walk.now();
    wait.ends = walk.budget.ends();
    request.deadline = wait.now + patience(wait, walk.caches().servers);
    report_send(walk, request, plan);
    const Transport transport = plan.transport;
    Exchange exchange = co_await walk.seams.upstream.exchange(std::move(request));
    walk.counters.exchanged(transport, exchange);
    if (exchange.outcome == ExchangeOutcome::answered) candidate.heard = true;
    restore_case(exchange.response, asked.name);
    ExchangeReading reading = read_exchange(walk, asked, candidate, state, plan, exchange);
    last = reading.response;
    if (is_usable(last->kind) || last->error == ResolveError::out_of_octets) co_return last;
    std::optional<SendPlan> next = reading.next;
    if (next && candidate.needs_edns && !next->edns) next.reset();
    if (!next) {
      // A TCP connection that failed is not tried twice for one question.
      const bool lost_datagram =
          exchange.outcome != ExchangeOutcome::answered && transport == Transport::udp;
      if (!lost_datagram) candidate.excluded = true;
      co_return last;
    }
    plan = *next;
    if (!walk.budget.has_time(walk.now())) co_return failed_response(ResolveError::out_of_time);
  }
  candidate.excluded = true;
  co_return last;
}

Task<ResponsePtr> ask_servers(WalkContext& walk, const AskedQuestion& asked,
                              std::vector<ServerCandidate>& candidates, std::uint32_t sends_max) {
  ResolveError reason = ResolveError::none;
  ResponsePtr fallback;
  for (;;) {
    const ResolveError lacking = walk.exhausted();
    if (lacking != ResolveError::none) {
      reason = lacking;
      break;
    }
    const std::optional<ServerChoice> choice =
        choose_server(candidates, walk.caches().servers, sends_max, walk.now(), walk.seams.entropy);
    if (!choice) break;
    report_choice(walk, candidates, *choice);
    ServerCandidate& candidate = candidates[choice->index];
    ResponsePtr response = co_await ask_server(walk, asked, candidate, *choice);
    if (is_usable(response->kind)) {
      if (!response->last_resort) co_return response;
      fallback = response;
      candidate.excluded = true;
      continue;
    }
    if (is_leaders_own(response->error)) {
      reason = response->error;
      break;
    }
    reason = graver(reason, response->error);
    candidate.too_large = is_too_large(response->error);
    if (agree_that_it_is_too_large(candidates)) break;
  }
  if (fallback) co_return fallback;
  if (reason == ResolveError::none) reason = ResolveError::servers_lame;
  co_return failed_response(reason);
}

// The servers of an asking that brought nothing: each has had its chance, also those that nobody
// would send to.
std::shared_ptr<const Asking> sum_up(ResponsePtr response, std::vector<ServerCandidate>& candidates,
                                     std::uint32_t sends_max) {
  auto asking = std::make_shared<Asking>(std::move(response));
  if (asking->is_settled()) return asking;
  for (ServerCandidate& candidate : candidates) {
    candidate.sends =
        static_cast<std::uint8_t>(std::max<std::uint32_t>(candidate.sends, sends_max));
    asking->servers.push_back({candidate.server, candidate.sends, candidate.heard,
                               candidate.excluded, candidate.too_large});
  }
  return asking;
}

// What another resolution has asked in vain is not asked again, and no more than that is spared.
void go_on_from(const Asking& asking, std::vector<ServerCandidate>& candidates) {
  for (const Asking::Fared& fared : asking.servers)
    for (ServerCandidate& candidate : candidates) {
      if (candidate.server != fared.server) continue;
      candidate.sends = std::max(candidate.sends, fared.sends);
      candidate.heard = candidate.heard || fared.heard;
      candidate.excluded = candidate.excluded || fared.excluded;
      candidate.too_large = candidate.too_large || fared.too_large;
    }
}

}  // namespace

void restore_case(std::vector<std::uint8_t>& response, const wire::Name& name) {
  if (response.size() < wire::header_octets + name.size()) return;
  const auto question = wire::MutableBytes(response).subspan(wire::header_octets, name.size());
  if (wire::equal_ignoring_case(question, name.wire()))
    std::ranges::copy(name.wire(), question.begin());
}

void remember_data(WalkContext& walk, const Judged& judged) {
  const Response& response = *judged.response;
  for (std::size_t i = 0; i < response.answer.size(); ++i) {
    const wire::RRsetPtr& set = response.answer[i];
    walk.caches().rrsets.store(set, {response.trust_of(i), judged.of_set(i)}, walk.now(),
                               response.server.address);
    if (response.proofs.empty() || !is_from_wildcard(*set)) continue;
    cache::Evidence evidence = judged.evidence();
    evidence.security = cache::worse(judged.denial, judged.of_set(i));
    walk.caches().negatives.store_no_closer_match(set->owner(), walk.now(), evidence);
  }
}

ResponsePtr failed_response(ResolveError error) {
  // They never change and are made often, only to be replaced: one of each for a thread.
  thread_local std::array<ResponsePtr, static_cast<std::size_t>(ResolveError::internal) + 1> made;
  ResponsePtr& one = made.at(static_cast<std::size_t>(error));
  if (!one) {
    auto response = std::make_shared<Response>();
    response->error = error;
    one = std::move(response);
  }
  return one;
}

Task<ResponsePtr> ask_zone(WalkContext& walk, AskedQuestion asked, ZoneMode mode,
                           std::vector<ServerCandidate>& candidates, std::uint32_t sends_max) {
  // What may be outstanding once only, whichever zone it is asked for: one server may serve several
  // (RFC 5452 §5).
  const FlightKey key(walk.shared.hash, asked.name, asked.type);
  const ZoneAsked zone{asked.cut, mode};
  Askings::Entered entered = walk.shared.asks.enter(key, zone);
  while (!entered.leads) {
    if (walk.trace) walk.trace->on(trace::Joined{asked.name, asked.type, trace::Flight::query});
    std::shared_ptr<const Asking> asking = co_await walk.shared.asks.wait(
        entered.flight, walk.seams.mailbox, walk.seams.timers, walk.budget.ends());
    const bool is_for_us =
        entered.wants_the_same && asking && !is_leaders_own(asking->response->error);
    if (is_for_us) {
      go_on_from(*asking, candidates);
      co_return asking->response;
    }
    const ResolveError lacking = walk.exhausted();
    if (lacking != ResolveError::none) co_return failed_response(lacking);
    if (!walk.budget.spend_step()) co_return failed_response(ResolveError::out_of_steps);
    entered = walk.shared.asks.enter(key, zone);
  }
  // The flight is held while servers are asked and no longer. Nothing in there waits for another
  // flight, so that no two can wait for each other, and each send has its deadline.
  FlightGuard<Askings> guard(walk.shared.asks, entered.flight);
  ResponsePtr response = co_await ask_servers(walk, asked, candidates, sends_max);
  guard.finish(sum_up(response, candidates, sends_max));
  co_return response;
}

}  // namespace godwit::iterator
