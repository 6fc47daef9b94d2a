#include "local/local_data_builder.h"

#include <algorithm>

#include "local/hosts_reader.h"
#include "local/reverse_name.h"
#include "wire/name_text.h"
#include "wire/rdata.h"

namespace godwit::local {

using wire::Name;
using wire::RrType;

namespace {

// Answered as RFC 6761 says, whatever a hosts file has.
const Name& localhost() {
  static const Name name = wire::parse_name("localhost.").value();
  return name;
}

// Whether an address is some host's, and the name that goes with it worth telling.
bool is_of_a_host(const wire::IpAddress& address) noexcept {
  const wire::Bytes octets = address.octets();
  if (address.is_v4()) return octets[0] != 0 && octets[0] != 127 && octets[0] < 224;
  return octets[0] != 255 && std::ranges::any_of(octets.first(15), [](auto o) { return o != 0; });
}

// Types of signed zones, which mean nothing where nobody signs.
bool is_of_signatures(RrType type) noexcept {
  switch (type) {
    case RrType::rrsig:
    case RrType::nsec:
    case RrType::nsec3:
    case RrType::nsec3param:
    case RrType::dnskey:
      return true;
    default:
      return false;
  }
}

// Why a record cannot be used; null: it can.
const char* fault_of(const wire::RecordText& record, const Name& apex) noexcept {
  if (record.rr_class != wire::RrClass::in) return "is not of class IN";
  if (!record.owner.is_at_or_below(apex)) return "is not in the zone";
  if (wire::is_meta(record.type)) return "is of a type that is no data";
  if (is_of_signatures(record.type)) return "is of a signed zone, and local answers are not signed";
  if (record.type == RrType::dname) return "is a DNAME, which local data cannot be";
  if (record.type == RrType::ns && record.owner != apex)
    return "delegates: a zone of other servers is for resolver.stub-zones";
  return nullptr;
}

}  // namespace

void LocalDataBuilder::begin_file(const std::string& name) {
  out_->files_.push_back(name);
  issues_.begin_file(name);
}

void LocalDataBuilder::fail(std::size_t line, std::string_view why) {
  if (!error_.empty()) return;
  error_ = out_->files_.back() + (line > 0 ? ":" + std::to_string(line) : std::string()) + ": " +
           std::string(why);
}

// With nodes for all names above, up to the root: what exists and what does not is told by them.
std::uint32_t LocalDataBuilder::node_of(const Name& name) {
  auto& names = out_->names_;
  if (const std::uint32_t known = names.find(name); known != NameIndex::none) return known;
  if (name.label_count() > 1 && node_of(name.parent()) == NameIndex::none) return NameIndex::none;
  if (names.size() >= names_max_) {
    fail(0, "more names than local.names-max");
    return NameIndex::none;
  }
  const std::uint32_t number = names.insert(name.wire());
  out_->nodes_.resize(names.size());
  return number;
}

void LocalDataBuilder::add(const Name& owner, const Pending& what, wire::Bytes rdata) {
  Pending pending = what;
  pending.node = node_of(owner);
  if (pending.node == NameIndex::none) return;
  pending.source.file = static_cast<std::uint32_t>(out_->files_.size() - 1);
  pending.rdata_begin = static_cast<std::uint32_t>(rdata_.size());
  pending.rdata_octets = static_cast<std::uint32_t>(rdata.size());
  rdata_.insert(rdata_.end(), rdata.begin(), rdata.end());
  pending_.push_back(pending);
}

void LocalDataBuilder::add_address(const Name& owner, const wire::IpAddress& address,
                                   std::uint32_t line) {
  Pending what;
  what.type = address.is_v4() ? RrType::a : RrType::aaaa;
  what.ttl = hosts_ttl_seconds;
  what.source.line = line;
  add(owner, what, address.octets());
}

void LocalDataBuilder::add_hosts(const std::string& file, std::string_view text) {
  begin_file(file);
  read_hosts(text, issues_, [this](const HostsName& found) {
    if (!error_.empty() || found.name.is_at_or_below(localhost())) return;
    add_address(found.name, found.address, found.line);
    if (!found.is_first || !is_of_a_host(found.address)) return;
    if (!named_.insert(found.address).second) return;
    Pending what;
    what.type = RrType::ptr;
    what.ttl = hosts_ttl_seconds;
    what.source.line = found.line;
    add(reverse_name(found.address), what, found.name.wire());
  });
}

void LocalDataBuilder::add_record(const wire::MasterRecord& record, std::uint32_t line) {
  Pending what;
  what.type = record.record.type;
  what.is_alias = record.is_alias;
  what.ttl = record.record.ttl.value_or(records_ttl_seconds);
  what.source.line = line;
  const std::size_t before = pending_.size();
  add(record.record.owner, what, record.record.rdata);
  if (pending_.size() > before) out_->nodes_[pending_.back().node].hosts_only = false;
}

void LocalDataBuilder::add_records(const std::string& setting,
                                   std::span<const std::string> records) {
  std::size_t item = 0;
  for (const std::string& text : records) {
    begin_file(setting + "[" + std::to_string(item++) + "]");
    wire::MasterFileReader reader(text, Name());
    reader.read_aliases();
    const auto first = reader.next();
    if (!first) return fail(0, wire::describe(first.error()));
    if (!*first) return fail(0, "is no record");
    if (const char* const why = fault_of((*first)->record, Name())) return fail(0, why);
    add_record(**first, 0);
    const auto more = reader.next();
    if (!more || *more) return fail(0, "is more than one record");
  }
}

void LocalDataBuilder::add_zone(const ZoneText& zone) {
  begin_file(zone.file);
  const std::uint32_t node = node_of(zone.apex);
  if (node == NameIndex::none) return;
  if (out_->nodes_[node].zone != LocalData::no_zone) return fail(0, "a zone is given twice");
  out_->nodes_[node].zone = static_cast<std::uint32_t>(out_->zones_.size());
  const Source source{static_cast<std::uint32_t>(out_->files_.size() - 1), 0};
  out_->nodes_[node].source = source;
  out_->zones_.push_back({zone.apex, zone.type, nullptr, source});
  wire::MasterFileReader reader(zone.text, zone.apex);
  reader.read_aliases();
  while (error_.empty()) {
    const auto record = reader.next();
    const auto line = static_cast<std::uint32_t>(reader.line());
    if (!record) return fail(line, wire::describe(record.error()));
    if (!*record) return;
    if (const char* const why = fault_of((*record)->record, zone.apex))
      issues_.add(line, why);
    else
      add_record(**record, line);
  }
}

void LocalDataBuilder::hand_over(const Name& zone) {
  bool is_inside = false;
  out_->names_.find_above(zone, [&](std::uint32_t number, unsigned) {
    is_inside = out_->nodes_[number].zone != LocalData::no_zone;
    return is_inside;
  });
  if (!is_inside) return;
  begin_file("the zone " + wire::to_text(zone));
  const std::uint32_t node = node_of(zone);
  if (node == NameIndex::none) return;
  if (out_->nodes_[node].zone != LocalData::no_zone) return;  // stated for this very name
  out_->nodes_[node].zone = static_cast<std::uint32_t>(out_->zones_.size());
  const Source source{static_cast<std::uint32_t>(out_->files_.size() - 1), 0};
  out_->zones_.push_back({zone, ZoneType::transparent, nullptr, source});
}

// All of one name's.
void LocalDataBuilder::check_node(std::span<const Pending> records) {
  const auto count = [records](auto is_one) {
    return static_cast<std::size_t>(std::ranges::count_if(records, is_one));
  };
  const std::size_t aliases = count([](const Pending& one) { return one.is_alias; });
  const std::size_t cnames =
      count([](const Pending& one) { return !one.is_alias && one.type == RrType::cname; });
  const std::size_t addresses =
      count([](const Pending& one) { return one.type == RrType::a || one.type == RrType::aaaa; });
  const char* why = nullptr;
  if (cnames > 0 && records.size() > 1) why = "has a CNAME and something else";
  if (aliases > 1) why = "has two ALIAS records";
  if (aliases > 0 && addresses > 0) why = "has an ALIAS and addresses of its own";
  if (why == nullptr || !error_.empty()) return;
  const auto order = [](const Pending& one) { return std::pair(one.source.file, one.source.line); };
  const Pending& last = *std::ranges::max_element(records, {}, order);
  error_ = out_->place_of(last.source) + ": " +
           wire::to_text(Name::from_valid_wire(out_->names_.name(last.node))) + " " + why;
}

void LocalDataBuilder::make_sets() {
  const auto order = [](const Pending& one) {
    return std::tuple(one.node, !one.is_alias, one.type);
  };
  // Records of a set stay in the order in which they were read.
  std::ranges::sort(pending_, {}, [&](const Pending& one) {
    return std::tuple_cat(order(one), std::tuple(one.rdata_begin));
  });
  for (std::size_t begin = 0; begin < pending_.size() && error_.empty();) {
    std::size_t end = begin;
    while (end < pending_.size() && pending_[end].node == pending_[begin].node) ++end;
    const std::span<const Pending> all(pending_.data() + begin, end - begin);
    check_node(all);
    LocalData::Node& node = out_->nodes_[all.front().node];
    node.sets_begin = static_cast<std::uint32_t>(out_->sets_.size());
    node.source = all.front().source;
    node.is_alias = all.front().is_alias;
    const Name owner = Name::from_valid_wire(out_->names_.name(all.front().node));
    for (std::size_t i = 0; i < all.size();) {
      wire::RRsetBuilder builder(owner, all[i].type);
      const auto key = order(all[i]);
      out_->set_sources_.push_back(all[i].source);
      for (; i < all.size() && order(all[i]) == key; ++i)
        builder.add(wire::Bytes(rdata_).subspan(all[i].rdata_begin, all[i].rdata_octets),
                    all[i].ttl);
      out_->sets_.push_back(builder.build());
      ++node.sets;
    }
    begin = end;
  }
}

// A zone's SOA is that of its file, or made.
void LocalDataBuilder::make_apexes() {
  for (LocalData::Zone& zone : out_->zones_) {
    const LocalData::Node& node = out_->nodes_[out_->names_.find(zone.apex)];
    for (std::size_t i = 0; i < node.sets; ++i) {
      const wire::RRsetPtr& set = out_->sets_[node.sets_begin + i];
      if (set->type() == RrType::soa) zone.soa = set;
    }
    if (!zone.soa) zone.soa = made_soa(zone.apex, records_ttl_seconds);
  }
}

LocalDataPtr LocalDataBuilder::build() {
  if (error_.empty()) make_sets();
  if (!error_.empty()) return nullptr;
  make_apexes();
  out_->names_.finish();
  return std::move(out_);
}

}  // namespace godwit::local
