// What a question's resolution has spent of its budget, told and counted when it is over.
#pragma once

#include <array>
#include <string_view>

#include "iterator/walk_context.h"

namespace godwit::iterator {

// What of each limit is spent, in the order of the names that metrics have for them.
inline constexpr std::array<std::string_view, budget_count> budget_names = {
    "queries",
    "octets",
    "steps",
    "failed-address-lookups",
    "signature-checks",
    "signature-time",
    "failed-checks",
    "nsec3-hash-blocks",
    "time"};
inline constexpr std::array<std::string_view, limit_count> limit_names = {
    "records-per-rrset",      "records-per-response", "queries", "octets", "time", "steps",
    "failed-address-lookups", "validation",           "depth"};

[[nodiscard]] trace::Spent spent_by(const WalkContext& walk) noexcept;

// Counts of which budgets more than half, and more than 80 in a hundred, are spent. `took`: the
// time since the resolution began.
void count_near_misses(const WalkContext& walk, Duration took) noexcept;
// Counts the limit that has ended a resolution, if one has.
void count_limit(ResolverCounters& counters, ResolveError error) noexcept;

}  // namespace godwit::iterator
