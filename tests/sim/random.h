// The one source of chance in a simulation: SplitMix64 over a seed, the same sequence from every
// compiler (the standard library's distributions are not). Not for anything secret.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace godwit::sim {

class Random {
 public:
  explicit Random(std::uint64_t seed) noexcept : state_(seed) {}

  std::uint64_t next() noexcept {
    std::uint64_t z = (state_ += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
  }
  // Uniform in [0, bound); 0 for bound 0.
  std::uint32_t below(std::uint32_t bound) noexcept {
    return bound == 0 ? 0 : static_cast<std::uint32_t>((next() >> 32) * bound >> 32);
  }
  // Uniform in [low, high].
  std::uint32_t between(std::uint32_t low, std::uint32_t high) noexcept {
    return low + below(high - low + 1);
  }
  // True `permille` times in a thousand.
  bool chance(std::uint32_t permille) noexcept { return below(1000) < permille; }

  template <class T>
  const T& pick(const std::vector<T>& from) noexcept {
    return from[below(static_cast<std::uint32_t>(from.size()))];
  }
  // A generator of its own, so that drawing more in one place moves nothing in another.
  Random fork() noexcept { return Random(next()); }

 private:
  std::uint64_t state_;
};

}  // namespace godwit::sim
