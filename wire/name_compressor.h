// Writes names into a message and remembers where, so that later ones can point at them. Exact in
// letter case: a name is only ever compressed against the same octets. RFC 1035 §4.1.4.
#pragma once

#include <array>

#include "wire/byte_io.h"

namespace godwit::wire {

// The caller's (1 KiB), to be reused for message after message: reset() costs what was written. A
// fixed table, so that a label costs O(1); no more than lookups_max look-ups per message, hits and
// misses alike, after which names are written whole.
class NameCompressor {
 public:
  static constexpr unsigned lookups_max = 256;
  // Longer chains are not written, though readers follow some: names that each extend the last
  // would make one pointer more each.
  static constexpr unsigned hops_max = 16;

  // Forgets the message.
  void reset() noexcept;
  // Writes a name, valid and uncompressed. Position 0 of `message` is its header.
  void write(ByteWriter& message, Bytes name) noexcept;
  // Writes a name whole, and remembers it.
  void write_whole(ByteWriter& message, Bytes name) noexcept;
  // Forgets what stood at `position` and beyond, which is about to be written again.
  void forget_from(std::size_t position) noexcept;
  [[nodiscard]] unsigned lookups() const noexcept { return lookups_; }

 private:
  struct Slot {
    std::uint16_t offset = 0;  // 0: empty, for a header stands there
    std::uint16_t tag = 0;
  };
  struct Suffixes;
  static constexpr std::size_t slot_count = 256;  // as many as eight bits of the hash name
  static Suffixes suffixes_of(Bytes name) noexcept;
  [[nodiscard]] std::uint16_t find(Bytes message, Bytes suffix, std::uint32_t hash) const noexcept;
  void insert(std::size_t offset, std::uint32_t hash) noexcept;
  std::array<Slot, slot_count> slots_{};
  std::array<std::uint8_t, slot_count> used_;  // which slots are not empty, the first used_count_
  std::size_t used_count_ = 0;
  unsigned lookups_ = 0;
};

}  // namespace godwit::wire
