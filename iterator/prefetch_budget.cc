#include "iterator/prefetch_budget.h"

#include <algorithm>

namespace godwit::iterator {

bool PrefetchBudget::reserve() noexcept {
  std::int64_t left = left_.load(std::memory_order_relaxed);
  while (left >= query)
    if (left_.compare_exchange_weak(left, left - query, std::memory_order_relaxed)) return true;
  return false;
}

void PrefetchBudget::pay_back(std::uint32_t queries, std::uint32_t cut_off,
                              std::uint32_t percent) noexcept {
  constexpr std::int64_t whole = 128;
  const std::int64_t kept = whole - std::min<std::int64_t>(cut_off, whole);
  const std::int64_t spared = std::int64_t{queries} * query * kept / whole;
  add(spared + spared * percent / 100);
}

void PrefetchBudget::add(std::int64_t thousandths) noexcept {
  std::int64_t left = left_.load(std::memory_order_relaxed);
  while (!left_.compare_exchange_weak(left, std::min(left + thousandths, most_),
                                      std::memory_order_relaxed)) {
  }
}

}  // namespace godwit::iterator
