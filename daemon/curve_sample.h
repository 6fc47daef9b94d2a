// The sample of a worker's questions that the curve of hit ratios is made from (cache/hit_curve.h):
// a ring that the worker writes and the main thread empties. What finds no room is lost and
// counted.
#pragma once

#include <array>
#include <atomic>

#include "cache/hit_curve.h"
#include "cache/time.h"
#include "iterator/prefetch.h"

namespace godwit::daemon {

class CurveSample {
 public:
  static constexpr std::size_t capacity = 4096;  // a power of two; 96 KiB

  // The worker's: a question for `type` of the name with this KeyedHash::owner has been answered.
  // No `life` left in the cache: it was resolved. Cost of one that is not in the sample: a compare.
  void note(std::uint64_t owner_hash, std::uint16_t type, const iterator::Life& life,
            std::size_t octets, cache::Time now, bool was_cached) noexcept {
    if (static_cast<std::uint32_t>(owner_hash) < threshold_.load(std::memory_order_relaxed))
      push(owner_hash, type, life, octets, now, was_cached);
  }

  // The main thread's. 0: nothing is in the sample.
  void set_threshold(std::uint32_t threshold) noexcept {
    threshold_.store(threshold, std::memory_order_relaxed);
  }
  // Calls take(ShadowUse) for what has come since.
  template <class Take>
  void drain(Take&& take) {
    const std::uint64_t end = written_.load(std::memory_order_acquire);
    std::uint64_t at = read_.load(std::memory_order_relaxed);
    for (; at != end; ++at) take(ring_[at % capacity]);
    read_.store(at, std::memory_order_release);
  }

  // Anybody's, since the start: those in the ring were taken, the others lost.
  [[nodiscard]] std::uint64_t taken() const noexcept {
    return written_.load(std::memory_order_relaxed);
  }
  [[nodiscard]] std::uint64_t lost() const noexcept {
    return lost_.load(std::memory_order_relaxed);
  }

 private:
  void push(std::uint64_t owner_hash, std::uint16_t type, const iterator::Life& life,
            std::size_t octets, cache::Time now, bool was_cached) noexcept;
  std::atomic<std::uint32_t> threshold_{0};
  std::atomic<std::uint64_t> written_{0}, lost_{0};
  std::atomic<std::uint64_t> read_{0};
  std::array<cache::ShadowUse, capacity> ring_;
};

}  // namespace godwit::daemon
