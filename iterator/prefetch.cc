#include "iterator/prefetch.h"

namespace godwit::iterator {
namespace {

// Time for the servers to answer. A short life has less of it to give away.
constexpr std::uint32_t short_life_seconds = 60;
constexpr std::uint32_t lead_seconds = 2;
constexpr std::uint32_t lead_seconds_of_short_life = 1;
// After so many times the usual gap without a use there is none in seven of eight cases.
constexpr std::uint32_t gaps_to_wait = 2;

}  // namespace

bool is_time_to_refresh(const Life& life, std::uint32_t uses, std::uint8_t jitter) noexcept {
  if (uses < expected_uses_min || !is_in_last_stretch(life)) return false;
  const std::uint32_t stretch = last_stretch(life.ttl);
  const std::uint32_t watched = stretch - life.left + 1;
  const std::uint32_t lead =
      life.ttl < short_life_seconds ? lead_seconds_of_short_life : lead_seconds;
  const std::uint32_t spread = stretch * jitter / (4 * 256);
  return life.left <= lead + gaps_to_wait * watched / uses + spread;
}

}  // namespace godwit::iterator
