#include "tests/sim/zone.h"

#include <algorithm>

#include "tests/sim/zone_signer.h"
#include "wire/name_text.h"

namespace godwit::sim {
namespace {

using wire::RrType;

const ZoneSet* set_of(const std::vector<ZoneSet>& node, RrType type) {
  for (const ZoneSet& set : node)
    if (set.type == type) return &set;
  return nullptr;
}

Octets octets_of(const wire::Name& name) {
  return {name.wire().begin(), name.wire().end()};
}

void append_u32(Octets& out, std::uint32_t v) {
  for (const unsigned shift : {24u, 16u, 8u, 0u})
    out.push_back(static_cast<std::uint8_t>(v >> shift));
}

}  // namespace

std::string key_of(const wire::Name& name) {
  const wire::Name lower = name.to_lower();
  const wire::Bytes octets = lower.wire();
  return {octets.begin(), octets.end()};
}

Zone::Zone(const wire::Name& apex, std::uint32_t default_ttl)
    : apex_(apex), default_ttl_(default_ttl) {
  nodes_[key_of(apex)];
}

Zone::~Zone() = default;

ZoneSigner& Zone::sign(const SigningPlan& plan) {
  signer_ = std::make_unique<ZoneSigner>(*this, plan);
  return *signer_;
}

wire::Name Zone::relative(std::string_view text) const {
  if (text == "@") return apex_;
  if (text.ends_with('.')) return name(text);
  const auto parsed = wire::parse_name(text, apex_);
  return parsed ? *parsed : apex_;
}

Zone& Zone::add(std::string_view record_text) {
  return put(record(record_text, apex_, default_ttl_));
}

Zone& Zone::a(std::string_view owner, std::string_view address_text) {
  const wire::IpAddress ip = address(address_text);
  const RrType type = ip.is_v4() ? RrType::a : RrType::aaaa;
  return put({relative(owner),
              type,
              wire::RrClass::in,
              default_ttl_,
              {ip.octets().begin(), ip.octets().end()}});
}

Zone& Zone::ns(std::string_view owner, std::string_view server) {
  return put(
      {relative(owner), RrType::ns, wire::RrClass::in, default_ttl_, octets_of(relative(server))});
}

Zone& Zone::cname(std::string_view owner, std::string_view target) {
  return put({relative(owner), RrType::cname, wire::RrClass::in, default_ttl_,
              octets_of(relative(target))});
}

Zone& Zone::dname(std::string_view owner, std::string_view target) {
  return put({relative(owner), RrType::dname, wire::RrClass::in, default_ttl_,
              octets_of(relative(target))});
}

Zone& Zone::soa_minimum(std::uint32_t ttl) {
  soa_minimum_ = ttl;
  return *this;
}

Zone& Zone::put(const Record& record) {
  ++version_;
  wire::Name ancestor = record.owner;
  while (ancestor.is_below(apex_)) {
    nodes_[key_of(ancestor)];
    ancestor = ancestor.parent();
  }
  Node& node = nodes_[key_of(record.owner)];
  auto set = std::find_if(node.begin(), node.end(),
                          [&](const ZoneSet& s) { return s.type == record.type; });
  if (set == node.end()) set = node.insert(node.end(), ZoneSet{record.type, record.ttl, {}});
  if (std::find(set->rdata.begin(), set->rdata.end(), record.rdata) == set->rdata.end())
    set->rdata.push_back(record.rdata);
  return *this;
}

Zone& Zone::remove(const wire::Name& owner, RrType type) {
  ++version_;
  Node& node = nodes_[key_of(owner)];
  std::erase_if(node, [&](const ZoneSet& set) { return set.type == type; });
  return *this;
}

const Zone::Node* Zone::node(const wire::Name& owner) const {
  const auto found = nodes_.find(key_of(owner));
  return found == nodes_.end() ? nullptr : &found->second;
}

bool Zone::has_node(const wire::Name& owner) const {
  return node(owner) != nullptr;
}

bool Zone::has_records(const wire::Name& owner) const {
  const Node* found = node(owner);
  return owner == apex_ || (found != nullptr && !found->empty());
}

std::vector<RrType> Zone::types_at(const wire::Name& owner) const {
  std::vector<RrType> types;
  if (const Node* found = node(owner))
    for (const ZoneSet& set : *found) types.push_back(set.type);
  return types;
}

std::vector<wire::Name> Zone::owners() const {
  std::vector<wire::Name> all;
  for (const auto& [key, node] : nodes_)
    all.push_back(*wire::Name::from_wire(
        wire::Bytes(reinterpret_cast<const std::uint8_t*>(key.data()), key.size())));
  return all;
}

const ZoneSet* Zone::find(const wire::Name& owner, RrType type) const {
  const Node* found = node(owner);
  return found == nullptr ? nullptr : set_of(*found, type);
}

std::vector<Record> Zone::records_of(const wire::Name& owner, const ZoneSet& set) {
  std::vector<Record> records;
  for (const Octets& rdata : set.rdata)
    records.push_back({owner, set.type, wire::RrClass::in, set.ttl, rdata});
  return records;
}

Record Zone::soa() const {
  Record soa{apex_, RrType::soa, wire::RrClass::in, default_ttl_, octets_of(apex_)};
  const Octets rname = octets_of(apex_);
  soa.rdata.insert(soa.rdata.end(), rname.begin(), rname.end());
  for (const std::uint32_t number : {1u, 7200u, 3600u, 604800u, soa_minimum_})
    append_u32(soa.rdata, number);
  return soa;
}

Zone::Lookup Zone::denial(Found kind) const {
  Lookup lookup;
  lookup.found = kind;
  lookup.records.push_back(soa());
  return lookup;
}

Zone::Lookup Zone::by_dname(const wire::Name& owner, const ZoneSet& dname, const wire::Name& name) {
  Lookup lookup;
  lookup.found = Found::dname;
  lookup.records = records_of(owner, dname);
  const auto to = wire::Name::from_wire(dname.rdata.front());
  const auto target = name.with_suffix_replaced(owner, *to);
  lookup.target_too_long = !target;
  if (!target) return lookup;
  lookup.target = *target;
  lookup.records.push_back({name, RrType::cname, wire::RrClass::in, dname.ttl, octets_of(*target)});
  return lookup;
}

Zone::Lookup Zone::look_in_node(const Node& found, const wire::Name& owner, RrType type) const {
  Lookup lookup;
  const ZoneSet* alias = set_of(found, RrType::cname);
  if (alias != nullptr && type != RrType::cname) {
    lookup.found = Found::alias;
    lookup.records = records_of(owner, *alias);
    lookup.target = *wire::Name::from_wire(alias->rdata.front());
    return lookup;
  }
  lookup.found = Found::answer;
  if (type == RrType::soa && owner == apex_) {
    lookup.records.push_back(soa());
    return lookup;
  }
  const ZoneSet* set = set_of(found, type);
  if (set == nullptr) return denial(Found::nodata);
  lookup.records = records_of(owner, *set);
  return lookup;
}

Zone::Lookup Zone::look_up(const wire::Name& name, RrType type) const {
  Lookup found = search(name, type);
  found.name = name;
  return found;
}

Zone::Lookup Zone::search(const wire::Name& name, RrType type) const {
  const unsigned apex_labels = apex_.label_count();
  for (unsigned labels = apex_labels; labels <= name.label_count(); ++labels) {
    const wire::Name at = name.suffix(labels);
    const Node* here = node(at);
    const bool is_qname = labels == name.label_count();
    if (here == nullptr) {
      const auto star = name.suffix(labels - 1)
                            .with_label(wire::Bytes(reinterpret_cast<const std::uint8_t*>("*"), 1));
      const Node* wildcard = star ? node(*star) : nullptr;
      if (wildcard == nullptr) return denial(Found::nxdomain);
      Lookup made = look_in_node(*wildcard, name, type);
      made.wildcard = star.value();
      return made;
    }
    const ZoneSet* cut = labels > apex_labels ? set_of(*here, RrType::ns) : nullptr;
    if (cut != nullptr && !(is_qname && type == RrType::ds)) {
      Lookup referral;
      referral.found = Found::referral;
      referral.records = records_of(at, *cut);
      return referral;
    }
    const ZoneSet* dname = set_of(*here, RrType::dname);
    if (dname != nullptr && !is_qname) return by_dname(at, *dname, name);
    if (is_qname) return look_in_node(*here, name, type);
  }
  return denial(Found::nxdomain);
}

}  // namespace godwit::sim
