// The closest name decides, then its zone (RFC 1034 §4.3.2, RFC 4592).
#include "local/local_data.h"

#include "wire/name_text.h"
#include "wire/rdata.h"
#include "wire/rdata_text.h"

namespace godwit::local {

using wire::RrType;

namespace {

// What a hosts file speaks of: a name's addresses, and what browsers ask in their place.
bool is_for_hosts(RrType type) noexcept {
  return type == RrType::a || type == RrType::aaaa || type == RrType::https ||
         type == RrType::svcb || type == RrType::any || type == RrType::ptr;
}

}  // namespace

wire::RRsetPtr made_soa(const wire::Name& owner, std::uint32_t ttl_seconds) {
  const std::string text =
      wire::to_text(owner) + " nobody.invalid. 1 3600 1200 604800 " + std::to_string(ttl_seconds);
  const auto rdata = wire::parse_rdata(RrType::soa, text, wire::Name());
  wire::RRsetBuilder builder(owner, RrType::soa);
  if (rdata) builder.add(*rdata, ttl_seconds);
  return builder.build();
}

wire::RRsetPtr with_owner(const wire::RRsetPtr& set, const wire::Name& owner) {
  if (wire::equal_ignoring_case(set->owner_wire(), owner.wire())) return set;
  wire::RRsetParts parts;
  parts.owner = owner.wire();
  parts.type = set->type();
  parts.rr_class = set->rr_class();
  parts.ttl = set->ttl();
  parts.records = set->records();
  return wire::RRset::make(parts);
}

LocalData::Found LocalData::deny(Kind kind, const wire::Name& owner, const Zone* zone,
                                 Source source) const {
  constexpr std::uint32_t ttl_seconds = 60;
  Found out;
  out.kind = kind;
  out.source = source;
  out.soa = zone != nullptr && zone->soa ? zone->soa : made_soa(owner, ttl_seconds);
  return out;
}

LocalData::Found LocalData::say(const Node& node, const wire::Name& owner, RrType type,
                                const Zone* zone) const {
  const bool wants_addresses = type == RrType::a || type == RrType::aaaa;
  Found out;
  out.source = node.source;
  for (std::size_t i = 0; i < node.sets; ++i) {
    const wire::RRsetPtr& set = sets_[node.sets_begin + i];
    if (node.is_alias && i == 0) {
      if (!wants_addresses) continue;
      Found flattened = deny(Kind::flattened, owner, zone, node.source);
      flattened.source = set_sources_[node.sets_begin];
      flattened.target = *wire::target_name(RrType::cname, set->records().front());
      flattened.ttl = set->ttl();
      return flattened;
    }
    const bool is_data = set->type() == type || type == RrType::any;
    if (!is_data && set->type() != RrType::cname) continue;
    out.kind = is_data ? Kind::data : Kind::alias;
    if (out.sets.empty()) out.source = set_sources_[node.sets_begin + i];
    out.sets.push_back(with_owner(set, owner));
  }
  if (out.kind != Kind::none) return out;
  return deny(Kind::nodata, owner, zone, node.source);
}

LocalData::Found LocalData::find(const wire::Name& name, RrType type) const {
  const Node* closest = nullptr;
  unsigned closest_labels = 0;
  const Zone* zone = nullptr;
  const bool is_of_parent = type == RrType::ds;  // a zone's DS set is not its own
  names_.find_above(name, [&](std::uint32_t number, unsigned labels) {
    const Node& node = nodes_[number];
    if (closest == nullptr) {
      closest = &node;
      closest_labels = labels;
    }
    if (node.zone == no_zone || (is_of_parent && labels == name.label_count())) return false;
    zone = &zones_[node.zone];
    return true;
  });
  if (closest == nullptr) return {};
  const bool is_exact = closest_labels == name.label_count();
  const bool is_whole = zone != nullptr && zone->type != ZoneType::transparent;
  if (is_exact && closest->has_data()) {
    if (!closest->hosts_only || is_whole || is_for_hosts(type)) {
      if (is_of_parent && !is_whole && closest->zone != no_zone) return {};
      return say(*closest, name, type, zone);
    }
    return {};
  }
  if (!is_exact) {
    constexpr std::uint8_t star[] = {'*'};
    const auto wildcard = name.suffix(closest_labels).with_label(star);
    const std::uint32_t number = wildcard ? names_.find(*wildcard) : NameIndex::none;
    if (number != NameIndex::none && nodes_[number].has_data())
      return say(nodes_[number], name, type, zone);
  }
  if (!is_whole) return {};
  switch (zone->type) {
    case ZoneType::redirect:
      return say(nodes_[names_.find(zone->apex)], name, type, zone);
    case ZoneType::refuse: {
      Found out;
      out.kind = Kind::refused;
      out.source = zone->source;
      return out;
    }
    case ZoneType::authoritative:
    case ZoneType::transparent:
      break;
  }
  return deny(is_exact ? Kind::nodata : Kind::name_error, name, zone, zone->source);
}

std::string LocalData::place_of(Source source) const {
  if (source.file >= files_.size()) return {};
  if (source.line == 0) return files_[source.file];
  return files_[source.file] + ":" + std::to_string(source.line);
}

std::size_t LocalData::memory_octets() const noexcept {
  std::size_t out = names_.memory_octets() + sizeof(Node) * nodes_.capacity() +
                    (sizeof(wire::RRsetPtr) + sizeof(Source)) * sets_.capacity() +
                    sizeof(Zone) * zones_.capacity();
  for (const auto& set : sets_) out += set->memory_octets();
  return out;
}

}  // namespace godwit::local
