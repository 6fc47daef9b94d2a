// What one exchange with a server means: for the question (a scrubbed response, or why there is
// none), for the next send, and for what is remembered of the server. A plain function: message
// octets never cross an await.
#pragma once

#include "iterator/query_plan.h"
#include "iterator/walk_context.h"
#include "iterator/zone_servers.h"

namespace godwit::iterator {

struct ExchangeReading {
  ResponsePtr response;          // never null
  std::optional<SendPlan> next;  // how to ask this server again, when the response is not usable
};

// Only matched responses and plain silence change the server's row; a near miss never does
// (somebody may have forged it).
[[nodiscard]] ExchangeReading read_exchange(WalkContext& walk, const AskedQuestion& asked,
                                            const ServerCandidate& candidate,
                                            const cache::ServerState& state, const SendPlan& plan,
                                            const Exchange& exchange);

// Counts a query that goes out and tells the trace.
void report_send(WalkContext& walk, const UpstreamRequest& request, const SendPlan& plan);

// The client part of our cookie for that server: a keyed function of its address, so that no two
// servers see the same one (RFC 7873 §6).
[[nodiscard]] std::array<std::uint8_t, wire::cookie_client_octets> client_cookie(
    const WalkContext& walk, const wire::Endpoint& server);

}  // namespace godwit::iterator
