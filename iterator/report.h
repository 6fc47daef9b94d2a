// Tells the trace what takes more than a line to tell: which delegation is used, who a zone's
// servers are, why one was chosen, what was judged, what is spent. Without a listener each costs
// one branch.
#pragma once

#include "iterator/server_choice.h"
#include "iterator/walk_context.h"

namespace godwit::iterator {

// Where a walk begins.
void report_delegation(const WalkContext& walk, const ZoneServers& zone);
// The zone's servers that may be asked: to those who want all of them, or `is_failing`: to
// everybody else, because none of them does. And to all, where nobody may be asked, who they are.
void report_servers(const WalkContext& walk, const ZoneServers& zone,
                    const std::vector<ServerCandidate>& candidates, bool is_failing);
// One of them, to those who do not want all: what it said is not believed.
void report_server(const WalkContext& walk, const ZoneServers& zone, const wire::Endpoint& server);
// The server that is asked next; to those who want all of them, also why not the others.
void report_choice(const WalkContext& walk, const std::vector<ServerCandidate>& candidates,
                   const ServerChoice& choice);
void report_trust(const WalkContext& walk, const dnssec::ZoneTrust& trust, bool was_known);
// A set that is not secure, but believed; and one that is, with the key that has signed it.
void report_set(const WalkContext& walk, const wire::RRset& set, cache::Security security);
void report_signed_set(const WalkContext& walk, const wire::RRset& set, std::uint16_t key_tag,
                       const wire::Name& zone);
// Nothing when the denial is not `good`: that is told as what is disbelieved.
void report_denial(const WalkContext& walk, const wire::Name& name, cache::Security security,
                   bool good);
void report_spent(const WalkContext& walk);

}  // namespace godwit::iterator
