#include "iterator/spending.h"

#include <algorithm>
#include <limits>

namespace godwit::iterator {
namespace {

std::uint32_t to_u32(std::uint64_t value) noexcept {
  return static_cast<std::uint32_t>(
      std::min<std::uint64_t>(value, std::numeric_limits<std::uint32_t>::max()));
}

std::uint32_t milliseconds_of(Duration time) noexcept {
  const auto whole = std::chrono::floor<std::chrono::milliseconds>(time).count();
  return whole < 0 ? 0 : to_u32(static_cast<std::uint64_t>(whole));
}

}  // namespace

trace::Spent spent_by(const WalkContext& walk) noexcept {
  const Budget& budget = walk.budget;
  const Limits& limits = budget.limits();
  const dnssec::ValidationBudget& validation = walk.validation;
  const dnssec::ValidationLimits& work = validation.limits();
  trace::Spent spent;
  spent.packets = {budget.packets_spent(), limits.upstream_packets};
  spent.octets = {to_u32(budget.octets_spent()), limits.upstream_octets};
  spent.steps = {budget.steps_spent(), limits.steps};
  spent.failed_address_lookups = {budget.failed_address_lookups(), limits.failed_address_lookups};
  spent.signature_checks = {validation.checks_spent(), work.signature_checks};
  spent.signature_microseconds = {validation.microseconds_spent(), work.signature_microseconds};
  spent.failed_checks = {validation.failed_checks(), work.failed_checks};
  spent.nsec3_hash_blocks = {to_u32(validation.hash_blocks_spent()), work.nsec3_hash_blocks};
  return spent;
}

void count_near_misses(const WalkContext& walk, Duration took) noexcept {
  const trace::Spent spent = spent_by(walk);
  const trace::OfLimit time{milliseconds_of(took),
                            milliseconds_of(walk.budget.limits().resolution_time)};
  const std::array<trace::OfLimit, budget_count> all = {spent.packets,
                                                        spent.octets,
                                                        spent.steps,
                                                        spent.failed_address_lookups,
                                                        spent.signature_checks,
                                                        spent.signature_microseconds,
                                                        spent.failed_checks,
                                                        spent.nsec3_hash_blocks,
                                                        time};
  for (std::size_t i = 0; i < budget_count; ++i) {
    const auto [used, limit] = all[i];
    if (std::uint64_t{used} * 2 > limit)
      walk.counters.over_half[i].fetch_add(1, std::memory_order_relaxed);
    if (std::uint64_t{used} * 5 > std::uint64_t{limit} * 4)
      walk.counters.over_four_fifths[i].fetch_add(1, std::memory_order_relaxed);
  }
}

void count_limit(ResolverCounters& counters, ResolveError error) noexcept {
  // In the order of limit_names; these follow each other in the enumeration.
  std::size_t which = limit_count;
  if (error == ResolveError::set_too_large) which = 0;
  if (error == ResolveError::too_many_records) which = 1;
  if (is_limit(error))
    which = 2 + static_cast<std::size_t>(error) -
            static_cast<std::size_t>(ResolveError::out_of_packets);
  if (which == limit_count) return;
  counters.limits_met.fetch_add(1, std::memory_order_relaxed);
  counters.limits_by_name[which].fetch_add(1, std::memory_order_relaxed);
}

}  // namespace godwit::iterator
