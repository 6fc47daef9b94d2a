// What every eviction policy of the replay does: it is asked for one key after the other and says
// whether the answer came from the cache. Each policy keeps arrays indexed by key, so a request
// costs tens of nanoseconds whatever the policy. One thread.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "bench/hit_rate/trace.h"

namespace godwit::bench {

// One request with the facts of its key.
struct Asked {
  Key key = 0;
  std::uint64_t now_ms = 0;
  std::uint64_t ttl_ms = 0;
  std::uint32_t octets = 0;
  std::uint32_t cost_ms = 0;
};

class Policy {
 public:
  Policy() = default;
  Policy(const Policy&) = delete;
  Policy& operator=(const Policy&) = delete;
  virtual ~Policy() = default;

  // True when the key was in the cache and fresh. Otherwise it was fetched, and kept if the policy
  // likes. An entry is fresh until, not at, the millisecond that its TTL ends in.
  [[nodiscard]] virtual bool ask(const Asked& asked) = 0;
};

// What a policy is made for. Units: octets is the memory that entries may take.
struct CacheSize {
  std::uint64_t octets = 0;
  std::size_t keys = 0;
};

struct PolicyKind {
  std::string_view name;
  std::string_view what;
  std::unique_ptr<Policy> (*make)(const CacheSize& size);
};

// All policies that need not know the future, in the order of the table.
[[nodiscard]] std::span<const PolicyKind> policy_kinds() noexcept;

// The policy called `name`; null when none is.
[[nodiscard]] const PolicyKind* find_policy(std::string_view name) noexcept;

}  // namespace godwit::bench
