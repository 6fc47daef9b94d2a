// Numbers drawn at random, the same on every machine, and the distributions that traces are made
// from: TTLs, octets of an entry, what it costs to fetch.
#pragma once

#include <cstdint>

#include "bench/hit_rate/sketch.h"

namespace godwit::bench {

// SplitMix64: standard distributions differ between standard libraries, this does not.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(mixed(seed)) {}
  std::uint64_t word() { return mixed(state_++); }
  // At least 0, less than 1.
  double unit() { return static_cast<double>(word() >> 11) * 0x1.0p-53; }
  std::uint32_t below(std::uint32_t limit) { return static_cast<std::uint32_t>(word() % limit); }

 private:
  std::uint64_t state_;
};

[[nodiscard]] std::uint32_t draw_ttl_s(Random& random);
[[nodiscard]] std::uint32_t draw_octets(Random& random);
[[nodiscard]] std::uint32_t draw_cost_ms(Random& random);

}  // namespace godwit::bench
