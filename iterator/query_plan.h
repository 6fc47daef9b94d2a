// How one server is asked: transport, EDNS, cookie, and what a response changes in that. Pure, but
// for the entropy that ids and letter case are made of. RFC 6891 §6.2.2, RFC 7766 §5, RFC 7873
// §5.3, RFC 5452 §4.5.
#pragma once

#include <optional>

#include "cache/server_table.h"
#include "iterator/classify.h"
#include "iterator/resolver_options.h"
#include "iterator/seams.h"

namespace godwit::iterator {

// The way the next query to this server goes out.
struct SendPlan {
  Transport transport = Transport::udp;
  bool edns = true;
  std::optional<wire::Cookie> cookie;
  bool cookie_required = false;  // the server has proven that it does cookies
  // What has happened to this question at this server already.
  bool near_miss_met = false;
  std::uint8_t bad_cookies_met = 0;
  bool format_error_met = false;
};

// The first plan, from what is known of the server. `udp_losses` of this question go to TCP at two.
[[nodiscard]] SendPlan first_plan(
    const cache::ServerState& state, const ResolverOptions& options,
    const std::array<std::uint8_t, wire::cookie_client_octets>& client_cookie,
    std::uint8_t udp_losses);

// The plan to send by again to the same server, after an exchange that brought nothing usable;
// empty: it has had its chance. `response` is there when the exchange was answered, with its kind.
[[nodiscard]] std::optional<SendPlan> next_plan(const SendPlan& plan, ExchangeOutcome outcome,
                                                const ParsedResponse* response, ResponseKind kind);

// The complete request: octets with a fresh id and, where wanted, fresh letter case (0x20), and
// what must come back.
[[nodiscard]] UpstreamRequest make_request(const wire::Endpoint& server, const SendPlan& plan,
                                           const AskedQuestion& asked,
                                           const ResolverOptions& options, Entropy& entropy);

}  // namespace godwit::iterator
