// How one entry lies in a block of a snapshot, and whether one that was read can be what it says:
// no length is trusted, and what is taken has the shape that the caches rely on. Pure; any thread.
//
//   packed     [octets u32][left u32][type u16][rank u8][heat u8][owner u8, name][payload]
//   negative   [octets u32][left u32][kind u8][security u8][type u16][owner u8, name]
//              [sets u8][SOA or none: set] [proof: set] ... [giver: 0, 4 or 16 octets]
//   set        [owner u8, name][type u16][ttl u32][records u16][signatures u16]
//              [octets u32][records packed][signatures packed]; owner u8 of 0: none
//
// `octets` counts what follows it. `left` is in milliseconds, from when the file was begun.
#pragma once

#include "cache/negative_cache.h"
#include "cache/packed_entry.h"

namespace godwit::cache {

using SnapshotOctets = std::vector<std::uint8_t>;

// An entry of a packed table. Lifetime of a read one: the block's.
struct PackedRecord {
  std::uint32_t left = 0;  // milliseconds
  std::uint16_t type = 0;
  std::uint8_t rank = 0;
  std::uint8_t heat = 0;
  wire::Bytes owner;
  wire::Bytes payload;
};

struct NegativeRecord {
  std::uint32_t left = 0;
  wire::RrType type = wire::RrType::none;  // of a NODATA
  CachedNegative denial;                   // without its times
};

void append_packed(const PackedRecord& record, SnapshotOctets& out);
void append_negative(const NegativeRecord& record, SnapshotOctets& out);

// The octets of the next record; empty: there is none, or no room for as many as it claims, which
// leaves the reader not ok().
[[nodiscard]] wire::Bytes next_record(wire::ByteReader& block) noexcept;

// Nothing: not the shape of one. The payload of a packed one is for its cache to judge.
[[nodiscard]] std::optional<PackedRecord> read_packed(wire::Bytes record) noexcept;
[[nodiscard]] std::optional<NegativeRecord> read_negative(wire::Bytes record);

// Whether `owner` is a name in wire form.
[[nodiscard]] bool is_name(wire::Bytes owner) noexcept;
// Takes as many packed RDATA of that type, each of a good shape, off the front of `lists`; false:
// there are not.
[[nodiscard]] bool take_rdata(wire::Bytes& lists, std::size_t count, wire::RrType type) noexcept;

}  // namespace godwit::cache
