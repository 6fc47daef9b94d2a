// A count-min sketch of 4-bit counters that forgets: how often was a key seen of late? Never less
// than the truth before forgetting; more by collisions. Memory: half an octet a counter.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "bench/hit_rate/trace.h"

namespace godwit::bench {

// Mixes a key so that every bit of the result depends on every bit of it (a permutation).
[[nodiscard]] constexpr std::uint64_t mixed(std::uint64_t value) noexcept {
  value += 0x9e3779b97f4a7c15;
  value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9;
  value = (value ^ (value >> 27)) * 0x94d049bb133111eb;
  return value ^ (value >> 31);
}

class Sketch {
 public:
  static constexpr std::uint8_t count_max = 15;
  static constexpr std::size_t rows = 4;

  // `counters` in all four rows together, rounded up to a power of two; all are halved each
  // `period` additions.
  Sketch(std::size_t counters, std::uint64_t period)
      : counts_(std::bit_ceil(std::max<std::size_t>(counters, 64))), period_(period) {}

  // Conservative: only the lowest of the key's counters go up.
  void add(Key key) {
    const auto at = places(key);
    const std::uint8_t before = lowest(at);
    if (before < count_max) {
      for (const std::size_t place : at) {
        if (counts_[place] == before) ++counts_[place];
      }
    }
    if (++added_ < period_) return;
    added_ = 0;
    halve();
  }

  void halve() {
    for (std::uint8_t& count : counts_) count = static_cast<std::uint8_t>(count / 2);
  }

  [[nodiscard]] std::uint8_t estimate(Key key) const { return lowest(places(key)); }

 private:
  using Places = std::array<std::size_t, rows>;

  [[nodiscard]] Places places(Key key) const noexcept {
    const std::uint64_t hash = mixed(key);
    const std::size_t row_size = counts_.size() / rows;
    Places at{};
    for (std::size_t row = 0; row < rows; ++row) {
      at[row] = row * row_size + (hash + row * ((hash >> 32) | 1)) % row_size;
    }
    return at;
  }

  [[nodiscard]] std::uint8_t lowest(const Places& at) const noexcept {
    std::uint8_t low = count_max;
    for (const std::size_t place : at) low = std::min(low, counts_[place]);
    return low;
  }

  std::vector<std::uint8_t> counts_;
  std::uint64_t period_;
  std::uint64_t added_ = 0;
};

}  // namespace godwit::bench
