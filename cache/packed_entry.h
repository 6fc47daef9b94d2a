// An entry of a PackedTable: how it is looked for, stored and found, and how it lies in memory. Not
// the memory itself (packed_memory.h). Plain values; any thread.
//
//   word 0   [octets u16][type u16][variant u8][rank u8][heat u8][owner octets u8]
//   word 1   [expires i64, nanoseconds]
//   then     owner name in wire form, payload; padded to whole words
//
// `octets` counts from word 0 to the end of the payload; 0 marks a cell that holds nothing.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "cache/time.h"
#include "wire/name.h"

namespace godwit::cache {

struct PackedKey {
  std::uint64_t hash = 0;  // KeyedHash::owner of the name
  wire::Bytes owner;       // wire form, in any letter case
  std::uint16_t type = 0;
  std::uint8_t variant = 0;  // what else the table's user tells apart
};

struct PackedValue {
  Time expires{};
  std::uint8_t rank = 0;  // the user's own; no part of the key
  wire::Bytes payload;
  // The octet `heat` of PackedHead as it was before a restart, where there is nothing under the key
  // yet; unknown: what the table itself remembers of it counts.
  std::uint8_t heat = unknown_heat;
  static constexpr std::uint8_t unknown_heat = 0xff;
};

// Room for an entry that is copied out without a lock; larger ones are read under it.
using PackedRoom = std::span<std::uint64_t>;

// Room enough for nearly all; 4 KiB, so that it is kept rather than made for a search.
struct PackedBuffer {
  static constexpr std::size_t words_max = 512;
  std::array<std::uint64_t, words_max> words;
  operator PackedRoom() noexcept { return words; }  // NOLINT(google-explicit-constructor)
};
// Room enough for most; small enough to be made for a search.
using SmallPackedBuffer = std::array<std::uint64_t, 64>;

// The first word of an entry.
struct PackedHead {
  static constexpr std::size_t octets = 16;  // of words 0 and 1
  static constexpr std::uint8_t hottest = 15;
  // The octet `heat`: [visited since the hand passed last u1][0 u1][youth u2][heat u4].
  static constexpr std::uint8_t visited = 0x80;
  static constexpr std::uint8_t youth_one = 0x10, youth_mask = 0x30, heat_mask = 0x0f;

  std::uint16_t size = 0;  // in octets, head included
  std::uint16_t type = 0;
  std::uint8_t variant = 0;
  std::uint8_t rank = 0;
  std::uint8_t heat = 0;
  std::uint8_t owner_octets = 0;

  [[nodiscard]] static constexpr PackedHead from_word(std::uint64_t word) noexcept {
    PackedHead head;
    head.size = static_cast<std::uint16_t>(word);
    head.type = static_cast<std::uint16_t>(word >> 16);
    head.variant = static_cast<std::uint8_t>(word >> 32);
    head.rank = static_cast<std::uint8_t>(word >> 40);
    head.heat = static_cast<std::uint8_t>(word >> 48);
    head.owner_octets = static_cast<std::uint8_t>(word >> 56);
    return head;
  }
  [[nodiscard]] constexpr std::uint64_t to_word() const noexcept {
    return std::uint64_t{size} | std::uint64_t{type} << 16 | std::uint64_t{variant} << 32 |
           std::uint64_t{rank} << 40 | std::uint64_t{heat} << 48 |
           std::uint64_t{owner_octets} << 56;
  }
  [[nodiscard]] constexpr bool is_visited() const noexcept { return (heat & visited) != 0; }
  [[nodiscard]] constexpr std::uint8_t plain_heat() const noexcept { return heat & heat_mask; }
  [[nodiscard]] constexpr bool is_young() const noexcept { return (heat & youth_mask) != 0; }
  [[nodiscard]] constexpr std::size_t words() const noexcept { return (size + 7u) / 8u; }
  [[nodiscard]] bool may_be(const PackedKey& key) const noexcept {
    return type == key.type && variant == key.variant && owner_octets == key.owner.size();
  }
  // A head that was read while it was written over may say anything.
  [[nodiscard]] constexpr bool is_sound() const noexcept {
    return size >= octets + owner_octets && owner_octets > 0;
  }
};

[[nodiscard]] inline Time packed_expiry(const std::uint64_t* words) noexcept {
  return Time(Duration(static_cast<std::int64_t>(words[1])));
}

// What was found. Lifetime: owner and payload are in the room that the search was given.
struct PackedEntry {
  PackedEntry() noexcept = default;
  // From its words, which are all there.
  explicit PackedEntry(const std::uint64_t* words) noexcept : expires(packed_expiry(words)) {
    const PackedHead head = PackedHead::from_word(words[0]);
    const auto* const octets = reinterpret_cast<const std::uint8_t*>(words) + PackedHead::octets;
    type = head.type;
    variant = head.variant;
    rank = head.rank;
    owner = {octets, head.owner_octets};
    payload = {octets + head.owner_octets, head.size - PackedHead::octets - head.owner_octets};
  }

  Time expires{};
  std::uint16_t type = 0;
  std::uint8_t variant = 0;
  std::uint8_t rank = 0;
  wire::Bytes owner;
  wire::Bytes payload;
};

}  // namespace godwit::cache
