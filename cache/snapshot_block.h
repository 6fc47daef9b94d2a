// The frame of a snapshot: a head, and blocks with a sum each. It guards against what disks,
// crashes and copies do to a file, not against who can write to it. Pure: octets in, octets out;
// any thread.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "wire/byte_io.h"

namespace godwit::cache {

//   head    [magic 8 octets][version u32][written u64, ms since 1970]
//           [uptime u64, ms since the machine started][validation 16 octets]
//           [sources 16 octets][sum 16 octets]
//   block   [payload octets u32][kind u32][number u32][sum 16 octets][payload]
//
// Sums are BLAKE2b; those of blocks are keyed with the sum of the head and cover the block's
// number, so that no block of another file, and none in another place, is taken for one of this.
// The last block has kind `end` and says how many entries there are: without it the file was cut
// short.
using SnapshotSum = std::array<std::uint8_t, 16>;

struct SnapshotHead {
  std::int64_t written = 0;  // milliseconds since 1970
  // What validated data rest on: anchors and settings of validation. Zeros: not all on the same.
  SnapshotSum validation{};
  // Whom all data come from: forward zones, stub zones, root hints. Zeros: as above.
  SnapshotSum sources{};
  // Milliseconds since the machine was started, sleep included, when it was written.
  std::int64_t uptime = 0;
};

enum class SnapshotKind : std::uint8_t { rrsets = 1, delegations, negatives, end };

enum class SnapshotFault : std::uint8_t {
  none,
  no_snapshot,    // something else, or nothing
  other_version,  // of a godwit that writes another form
  other_sources,  // data of other forward zones, stub zones or root hints
  from_future,    // written later than it is now: how old it is cannot be told
  damaged,        // a sum is wrong, or what it covers makes no sense
  cut_short,      // the end is missing
};
// A sentence's end: "the file ...".
[[nodiscard]] const char* describe(SnapshotFault fault) noexcept;

inline constexpr std::size_t snapshot_head_octets = 8 + 4 + 8 + 8 + 16 + 16 + 16;
inline constexpr std::size_t snapshot_block_head_octets = 4 + 4 + 4 + 16;
// Blocks end with the entry that makes them this large.
inline constexpr std::size_t snapshot_block_octets = 64u << 10;
// None is larger; more is not read.
inline constexpr std::size_t snapshot_block_octets_max = 1u << 20;

using SnapshotHeadOctets = std::array<std::uint8_t, snapshot_head_octets>;
using SnapshotBlockHeadOctets = std::array<std::uint8_t, snapshot_block_head_octets>;

[[nodiscard]] SnapshotHeadOctets write_snapshot_head(const SnapshotHead& head) noexcept;
// Errors: no_snapshot, other_version, damaged.
struct ReadSnapshotHead {
  SnapshotFault fault = SnapshotFault::none;
  SnapshotHead head;
};
[[nodiscard]] ReadSnapshotHead read_snapshot_head(wire::Bytes octets) noexcept;

// Makes the heads of one file's blocks, one after the other, and checks them, in any order.
class SnapshotBlocks {
 public:
  // `head` has snapshot_head_octets and is good.
  explicit SnapshotBlocks(wire::Bytes head) noexcept;

  [[nodiscard]] SnapshotBlockHeadOctets seal(SnapshotKind kind, wire::Bytes payload) noexcept;

  struct Opened {
    SnapshotKind kind = SnapshotKind::end;
    std::size_t octets = 0;  // of the payload that follows
  };
  // Nothing: no such block can be. `head` has snapshot_block_head_octets.
  [[nodiscard]] static std::optional<Opened> open(wire::Bytes head) noexcept;
  // Whether head and payload are this file's block of that number. Any threads at once. Cost: 0.7
  // us for a KiB.
  [[nodiscard]] bool is_whole(std::uint32_t number, wire::Bytes head,
                              wire::Bytes payload) const noexcept;

 private:
  [[nodiscard]] SnapshotSum sum_of(wire::Bytes head, wire::Bytes payload) const noexcept;
  SnapshotSum key_;
  std::uint32_t number_ = 0;
};

}  // namespace godwit::cache
