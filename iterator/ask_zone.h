// Asks the servers of a zone one question until one of them says something that the walk can use.
// Everyone who needs the same from the same zone, on any worker, shares one asking; who needs it
// from another zone waits until that is over. RFC 1034 §5.3.3 step 3, RFC 5452 §5, RFC 9520 §3.1.
#pragma once

#include <vector>

#include "iterator/judge.h"
#include "iterator/query_plan.h"
#include "iterator/walk_context.h"
#include "iterator/zone_servers.h"

namespace godwit::iterator {

// A response that says only why there is none.
[[nodiscard]] ResponsePtr failed_response(ResolveError error);

// Puts the name as it was meant into the question of the response. Names of records point there,
// and clients need not see the letter case that only servers were asked in.
void restore_case(std::vector<std::uint8_t>& response, const wire::Name& name);

// Puts the data of a response into the caches, with what belongs to answers made from wildcards.
void remember_data(WalkContext& walk, const Judged& judged);

// Never null. What it says is the caller's to judge and to remember, who knows what it was asked
// for. Each
// candidate gets at most `sends_max` sends in all; what it got is counted in it. `walk` and
// `candidates` are the awaiting frame's.
[[nodiscard]] Task<ResponsePtr> ask_zone(WalkContext& walk, AskedQuestion asked, ZoneMode mode,
                                         std::vector<ServerCandidate>& candidates,
                                         std::uint32_t sends_max);

}  // namespace godwit::iterator
