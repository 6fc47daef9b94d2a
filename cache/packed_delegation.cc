#include "cache/packed_delegation.h"

#include <algorithm>
#include <array>

namespace godwit::cache {
namespace {

constexpr std::size_t head_octets = 6;
constexpr std::size_t servers_max = 127, addresses_max = 255;
constexpr std::size_t glue_octets_max = 17, giver_octets_max = 16;
constexpr std::uint8_t ends_as_cut = 0x80, ends_as_previous = 0xc0, labels_mask = 0x3f;
constexpr std::uint8_t is_v6 = 0x80;

// How many octets of `name` stand before the labels that it shares with the end of `other`: all but
// the root label when there are none.
std::size_t octets_before_shared(wire::Bytes name, wire::Bytes other) noexcept {
  std::size_t at = 0, in_other = 0;
  while (name[at] != 0) {
    const std::size_t left = name.size() - at, left_in_other = other.size() - in_other;
    if (left == left_in_other &&
        wire::equal_ignoring_case(name.subspan(at), other.subspan(in_other)))
      return at;
    if (left >= left_in_other) at += 1u + name[at];
    if (left <= left_in_other) in_other += 1u + other[in_other];
  }
  return at;
}

unsigned count_labels(wire::Bytes name) noexcept {
  unsigned labels = 0;
  for (std::size_t at = 0; name[at] != 0; at += 1u + name[at]) ++labels;
  return labels;
}

wire::Bytes last_labels(wire::Bytes name, unsigned labels) noexcept {
  std::size_t at = 0;
  for (unsigned i = count_labels(name); i > labels; --i) at += 1u + name[at];
  return name.subspan(at);
}

std::uint8_t* append(std::uint8_t* out, wire::Bytes octets) noexcept {
  return std::copy(octets.begin(), octets.end(), out);
}

// Cost: at most the octets of the name and one more.
std::uint8_t* append_name(std::uint8_t* out, wire::Bytes name, wire::Bytes cut,
                          wire::Bytes previous) noexcept {
  const std::size_t as_cut = octets_before_shared(name, cut);
  const std::size_t as_previous = octets_before_shared(name, previous);
  std::size_t at = std::min(as_cut, as_previous);
  unsigned shared = count_labels(name.subspan(at));
  for (; shared > labels_mask; --shared) at += 1u + name[at];
  out = append(out, name.first(at));
  const std::uint8_t end = as_cut <= as_previous ? ends_as_cut : ends_as_previous;
  *out++ = shared == 0 ? std::uint8_t{0} : static_cast<std::uint8_t>(end | shared);
  return out;
}

// Takes a name off the front of `octets`, and writes it to `out`, which has room for any.
wire::Bytes read_name(wire::Bytes& octets, wire::Bytes cut, wire::Bytes previous,
                      std::uint8_t* out) noexcept {
  std::size_t own = 0;
  while (octets[own] != 0 && octets[own] < ends_as_cut) own += 1u + octets[own];
  const std::uint8_t end = octets[own];
  const wire::Bytes shared_with = (end & ends_as_previous) == ends_as_previous ? previous : cut;
  std::uint8_t* const written =
      append(append(out, octets.first(own)), last_labels(shared_with, end & labels_mask));
  octets = octets.subspan(own + 1);
  return {out, written};
}

// A name that is put together from octets that may be anything.
class CheckedName {
 public:
  [[nodiscard]] wire::Bytes wire() const noexcept { return {octets_.data(), size_}; }
  [[nodiscard]] bool add(wire::Bytes octets) noexcept {
    if (octets.size() > octets_.size() - size_) return false;
    std::ranges::copy(octets, octets_.begin() + static_cast<std::ptrdiff_t>(size_));
    size_ += octets.size();
    return true;
  }

 private:
  std::array<std::uint8_t, wire::name_octets_max> octets_;
  std::size_t size_ = 0;
};

// As read_name; nothing when there is no such name.
std::optional<CheckedName> read_checked_name(wire::ByteReader& reader, wire::Bytes cut,
                                             wire::Bytes previous) noexcept {
  CheckedName name;
  std::uint8_t length = reader.u8();
  for (; length != 0 && length < ends_as_cut; length = reader.u8()) {
    const wire::Bytes label = reader.bytes(length);
    if (length > wire::label_octets_max || !reader.ok() || !name.add({&length, 1}) ||
        !name.add(label))
      return std::nullopt;
  }
  const wire::Bytes shared_with = (length & ends_as_previous) == ends_as_previous ? previous : cut;
  const unsigned labels = length & labels_mask;
  if (!reader.ok() || labels > count_labels(shared_with) ||
      !name.add(last_labels(shared_with, labels)))
    return std::nullopt;
  return name;
}

}  // namespace

bool is_sound_delegation(wire::Bytes cut, wire::Bytes payload) noexcept {
  wire::ByteReader reader(payload);
  const std::uint32_t ttl = reader.u32();
  const std::size_t servers = reader.u8(), addresses = reader.u8();
  if (!reader.ok() || ttl > wire::ttl_seconds_max || servers == 0 || servers > servers_max)
    return false;
  CheckedName previous;
  if (!previous.add(cut)) return false;
  for (std::size_t i = 0; i < servers; ++i) {
    const auto name = read_checked_name(reader, cut, previous.wire());
    if (!name) return false;
    previous = *name;
  }
  for (std::size_t i = 0; i < addresses; ++i) {
    const std::uint8_t head = reader.u8();
    const bool v6 = (head & is_v6) != 0;
    if ((head & ~is_v6) >= servers || reader.bytes(v6 ? 16 : 4).empty()) return false;
  }
  return reader.ok() && can_be_giver(reader.remaining());
}

std::optional<std::vector<std::uint8_t>> pack_delegation(const Delegation& delegation) {
  const wire::RdataList servers = delegation.ns->records();
  if (servers.size() > servers_max || delegation.glue.size() > addresses_max) return std::nullopt;
  std::vector<std::uint8_t> packed(head_octets + servers.packed().size() +
                                   delegation.glue.size() * glue_octets_max + giver_octets_max);
  std::uint8_t* out = packed.data();
  wire::store_u32(out, delegation.ns->ttl());
  out[4] = static_cast<std::uint8_t>(servers.size());
  out[5] = static_cast<std::uint8_t>(delegation.glue.size());
  out += head_octets;
  const wire::Bytes cut = delegation.ns->owner_wire();
  wire::Bytes previous = cut;
  for (const wire::Bytes name : servers) {
    out = append_name(out, name, cut, previous);
    previous = name;
  }
  for (const Delegation::Glue& glue : delegation.glue) {
    *out++ = static_cast<std::uint8_t>(glue.server | (glue.address.is_v6() ? is_v6 : 0));
    out = append(out, glue.address.octets());
  }
  out = append(out, octets_of(delegation.giver));
  packed.resize(static_cast<std::size_t>(out - packed.data()));
  return packed;
}

DelegationPtr read_delegation(const PackedEntry& entry) {
  wire::Bytes octets = entry.payload;
  const std::size_t server_count = octets[4], address_count = octets[5];
  wire::RRsetParts parts;
  parts.owner = entry.owner;
  parts.type = wire::RrType::ns;
  parts.ttl = wire::load_u32(octets.data());
  octets = octets.subspan(head_octets);

  constexpr std::size_t record_octets_max = 2 + wire::name_octets_max;
  // Room for as many servers as the root has; read as far as it is written.
  __attribute__((uninitialized)) std::array<std::uint8_t, 13 * record_octets_max> some_room;
  std::vector<std::uint8_t> more_room;
  wire::MutableBytes records = some_room;
  if (server_count * record_octets_max > records.size()) {
    more_room.resize(server_count * record_octets_max);
    records = more_room;
  }
  std::size_t used = 0;
  wire::Bytes previous = entry.owner;
  for (std::size_t i = 0; i < server_count; ++i) {
    std::uint8_t* const record = records.data() + used;
    previous = read_name(octets, entry.owner, previous, record + 2);
    wire::store_u16(record, static_cast<std::uint16_t>(previous.size()));
    used += 2 + previous.size();
  }
  parts.records = wire::RdataList(records.first(used), server_count);

  auto delegation = std::make_shared<Delegation>();
  delegation->ns = wire::RRset::make(parts);
  delegation->expires = entry.expires;
  delegation->glue.reserve(address_count);
  for (std::size_t i = 0; i < address_count; ++i) {
    const std::uint16_t server = octets[0] & static_cast<std::uint8_t>(~is_v6);
    const bool v6 = (octets[0] & is_v6) != 0;
    octets = octets.subspan(1);
    const wire::IpAddress address =
        v6 ? wire::IpAddress::v6(octets.first<16>()) : wire::IpAddress::v4(octets.first<4>());
    delegation->glue.push_back({server, address});
    octets = octets.subspan(v6 ? 16 : 4);
  }
  delegation->giver = giver_of(octets);
  return delegation;
}

}  // namespace godwit::cache
