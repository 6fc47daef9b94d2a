// How often something took how long, in buckets that double from a microsecond on. Written by one
// thread, read by any.
#pragma once

#include <array>
#include <atomic>
#include <bit>
#include <cstdint>

#include "cache/time.h"

namespace godwit::iterator {

class LatencyHistogram {
 public:
  // The last bucket is of what is longer than the largest bound, 16.8 s.
  static constexpr std::size_t bounds_count = 25, buckets = bounds_count + 1;
  // The longest that is counted in that bucket.
  [[nodiscard]] static constexpr std::chrono::microseconds bound(std::size_t bucket) noexcept {
    return std::chrono::microseconds(std::int64_t{1} << bucket);
  }
  [[nodiscard]] static constexpr std::size_t bucket_of(cache::Duration took) noexcept {
    const auto whole = std::chrono::ceil<std::chrono::microseconds>(took).count();
    if (whole <= 1) return 0;
    const auto width =
        static_cast<std::size_t>(std::bit_width(static_cast<std::uint64_t>(whole - 1)));
    return width < bounds_count ? width : bounds_count;
  }

  // That it took so long, `times` times.
  void add(cache::Duration took, std::uint64_t times = 1) noexcept {
    const auto nanoseconds =
        took > cache::Duration::zero()
            ? static_cast<std::uint64_t>(std::chrono::nanoseconds(took).count())
            : 0;
    raise(counts_[bucket_of(took)], times);
    raise(nanoseconds_, nanoseconds * times);
  }
  [[nodiscard]] std::uint64_t count(std::size_t bucket) const noexcept {
    return counts_[bucket].load(std::memory_order_relaxed);
  }
  [[nodiscard]] std::chrono::nanoseconds sum() const noexcept {
    return std::chrono::nanoseconds(nanoseconds_.load(std::memory_order_relaxed));
  }

 private:
  static void raise(std::atomic<std::uint64_t>& value, std::uint64_t by) noexcept {
    value.store(value.load(std::memory_order_relaxed) + by, std::memory_order_relaxed);
  }
  std::array<std::atomic<std::uint64_t>, buckets> counts_{};
  std::atomic<std::uint64_t> nanoseconds_{0};
};

}  // namespace godwit::iterator
