#include "daemon/curve_sample.h"

namespace godwit::daemon {

// The type goes into the upper half: the lower one says what is in the sample, for all types alike.
void CurveSample::push(std::uint64_t owner_hash, std::uint16_t type, const iterator::Life& life,
                       std::size_t octets, cache::Time now, bool was_cached) noexcept {
  const std::uint64_t at = written_.load(std::memory_order_relaxed);
  if (at - read_.load(std::memory_order_acquire) == capacity) {
    lost_.store(lost_.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
    return;
  }
  cache::ShadowUse& use = ring_[at % capacity];
  use.key = owner_hash + (std::uint64_t{type} * 0x9e3779b9 << 32);
  use.at = static_cast<std::uint32_t>(
      std::chrono::floor<std::chrono::seconds>(now.time_since_epoch()).count());
  use.ttl = life.ttl;
  use.left = was_cached ? life.left : 0;
  use.octets = static_cast<std::uint32_t>(octets);
  written_.store(at + 1, std::memory_order_release);
}

}  // namespace godwit::daemon
