#include "iterator/query_plan.h"

#include <array>

#include "wire/message_builder.h"

namespace godwit::iterator {

namespace {

constexpr std::uint8_t udp_losses_until_tcp = 2;
constexpr std::uint8_t timeouts_until_tcp = 2;
constexpr std::size_t query_octets_max = 512;

bool is_letter(std::uint8_t c) noexcept {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

// A coin for the case of every letter (draft-vixie-dnsext-dns0x20).
void randomise_case(wire::Name& name, Entropy& entropy) {
  std::uint64_t coins = 0;
  unsigned left = 0;
  for (std::uint8_t& octet : name.mutable_wire()) {
    if (!is_letter(octet)) continue;
    if (left == 0) {
      coins = entropy.u64();
      left = 64;
    }
    octet = static_cast<std::uint8_t>((octet & ~0x20u) | (coins & 1 ? 0x20u : 0u));
    coins >>= 1;
    --left;
  }
}

}  // namespace

SendPlan first_plan(const cache::ServerState& state, const ResolverOptions& options,
                    const std::array<std::uint8_t, wire::cookie_client_octets>& client_cookie,
                    std::uint8_t udp_losses) {
  SendPlan plan;
  const bool udp_is_lossy = state.prefers_tcp && state.timeouts_in_row >= timeouts_until_tcp;
  if (udp_losses >= udp_losses_until_tcp || udp_is_lossy) plan.transport = Transport::tcp;
  plan.edns = state.edns != cache::EdnsAbility::fails;
  if (plan.edns && options.cookies) {
    plan.cookie = state.cookie.value_or(wire::Cookie{});
    plan.cookie->client = client_cookie;
    plan.cookie_required = state.cookie_proven;
  }
  return plan;
}

std::optional<SendPlan> next_plan(const SendPlan& plan, ExchangeOutcome outcome,
                                  const ParsedResponse* response, ResponseKind kind) {
  SendPlan next = plan;
  if (outcome == ExchangeOutcome::near_miss) {
    if (plan.transport == Transport::tcp) return std::nullopt;
    next.near_miss_met = true;
    next.transport = Transport::tcp;
    return next;
  }
  if (outcome != ExchangeOutcome::answered) {
    // A server without TCP, or with a firewall before it, met there because of a near miss: back to
    // UDP once, with a new id, port and case.
    const bool stopping = outcome == ExchangeOutcome::cancelled;
    const bool back_to_udp = plan.near_miss_met && plan.transport == Transport::tcp && !stopping;
    if (!back_to_udp) return std::nullopt;
    next.transport = Transport::udp;
    return next;
  }
  switch (kind) {
    case ResponseKind::truncated:
      if (plan.transport == Transport::tcp) return std::nullopt;
      next.transport = Transport::tcp;
      return next;
    case ResponseKind::format_error:
      if (!plan.edns) return std::nullopt;
      next.edns = false;
      next.cookie.reset();
      next.cookie_required = false;
      next.format_error_met = true;
      return next;
    case ResponseKind::bad_cookie:
      if (!response || !response->edns || !response->edns->cookie || plan.bad_cookies_met >= 2)
        return std::nullopt;
      next.cookie = response->edns->cookie;
      if (++next.bad_cookies_met == 2) next.transport = Transport::tcp;
      return next;
    default:
      return std::nullopt;
  }
}

UpstreamRequest make_request(const wire::Endpoint& server, const SendPlan& plan,
                             const AskedQuestion& asked, const ResolverOptions& options,
                             Entropy& entropy) {
  UpstreamRequest request;
  request.server = server;
  request.transport = plan.transport;

  ExpectedResponse& expected = request.expected;
  expected.id = entropy.u16();
  expected.name = asked.name;
  expected.type = asked.type;
  expected.exact_case = options.case_randomisation;
  if (options.case_randomisation) randomise_case(expected.name, entropy);
  if (plan.edns && plan.cookie) {
    expected.cookie = plan.cookie->client;
    expected.cookie_required = plan.cookie_required;
  }

  wire::Header header;
  header.id = expected.id;
  header.rd = asked.forwarded;
  wire::EdnsToWrite edns;
  edns.udp_payload_octets = options.edns_octets;
  edns.dnssec_ok = true;
  edns.cookie = plan.cookie;
  // Read as far as it is written.
  __attribute__((uninitialized)) std::array<std::uint8_t, query_octets_max> room;
  const wire::Bytes message =
      wire::write_query(room, header, expected.name, expected.type, plan.edns ? &edns : nullptr);
  request.message.assign(message.begin(), message.end());
  return request;
}

}  // namespace godwit::iterator
