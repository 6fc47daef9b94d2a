#include "cache/snapshot_block.h"

#include <sodium.h>

#include <algorithm>

namespace godwit::cache {
namespace {

constexpr std::array<std::uint8_t, 8> magic{'g', 'o', 'd', 'w', 'i', 't', 'S', 'N'};
constexpr std::uint32_t version = 1;
constexpr std::size_t sum_octets = std::tuple_size_v<SnapshotSum>;
static_assert(sum_octets >= crypto_generichash_BYTES_MIN &&
              sum_octets >= crypto_generichash_KEYBYTES_MIN);
// What of a block's head the sum covers.
constexpr std::size_t covered_octets = snapshot_block_head_octets - sum_octets;

SnapshotSum sum_of_head(wire::Bytes octets) noexcept {
  SnapshotSum out;
  crypto_generichash(out.data(), out.size(), octets.data(), octets.size(), nullptr, 0);
  return out;
}

SnapshotSum take_sum(wire::ByteReader& reader) noexcept {
  SnapshotSum out{};
  const wire::Bytes octets = reader.bytes(out.size());
  std::copy(octets.begin(), octets.end(), out.begin());
  return out;
}

}  // namespace

const char* describe(SnapshotFault fault) noexcept {
  switch (fault) {
    case SnapshotFault::none:
      return "is whole";
    case SnapshotFault::no_snapshot:
      return "is no snapshot of a cache";
    case SnapshotFault::other_version:
      return "is of a version that writes another form";
    case SnapshotFault::other_sources:
      return "was made with other forward zones, stub zones or root hints";
    case SnapshotFault::from_future:
      return "was written later than the clock says it is";
    case SnapshotFault::damaged:
      return "is damaged";
    case SnapshotFault::cut_short:
      return "is cut short";
  }
  return "is damaged";
}

SnapshotHeadOctets write_snapshot_head(const SnapshotHead& head) noexcept {
  SnapshotHeadOctets out;
  wire::ByteWriter writer(out);
  writer.bytes(magic);
  writer.u32(version);
  for (const std::int64_t moment : {head.written, head.uptime}) {
    writer.u32(static_cast<std::uint32_t>(static_cast<std::uint64_t>(moment) >> 32));
    writer.u32(static_cast<std::uint32_t>(moment));
  }
  writer.bytes(head.validation);
  writer.bytes(head.sources);
  writer.bytes(sum_of_head(writer.written()));
  return out;
}

ReadSnapshotHead read_snapshot_head(wire::Bytes octets) noexcept {
  wire::ByteReader reader(octets);
  ReadSnapshotHead out;
  if (!std::ranges::equal(reader.bytes(magic.size()), magic)) {
    out.fault = SnapshotFault::no_snapshot;
  } else if (reader.u32() != version) {
    out.fault = SnapshotFault::other_version;
  } else {
    for (std::int64_t* const moment : {&out.head.written, &out.head.uptime}) {
      const std::uint64_t high = reader.u32();
      *moment = static_cast<std::int64_t>(high << 32 | reader.u32());
    }
    out.head.validation = take_sum(reader);
    out.head.sources = take_sum(reader);
    const SnapshotSum sum = take_sum(reader);
    const bool good = reader.ok() && out.head.written >= 0 && out.head.uptime >= 0 &&
                      sum == sum_of_head(octets.first(snapshot_head_octets - sum.size()));
    out.fault = good ? SnapshotFault::none : SnapshotFault::damaged;
  }
  return out;
}

SnapshotBlocks::SnapshotBlocks(wire::Bytes head) noexcept {
  std::ranges::copy(head.last(key_.size()), key_.begin());
}

SnapshotSum SnapshotBlocks::sum_of(wire::Bytes head, wire::Bytes payload) const noexcept {
  SnapshotSum out;
  crypto_generichash_state state;
  crypto_generichash_init(&state, key_.data(), key_.size(), out.size());
  crypto_generichash_update(&state, head.data(), covered_octets);
  crypto_generichash_update(&state, payload.data(), payload.size());
  crypto_generichash_final(&state, out.data(), out.size());
  return out;
}

SnapshotBlockHeadOctets SnapshotBlocks::seal(SnapshotKind kind, wire::Bytes payload) noexcept {
  SnapshotBlockHeadOctets out{};
  wire::ByteWriter writer(out);
  writer.u32(static_cast<std::uint32_t>(payload.size()));
  writer.u32(static_cast<std::uint32_t>(kind));
  writer.u32(number_++);
  writer.bytes(sum_of(out, payload));
  return out;
}

std::optional<SnapshotBlocks::Opened> SnapshotBlocks::open(wire::Bytes head) noexcept {
  wire::ByteReader reader(head);
  const std::size_t octets = reader.u32();
  const std::uint32_t kind = reader.u32();
  if (octets > snapshot_block_octets_max ||
      kind < static_cast<std::uint32_t>(SnapshotKind::rrsets) ||
      kind > static_cast<std::uint32_t>(SnapshotKind::end))
    return std::nullopt;
  return Opened{static_cast<SnapshotKind>(kind), octets};
}

bool SnapshotBlocks::is_whole(std::uint32_t number, wire::Bytes head,
                              wire::Bytes payload) const noexcept {
  return wire::load_u32(head.data() + 8) == number &&
         std::ranges::equal(head.subspan(covered_octets), sum_of(head, payload));
}

}  // namespace godwit::cache
