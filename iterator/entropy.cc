// Numbers from the octets of an entropy source. The seam's real source is in the daemon.
#include <array>

#include "iterator/seams.h"

namespace godwit::iterator {
namespace {

// Each draw of below() is thrown away with a probability under one half; a source that makes this
// many in a row is not random, and the walk must not hang on it.
constexpr unsigned draws_max = 64;

std::uint32_t u32(Entropy& entropy) noexcept {
  std::array<std::uint8_t, 4> octets{};
  entropy.fill(octets);
  return wire::load_u32(octets.data());
}

}  // namespace

std::uint16_t Entropy::u16() noexcept {
  std::array<std::uint8_t, 2> octets{};
  fill(octets);
  return wire::load_u16(octets.data());
}

std::uint64_t Entropy::u64() noexcept {
  std::array<std::uint8_t, 8> octets{};
  fill(octets);
  return std::uint64_t{wire::load_u32(octets.data())} << 32 | wire::load_u32(octets.data() + 4);
}

std::uint32_t Entropy::below(std::uint32_t bound) noexcept {
  if (bound <= 1) return 0;
  // 2^32 modulo bound: the draws to leave out, so that every result has as many draws as the rest.
  const std::uint32_t surplus = (0u - bound) % bound;
  std::uint32_t draw = u32(*this);
  for (unsigned draws = 1; draw < surplus && draws < draws_max; ++draws) draw = u32(*this);
  return draw % bound;
}

}  // namespace godwit::iterator
