#include "iterator/read_exchange.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "iterator/ask_zone.h"
#include "iterator/scrub.h"
#include "iterator/scrub_reasons.h"

namespace godwit::iterator {

namespace {

ResolveError error_of(ResponseKind kind) noexcept {
  switch (kind) {
    case ResponseKind::lame:
      return ResolveError::servers_lame;
    case ResponseKind::refused:
      return ResolveError::servers_refused;
    case ResponseKind::server_failure:
    case ResponseKind::format_error:
    case ResponseKind::bad_cookie:
      return ResolveError::servers_failed;
    case ResponseKind::set_too_large:
      return ResolveError::set_too_large;
    case ResponseKind::too_many_records:
      return ResolveError::too_many_records;
    default:
      return ResolveError::malformed_responses;
  }
}

void count(std::atomic<std::uint64_t>& counter, std::uint64_t by = 1) noexcept {
  counter.fetch_add(by, std::memory_order_relaxed);
}

// An exchange without a matched response. A wait that the budget cut short is no loss: else a
// question that has spent its time elsewhere could put innocent servers down.
void report_silence(WalkContext& walk, const ServerCandidate& candidate,
                    const cache::ServerState& state, const SendPlan& plan,
                    const Exchange& exchange) {
  cache::ServerTable& servers = walk.caches().servers;
  switch (exchange.outcome) {
    case ExchangeOutcome::timed_out: {
      count(walk.counters.upstream_timeouts);
      const bool waited_long_enough =
          plan.transport == Transport::udp && exchange.elapsed >= servers.timeout_of(state);
      // Over TCP a response takes two round trips.
      const Duration away =
          plan.transport == Transport::udp ? exchange.elapsed : exchange.elapsed / 2;
      if (walk.budget.has_time(walk.now()) || waited_long_enough)
        servers.report_timeout(candidate.server.address, away, walk.now());
      break;
    }
    case ExchangeOutcome::unreachable:
      servers.report_unreachable(candidate.server.address, exchange.elapsed, walk.now());
      break;
    case ExchangeOutcome::near_miss:
      count(walk.counters.near_misses);
      break;
    default:
      break;
  }
}

// Whether UDP was lost because the server takes longer than it was waited for: it took as long over
// TCP, beyond the second of the waits that double, connecting included.
bool is_slow_rather_than_lossy(const WalkContext& walk, const wire::IpAddress& address,
                               Duration took) {
  const cache::ServerTable& servers = walk.caches().servers;
  const cache::ServerState state = servers.find(address, walk.now());
  return state.timeouts_in_row > 0 && took > 2 * servers.timeout_without_losses(state);
}

// A server that has stopped doing cookies says so by a response without one. Only over TCP has
// nobody off the path said it; and an error that is said in haste proves nothing of the kind.
bool has_given_up_cookies(const SendPlan& plan, const ParsedResponse& parsed, bool usable) {
  const bool sent_one = parsed.edns && (parsed.edns->cookie || parsed.edns->cookie_malformed);
  return plan.transport == Transport::tcp && plan.cookie_required && usable && !sent_one;
}

void report_response(WalkContext& walk, const ServerCandidate& candidate,
                     const cache::ServerState& state, const SendPlan& plan,
                     const Exchange& exchange, const ParsedResponse& parsed, bool usable) {
  cache::ServerTable& servers = walk.caches().servers;
  const wire::IpAddress& address = candidate.server.address;
  if (plan.transport == Transport::udp ||
      is_slow_rather_than_lossy(walk, address, exchange.elapsed)) {
    servers.report_rtt(address, exchange.elapsed, walk.now());
  } else if (state.timeouts_in_row > 0 || candidate.sends > 1) {
    servers.report_tcp_works(address, walk.now());
  }
  if (plan.format_error_met && usable)
    servers.report_edns(address, cache::EdnsAbility::fails, walk.now());
  if (has_given_up_cookies(plan, parsed, usable))
    servers.forget_cookie(address, *plan.cookie, walk.now());
  if (!plan.edns || !parsed.edns) return;
  if (state.edns != cache::EdnsAbility::works)
    servers.report_edns(address, cache::EdnsAbility::works, walk.now());
  const std::optional<wire::Cookie>& cookie = parsed.edns->cookie;
  if (!plan.cookie || !cookie || cookie->server_size == 0) return;
  if (!std::ranges::equal(cookie->server(), plan.cookie->server()))
    servers.store_cookie(address, *cookie, walk.now());
}

// How many records of a response have owners that the zone asked has nothing to say about.
std::size_t outside_bailiwick(const ParsedResponse* parsed, const wire::Name& cut) {
  if (!parsed) return 0;
  return static_cast<std::size_t>(
      std::ranges::count_if(parsed->records, [&cut](const wire::RecordView& record) {
        return !record.owner.to_name().is_at_or_below(cut);
      }));
}

void report_reading(WalkContext& walk, const AskedQuestion& asked, const Response& response,
                    const ParsedResponse* parsed) {
  count(walk.counters.records_scrubbed, response.records_dropped);
  if (!walk.trace) return;
  const wire::Rcode rcode = parsed ? parsed->rcode : wire::Rcode::servfail;
  trace::Classified classified{response.server, response.kind, rcode, response.records_dropped};
  if (response.records_dropped > 0)
    classified.outside_bailiwick =
        std::min(outside_bailiwick(parsed, asked.cut), response.records_dropped);
  walk.trace->on(classified);
  const bool tells_each = parsed && response.records_dropped > 0 && walk.trace->wants_details();
  if (!tells_each) return;
  for (const trace::RecordDropped& dropped : dropped_records(*parsed, asked, response))
    walk.trace->on(dropped);
}

}  // namespace

std::array<std::uint8_t, wire::cookie_client_octets> client_cookie(const WalkContext& walk,
                                                                   const wire::Endpoint& server) {
  std::array<std::uint8_t, 24> input{'c', 'o', 'o', 'k', 'i', 'e'};
  const wire::Bytes address = server.address.octets();
  std::copy(address.begin(), address.end(), input.begin() + 6);
  const std::uint64_t hash = walk.shared.hash.tag(wire::Bytes(input).first(6 + address.size()));
  std::array<std::uint8_t, wire::cookie_client_octets> cookie;
  std::memcpy(cookie.data(), &hash, cookie.size());
  return cookie;
}

void report_send(WalkContext& walk, const UpstreamRequest& request, const SendPlan& plan) {
  count(walk.counters.upstream_queries);
  if (plan.transport == Transport::tcp) count(walk.counters.upstream_tcp);
  if (walk.trace)
    walk.trace->on(trace::QuerySent{request.server, request.transport, request.expected.name,
                                    request.expected.type, plan.edns,
                                    request.deadline - walk.now()});
}

ExchangeReading read_exchange(WalkContext& walk, const AskedQuestion& asked,
                              const ServerCandidate& candidate, const cache::ServerState& state,
                              const SendPlan& plan, const Exchange& exchange) {
  if (walk.trace)
    walk.trace->on(trace::QueryDone{candidate.server, exchange.outcome, exchange.elapsed,
                                    exchange.response.size()});
  ExchangeReading reading;
  if (exchange.outcome != ExchangeOutcome::answered) {
    report_silence(walk, candidate, state, plan, exchange);
    const bool stopping = exchange.outcome == ExchangeOutcome::cancelled;
    reading.response =
        failed_response(stopping ? ResolveError::cancelled : ResolveError::no_reachable_servers);
    reading.next = next_plan(plan, exchange.outcome, nullptr, ResponseKind::malformed);
    return reading;
  }
  if (!walk.budget.spend_octets(exchange.response.size())) {
    reading.response = failed_response(ResolveError::out_of_octets);
    return reading;
  }
  // A truncated message may end anywhere: its header alone says to come back over TCP (RFC 2181
  // §9).
  const wire::Result<wire::Header> header = wire::Header::parse(exchange.response);
  const bool too_many = header && announces_too_many(*header, walk.options->limits);
  const wire::Result<ParsedResponse> parsed =
      too_many ? wire::WireError::bad_count : parse_response(exchange.response);
  const bool truncated = header && header->tc;
  auto response = std::make_shared<Response>();
  if (truncated) {
    response->kind = ResponseKind::truncated;
  } else if (too_many) {
    response->kind = ResponseKind::too_many_records;
  } else if (parsed) {
    *response =
        digest(*parsed, exchange.response, asked, walk.options->limits, walk.seams.entropy.u64());
  }
  response->server = candidate.server;
  if (response->referral) response->referral->giver = candidate.server.address;
  response->without_edns = !plan.edns;
  const bool usable = is_usable(response->kind);
  if (!usable) response->error = error_of(response->kind);
  if (parsed) report_response(walk, candidate, state, plan, exchange, *parsed, usable);
  // Such a server may well serve the parent for everything else.
  const bool is_childs_word = parsed && is_childs_word_on_ds(*parsed, asked, asked.name);
  report_reading(walk, asked, *response, parsed ? &*parsed : nullptr);
  if (response->kind == ResponseKind::lame && !asked.probe && !is_childs_word)
    walk.caches().servers.report_lame(candidate.server.address, asked.cut, walk.now());
  if (!usable)
    reading.next = next_plan(plan, exchange.outcome, parsed ? &*parsed : nullptr, response->kind);
  reading.response = std::move(response);
  return reading;
}

}  // namespace godwit::iterator
