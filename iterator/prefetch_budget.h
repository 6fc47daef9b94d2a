// What refreshes may cost: a share of the queries to servers that clients' own questions need. Kept
// exactly, in thousandths of a query; any thread.
//
// A refresh pays for its queries when they are made. When its answer is used after the old one has
// ended, it has taken the place of a client's resolution: it is paid back but for the part of the
// old life that it cut off, and earns a share as that resolution would have. So what is spent is
// what servers are asked more than without prefetching.
#pragma once

#include <atomic>
#include <cstdint>

namespace godwit::iterator {

class PrefetchBudget {
 public:
  // Begins full: `burst_queries` is what can be saved up.
  explicit PrefetchBudget(std::uint32_t burst_queries) noexcept
      : most_(std::int64_t{burst_queries} * query), left_(most_) {}

  // Clients' questions have needed that many queries; `percent` of them may be spent.
  void earn(std::uint32_t queries, std::uint32_t percent) noexcept {
    add(std::int64_t{queries} * query * percent / 100);
  }
  // Takes one query for a refresh. False: there is none.
  [[nodiscard]] bool reserve() noexcept;
  // A refresh that has reserved one query has made so many in truth. More than is left is owed.
  void settle(std::uint32_t queries) noexcept { add(query - std::int64_t{queries} * query); }
  // A refresh of so many queries was used. `cut_off`, in 128ths: of the old life, what was left.
  void pay_back(std::uint32_t queries, std::uint32_t cut_off, std::uint32_t percent) noexcept;

  // Whole queries; less than 0 when some are owed.
  [[nodiscard]] std::int64_t queries_left() const noexcept {
    return left_.load(std::memory_order_relaxed) / query;
  }

 private:
  static constexpr std::int64_t query = 1000;
  void add(std::int64_t thousandths) noexcept;

  const std::int64_t most_;
  std::atomic<std::int64_t> left_;
};

}  // namespace godwit::iterator
