// SipHash-c-d with 64-bit results, for tables whose keys are chosen by others: c rounds for a word,
// d at the end. Not for what others get to see: a tag that must resist who sees many of them is
// libsodium's SipHash-2-4. Pure; any thread. J.-P. Aumasson, D. J. Bernstein, "SipHash: a fast
// short-input PRF", 2012.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>

#include "wire/byte_io.h"

namespace godwit::cache {

// Eight octets as a word, the first the lowest: of a word as it lies in memory, or from anywhere.
[[nodiscard]] constexpr std::uint64_t from_little(std::uint64_t word) noexcept {
  return std::endian::native == std::endian::little ? word : __builtin_bswap64(word);
}
[[nodiscard]] inline std::uint64_t load_little(const std::uint8_t* p) noexcept {
  std::uint64_t word;
  std::memcpy(&word, p, sizeof word);
  return from_little(word);
}

[[nodiscard]] inline std::uint64_t load_little_half(const std::uint8_t* p) noexcept {
  std::uint32_t half;
  std::memcpy(&half, p, sizeof half);
  return std::endian::native == std::endian::little ? half : __builtin_bswap32(half);
}

// The octets behind the last whole word, fewer than eight, as a word whose upper octets are zero.
// Cost: no loop; in an input of eight octets or more the last eight are loaded and shifted.
[[nodiscard]] inline std::uint64_t load_rest(wire::Bytes octets) noexcept {
  const std::uint8_t* const p = octets.data();
  const std::size_t size = octets.size();
  if (size >= 8) return load_little(p + size - 8) >> 8 >> (56 - 8 * (size % 8));
  if (size >= 4) return load_little_half(p) | load_little_half(p + size - 4) << 8 * (size - 4);
  if (size == 0) return 0;
  const std::size_t middle = size / 2, last = size - 1;
  return std::uint64_t{p[0]} | std::uint64_t{p[middle]} << 8 * middle |
         std::uint64_t{p[last]} << 8 * last;
}

template <unsigned rounds_per_word, unsigned rounds_at_end>
class SipHash {
 public:
  using Secret = std::array<std::uint8_t, 16>;
  explicit SipHash(const Secret& secret) noexcept
      : SipHash(load_little(secret.data()), load_little(secret.data() + 8)) {}

  // The hash of `octets`, each word of which is what change(word) makes of it: lower case, say.
  template <class Change>
  [[nodiscard]] std::uint64_t of(wire::Bytes octets, Change change) const noexcept {
    SipHash state = *this;
    const std::uint8_t* p = octets.data();
    for (std::size_t words = octets.size() / 8; words != 0; --words, p += 8)
      state.take(change(load_little(p)));
    return state.end(change(load_rest(octets)) | std::uint64_t{octets.size()} << 56);
  }
  [[nodiscard]] std::uint64_t of(wire::Bytes octets) const noexcept {
    return of(octets, [](std::uint64_t word) { return word; });
  }
  // The hash of a word and what follows it.
  template <class Change>
  [[nodiscard]] std::uint64_t of(std::uint64_t first, wire::Bytes octets,
                                 Change change) const noexcept {
    SipHash state = *this;
    state.take(first);
    return state.of(octets, change);
  }

 private:
  SipHash(std::uint64_t k0, std::uint64_t k1) noexcept
      : v0_(k0 ^ 0x736f6d6570736575),
        v1_(k1 ^ 0x646f72616e646f6d),
        v2_(k0 ^ 0x6c7967656e657261),
        v3_(k1 ^ 0x7465646279746573) {}

  void round() noexcept {
    v0_ += v1_;
    v2_ += v3_;
    v1_ = std::rotl(v1_, 13) ^ v0_;
    v3_ = std::rotl(v3_, 16) ^ v2_;
    v0_ = std::rotl(v0_, 32);
    v2_ += v1_;
    v0_ += v3_;
    v1_ = std::rotl(v1_, 17) ^ v2_;
    v3_ = std::rotl(v3_, 21) ^ v0_;
    v2_ = std::rotl(v2_, 32);
  }
  void take(std::uint64_t word) noexcept {
    v3_ ^= word;
    for (unsigned i = 0; i < rounds_per_word; ++i) round();
    v0_ ^= word;
  }
  [[nodiscard]] std::uint64_t end(std::uint64_t last) noexcept {
    take(last);
    v2_ ^= 0xff;
    for (unsigned i = 0; i < rounds_at_end; ++i) round();
    return v0_ ^ v1_ ^ v2_ ^ v3_;
  }

  std::uint64_t v0_, v1_, v2_, v3_;
};

// For a table: nobody sees its hashes, and finding collisions without them takes the secret.
using TableHash = SipHash<1, 3>;

}  // namespace godwit::cache
