// TTL arithmetic: clamping what servers say, turning it into an expiry, and counting it down. RFC
// 2181 §8, RFC 2308 §5.
#pragma once

#include <algorithm>
#include <cstdint>

#include "cache/time.h"

namespace godwit::cache {

// Seconds. The operator's settings cache.min-ttl, max-ttl, max-negative-ttl, min-delegation-ttl.
struct TtlLimits {
  std::uint32_t min = 0;
  std::uint32_t max = 86400;
  std::uint32_t negative_max = 3600;
  std::uint32_t delegation_min = 60;
  [[nodiscard]] std::uint32_t clamp(std::uint32_t ttl) const noexcept {
    return std::clamp(ttl, min, max);
  }
  // The lesser of the SOA record's TTL and its MINIMUM field (RFC 2308 §5).
  [[nodiscard]] std::uint32_t clamp_negative(std::uint32_t soa_ttl,
                                             std::uint32_t soa_minimum) const noexcept {
    return std::min({soa_ttl, soa_minimum, negative_max});
  }
  [[nodiscard]] std::uint32_t clamp_delegation(std::uint32_t ttl) const noexcept {
    return std::clamp(ttl, std::min(delegation_min, max), max);
  }
};

[[nodiscard]] inline Time expiry(Time now, std::uint32_t ttl_seconds) noexcept {
  return now + Seconds(ttl_seconds);
}

// Whole seconds until `expires`, rounded up, so that a fresh entry shows its full TTL; 0 when it is
// past.
[[nodiscard]] inline std::uint32_t ttl_left(Time expires, Time now) noexcept {
  if (expires <= now) return 0;
  return static_cast<std::uint32_t>(std::chrono::ceil<Seconds>(expires - now).count());
}

}  // namespace godwit::cache
