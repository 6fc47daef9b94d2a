#include "cache/packed_delegation.h"

namespace godwit::cache {
namespace {

constexpr std::size_t head_octets = 6;
constexpr std::size_t servers_max = 127, addresses_max = 255;
constexpr std::uint8_t ends_as_cut = 0x80, ends_as_previous = 0xc0, labels_mask = 0x3f;
constexpr std::uint8_t is_v6 = 0x80;

void append(std::vector<std::uint8_t>& out, wire::Bytes octets) {
  out.insert(out.end(), octets.begin(), octets.end());
}

void append_name(std::vector<std::uint8_t>& out, const wire::Name& name, const wire::Name& cut,
                 const wire::Name& previous) {
  const unsigned as_cut = std::min<unsigned>(name.common_labels(cut), labels_mask);
  const unsigned as_previous = std::min<unsigned>(name.common_labels(previous), labels_mask);
  const unsigned shared = std::max(as_cut, as_previous);
  append(out, name.wire().first(name.size() - name.suffix_wire(shared).size()));
  if (shared == 0)
    out.push_back(0);
  else
    out.push_back(
        static_cast<std::uint8_t>((as_cut == shared ? ends_as_cut : ends_as_previous) | shared));
}

// Takes a name off the front of `octets`.
wire::Name read_name(wire::Bytes& octets, const wire::Name& cut, const wire::Name& previous) {
  std::size_t labels_octets = 0;
  while (octets[labels_octets] != 0 && octets[labels_octets] < ends_as_cut)
    labels_octets += 1u + octets[labels_octets];
  const std::uint8_t end = octets[labels_octets];
  const wire::Name& shared_with = (end & ends_as_previous) == ends_as_previous ? previous : cut;
  const wire::Bytes suffix = shared_with.suffix_wire(end & labels_mask);
  std::array<std::uint8_t, wire::name_octets_max> name;
  std::copy_n(octets.begin(), labels_octets, name.begin());
  std::copy(suffix.begin(), suffix.end(),
            name.begin() + static_cast<std::ptrdiff_t>(labels_octets));
  octets = octets.subspan(labels_octets + 1);
  return wire::Name::from_valid_wire(wire::Bytes(name).first(labels_octets + suffix.size()));
}

}  // namespace

std::optional<std::vector<std::uint8_t>> pack_delegation(const Delegation& delegation) {
  const wire::RdataList servers = delegation.ns->records();
  if (servers.size() > servers_max || delegation.glue.size() > addresses_max) return std::nullopt;
  std::vector<std::uint8_t> out(head_octets);
  wire::store_u32(out.data(), delegation.ns->ttl());
  out[4] = static_cast<std::uint8_t>(servers.size());
  out[5] = static_cast<std::uint8_t>(delegation.glue.size());
  const wire::Name cut = delegation.cut();
  wire::Name previous = cut;
  for (const wire::Bytes record : servers) {
    const wire::Name name = wire::Name::from_valid_wire(record);
    append_name(out, name, cut, previous);
    previous = name;
  }
  for (const Delegation::Glue& glue : delegation.glue) {
    out.push_back(static_cast<std::uint8_t>(glue.server | (glue.address.is_v6() ? is_v6 : 0)));
    append(out, glue.address.octets());
  }
  return out;
}

DelegationPtr read_delegation(const PackedEntry& entry) {
  wire::Bytes octets = entry.payload;
  const std::size_t server_count = octets[4], address_count = octets[5];
  wire::RRsetParts parts;
  parts.owner = entry.owner;
  parts.type = wire::RrType::ns;
  parts.ttl = wire::load_u32(octets.data());
  octets = octets.subspan(head_octets);

  const wire::Name cut = wire::Name::from_valid_wire(entry.owner);
  wire::Name previous = cut;
  std::array<std::uint8_t, 1024> some_room;
  std::vector<std::uint8_t> more_room;
  wire::MutableBytes records = some_room;
  constexpr std::size_t record_octets_max = 2 + wire::name_octets_max;
  if (server_count * record_octets_max > records.size()) {
    more_room.resize(server_count * record_octets_max);
    records = more_room;
  }
  std::size_t used = 0;
  for (std::size_t i = 0; i < server_count; ++i) {
    previous = read_name(octets, cut, previous);
    wire::store_u16(records.data() + used, static_cast<std::uint16_t>(previous.size()));
    std::copy(previous.wire().begin(), previous.wire().end(),
              records.begin() + static_cast<std::ptrdiff_t>(used + 2));
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
  return delegation;
}

}  // namespace godwit::cache
