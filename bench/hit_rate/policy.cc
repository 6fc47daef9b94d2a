#include "bench/hit_rate/policy.h"

#include <algorithm>
#include <array>

#include "bench/hit_rate/policies.h"

namespace godwit::bench {
namespace {

constexpr std::array<PolicyKind, 10> kinds{
    {{"lru", "least recently used", make_lru},
     {"clock", "first in first out with a second chance", make_clock},
     {"sieve", "SIEVE", make_sieve},
     {"s3-fifo", "S3-FIFO: small queue, main queue, ghosts", make_s3_fifo},
     {"w-tinylfu", "W-TinyLFU: window, segmented LRU, sketch", make_w_tiny_lfu},
     {"ttl", "rate x TTL left / size, sampled", make_ttl},
     {"ttl-cost", "rate x TTL left x cost to fetch / size, sampled", make_ttl_cost},
     {"page-clock", "pages of cells of one size each, CLOCK with heat 0..3", make_page_clock},
     {"page-heat", "godwit's rules alone: pages, heat by size, ghosts, youth", make_page_heat},
     {"packed", "the cache's own table, its index and shards included", make_packed}}};

}  // namespace

std::span<const PolicyKind> policy_kinds() noexcept {
  return kinds;
}

const PolicyKind* find_policy(std::string_view name) noexcept {
  const auto found = std::find_if(kinds.begin(), kinds.end(),
                                  [&](const PolicyKind& kind) { return kind.name == name; });
  return found == kinds.end() ? nullptr : &*found;
}

}  // namespace godwit::bench
