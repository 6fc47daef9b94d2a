// The makers of the policies, one file each. policy.cc lists them with their names.
#pragma once

#include "bench/hit_rate/policy.h"

namespace godwit::bench {

[[nodiscard]] std::unique_ptr<Policy> make_lru(const CacheSize& size);
[[nodiscard]] std::unique_ptr<Policy> make_clock(const CacheSize& size);
[[nodiscard]] std::unique_ptr<Policy> make_sieve(const CacheSize& size);
[[nodiscard]] std::unique_ptr<Policy> make_s3_fifo(const CacheSize& size);
[[nodiscard]] std::unique_ptr<Policy> make_w_tiny_lfu(const CacheSize& size);
[[nodiscard]] std::unique_ptr<Policy> make_ttl(const CacheSize& size);
[[nodiscard]] std::unique_ptr<Policy> make_ttl_cost(const CacheSize& size);
[[nodiscard]] std::unique_ptr<Policy> make_page_clock(const CacheSize& size);
[[nodiscard]] std::unique_ptr<Policy> make_page_heat(const CacheSize& size);
[[nodiscard]] std::unique_ptr<Policy> make_packed(const CacheSize& size);

}  // namespace godwit::bench
