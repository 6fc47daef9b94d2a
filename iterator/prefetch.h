// Whether an answer that is still good is fetched again before it ends: by the use that is to be
// expected of it. Pure functions of a life and of the uses in its last stretch; what is counted is
// in use_watch.h, what may be spent in prefetch_budget.h.
//
// Uses are counted in the last eighth of a life alone, so that a hit before that costs one
// comparison. Two of them there say that the next life will see many (a name that is asked three
// times a life has two there in one life of twenty). The answer is fetched when waiting for one
// more use might be waiting too long, so that it keeps as much of its life as its use allows.
#pragma once

#include <algorithm>
#include <cstdint>

namespace godwit::iterator {

// Of the part of an answer that ends first. Seconds.
struct Life {
  std::uint32_t ttl = 0;   // as it was when it was stored
  std::uint32_t left = 0;  // rounded up
};

// How much of a life its last stretch is; 0 for one too short to be worth it. Seconds.
[[nodiscard]] constexpr std::uint32_t last_stretch(std::uint32_t ttl) noexcept {
  return std::max(ttl / 8, std::min<std::uint32_t>(2, ttl / 4));
}

[[nodiscard]] constexpr bool is_in_last_stretch(const Life& life) noexcept {
  const std::uint32_t stretch = last_stretch(life.ttl);
  return stretch > 0 && life.left <= stretch;
}

// With less uses in the last stretch nobody is expected to miss the answer.
inline constexpr std::uint32_t expected_uses_min = 2;

// Whether to fetch it now, at the last of `uses` in its last stretch. `jitter` (0 to 255) spreads
// answers that were stored together over a quarter of the stretch.
[[nodiscard]] bool is_time_to_refresh(const Life& life, std::uint32_t uses,
                                      std::uint8_t jitter) noexcept;

}  // namespace godwit::iterator
