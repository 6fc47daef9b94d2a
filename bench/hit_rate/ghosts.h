// What is remembered of entries that went: how much they were asked for, by a fingerprint of the
// key. Buckets of four slots in one 64-bit word, the newest in the lowest bits.
//
//   slot   [ fingerprint 12 bits | heat 4 bits ]     heat 0: empty
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "bench/hit_rate/sketch.h"

namespace godwit::bench {

class GhostTable {
 public:
  static constexpr std::size_t slots_per_bucket = 4;
  static constexpr std::size_t octets_per_slot = 2;

  explicit GhostTable(std::size_t slots)
      : buckets_(std::max<std::size_t>(slots / slots_per_bucket, 1), 0) {}

  // The heat that the key had, which is forgotten here; 0: nothing is known.
  unsigned recall(Key key) noexcept {
    std::uint64_t& bucket = bucket_of(key);
    for (unsigned shift = 0; shift < 64; shift += slot_bits) {
      const std::uint64_t slot = bucket >> shift & slot_mask;
      if ((slot & heat_mask) == 0 || slot >> heat_bits != fingerprint(key)) continue;
      bucket = without(bucket, shift);
      return static_cast<unsigned>(slot & heat_mask);
    }
    return 0;
  }

  // In place of what has the least heat in the bucket, the oldest of several; not in place of what
  // has more.
  void remember(Key key, unsigned heat) noexcept {
    if (heat == 0) return;
    std::uint64_t& bucket = bucket_of(key);
    unsigned coldest = 0;
    for (unsigned shift = 0; shift < 64; shift += slot_bits) {
      if ((bucket >> shift & heat_mask) <= (bucket >> coldest & heat_mask)) coldest = shift;
    }
    if ((bucket >> coldest & heat_mask) > heat) return;
    bucket = without(bucket, coldest) << slot_bits | fingerprint(key) << heat_bits | heat;
  }

  void halve() noexcept {
    for (std::uint64_t& bucket : buckets_) {
      bucket = (bucket & ~heats_mask) | (bucket >> 1 & halves_mask);
    }
  }

 private:
  static constexpr unsigned slot_bits = 16;
  static constexpr unsigned heat_bits = 4;
  static constexpr std::uint64_t slot_mask = 0xffff;
  static constexpr std::uint64_t heat_mask = 0xf;
  static constexpr std::uint64_t heats_mask = 0x000f'000f'000f'000f;
  static constexpr std::uint64_t halves_mask = 0x0007'0007'0007'0007;

  // The slots above the one that goes move down; the highest becomes empty.
  [[nodiscard]] static std::uint64_t without(std::uint64_t bucket, unsigned shift) noexcept {
    const std::uint64_t below = (std::uint64_t{1} << shift) - 1;
    return (bucket & below) | (bucket >> slot_bits & ~below);
  }
  [[nodiscard]] static std::uint64_t fingerprint(Key key) noexcept { return mixed(key) >> 52; }
  [[nodiscard]] std::uint64_t& bucket_of(Key key) noexcept {
    return buckets_[(mixed(key) & 0xffffffff) % buckets_.size()];
  }

  std::vector<std::uint64_t> buckets_;
};

}  // namespace godwit::bench
