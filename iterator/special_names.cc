// The tables of special names, and the answers made of them. Every zone's SOA and NS are those of
// RFC 6303 §3.
#include "iterator/special_names.h"

#include <algorithm>
#include <array>
#include <string>

#include "wire/ip_address.h"
#include "wire/name_text.h"

namespace godwit::iterator {
namespace {

using wire::Name;
using wire::RrType;

constexpr std::uint32_t local_ttl_seconds = 10'800;  // RFC 6303 §3

struct ZoneRow {
  std::string_view name;
  SpecialService service;
  std::string_view reason;
};

constexpr std::string_view private_addresses =
    "reverse names of private addresses are answered locally (RFC 6303)";
constexpr std::string_view no_addresses =
    "reverse names of addresses without hosts are answered locally (RFC 6303)";
constexpr std::string_view link_local =
    "reverse names of link-local addresses are answered locally (RFC 6303)";
constexpr std::string_view shared_addresses =
    "reverse names of shared addresses are answered locally (RFC 7793)";

constexpr auto empty_zone = SpecialService::empty_zone;
constexpr auto name_error = SpecialService::name_error;

// Not here: "example." (RFC 6761 §6.5) and "alt." (RFC 9476), which caching servers treat as any
// other name.
constexpr std::array zone_rows{
    ZoneRow{"localhost.", SpecialService::loopback,
            "localhost names have addresses only (RFC 6761)"},
    ZoneRow{"invalid.", name_error, "invalid names do not exist (RFC 6761)"},
    ZoneRow{"test.", name_error, "test names are not looked up in the DNS (RFC 6761)"},
    ZoneRow{"onion.", name_error, "onion names are not looked up in the DNS (RFC 7686)"},
    ZoneRow{"local.", name_error, "local names are looked up by multicast DNS (RFC 6762)"},
    ZoneRow{"home.arpa.", empty_zone, "home.arpa names belong to a home's own servers (RFC 8375)"},
    ZoneRow{"service.arpa.", empty_zone,
            "service.arpa names belong to a network's own servers (RFC 9665)"},
    ZoneRow{"resolver.arpa.", SpecialService::no_data,
            "this resolver designates no other resolver (RFC 9462)"},
    ZoneRow{"ipv4only.arpa.", empty_zone, "ipv4only.arpa has IPv4 addresses only (RFC 8880)"},
    ZoneRow{"170.0.0.192.in-addr.arpa.", empty_zone,
            "ipv4only.arpa is answered locally (RFC 8880)"},
    ZoneRow{"171.0.0.192.in-addr.arpa.", empty_zone,
            "ipv4only.arpa is answered locally (RFC 8880)"},
    ZoneRow{"10.in-addr.arpa.", empty_zone, private_addresses},
    ZoneRow{"168.192.in-addr.arpa.", empty_zone, private_addresses},
    ZoneRow{"0.in-addr.arpa.", empty_zone, no_addresses},
    ZoneRow{"127.in-addr.arpa.", empty_zone,
            "reverse names of loopback addresses are answered locally (RFC 6303)"},
    ZoneRow{"254.169.in-addr.arpa.", empty_zone, link_local},
    ZoneRow{"2.0.192.in-addr.arpa.", empty_zone, no_addresses},
    ZoneRow{"100.51.198.in-addr.arpa.", empty_zone, no_addresses},
    ZoneRow{"113.0.203.in-addr.arpa.", empty_zone, no_addresses},
    ZoneRow{"255.255.255.255.in-addr.arpa.", empty_zone, no_addresses},
    ZoneRow{"0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.ip6.arpa.", empty_zone,
            no_addresses},
    ZoneRow{"1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.ip6.arpa.", empty_zone,
            no_addresses},
    ZoneRow{"d.f.ip6.arpa.", empty_zone, private_addresses},
    ZoneRow{"8.e.f.ip6.arpa.", empty_zone, link_local},
    ZoneRow{"9.e.f.ip6.arpa.", empty_zone, link_local},
    ZoneRow{"a.e.f.ip6.arpa.", empty_zone, link_local},
    ZoneRow{"b.e.f.ip6.arpa.", empty_zone, link_local},
    ZoneRow{"8.b.d.0.1.0.0.2.ip6.arpa.", empty_zone, no_addresses},
};

// Zones for each number of a range: RFC 1918 172.16/12 and RFC 7793 100.64/10.
struct RangeRow {
  unsigned first, last;
  std::string_view below;
  std::string_view reason;
};
constexpr std::array range_rows{
    RangeRow{16, 31, "172.in-addr.arpa.", private_addresses},
    RangeRow{64, 127, "100.in-addr.arpa.", shared_addresses},
};

struct DataRow {
  std::string_view owner;
  RrType type;
  std::string_view value;  // an address, or a name for PTR
};
constexpr std::array data_rows{
    DataRow{"1.0.0.127.in-addr.arpa.", RrType::ptr, "localhost."},
    DataRow{"1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.ip6.arpa.",
            RrType::ptr, "localhost."},
    DataRow{"ipv4only.arpa.", RrType::a, "192.0.0.170"},
    DataRow{"ipv4only.arpa.", RrType::a, "192.0.0.171"},
    DataRow{"170.0.0.192.in-addr.arpa.", RrType::ptr, "ipv4only.arpa."},
    DataRow{"171.0.0.192.in-addr.arpa.", RrType::ptr, "ipv4only.arpa."},
};

struct LocalRecord {
  Name owner;
  RrType type;
  std::vector<std::uint8_t> rdata;
};

std::vector<std::uint8_t> to_vector(wire::Bytes octets) {
  return {octets.begin(), octets.end()};
}

const std::vector<LocalRecord>& local_records() {
  static const std::vector<LocalRecord> records = [] {
    std::vector<LocalRecord> out;
    for (const auto& row : data_rows) {
      const auto rdata = row.type == RrType::ptr
                             ? to_vector(wire::parse_name(row.value).value().wire())
                             : to_vector(wire::IpAddress::parse(row.value).value().octets());
      out.push_back({wire::parse_name(row.owner).value(), row.type, rdata});
    }
    return out;
  }();
  return records;
}

std::vector<SpecialZone> all_zones() {
  std::vector<SpecialZone> out;
  for (const auto& row : zone_rows)
    out.push_back({wire::parse_name(row.name).value(), row.service, row.reason});
  for (const auto& row : range_rows) {
    const Name below = wire::parse_name(row.below).value();
    for (unsigned number = row.first; number <= row.last; ++number) {
      const auto name = wire::parse_name(std::to_string(number), below).value();
      out.push_back({name, empty_zone, row.reason});
    }
  }
  std::ranges::sort(out, [](const auto& a, const auto& b) { return a.name < b.name; });
  return out;
}

// "@ SOA @ nobody.invalid. 1 3600 1200 604800 10800", "@ NS @"
wire::RRsetPtr make_soa(const Name& zone) {
  static const Name nobody = wire::parse_name("nobody.invalid.").value();
  auto rdata = to_vector(zone.wire());
  rdata.insert(rdata.end(), nobody.wire().begin(), nobody.wire().end());
  for (const std::uint32_t number : {1u, 3600u, 1200u, 604'800u, local_ttl_seconds}) {
    rdata.resize(rdata.size() + 4);
    wire::store_u32(rdata.data() + rdata.size() - 4, number);
  }
  wire::RRsetBuilder builder(zone, RrType::soa);
  builder.add(rdata, local_ttl_seconds);
  return builder.build();
}

wire::RRsetPtr make_ns(const Name& zone) {
  wire::RRsetBuilder builder(zone, RrType::ns);
  builder.add(zone.wire(), local_ttl_seconds);
  return builder.build();
}

wire::RRsetPtr make_loopback(const Name& owner, RrType type) {
  wire::RRsetBuilder builder(owner, type);
  const auto address = wire::IpAddress::parse(type == RrType::a ? "127.0.0.1" : "::1").value();
  builder.add(address.octets(), local_ttl_seconds);
  return builder.build();
}

wire::RRsetPtr find_data(const Question& question) {
  wire::RRsetBuilder builder(question.name, question.type);
  for (const auto& record : local_records()) {
    if (record.type == question.type && record.owner == question.name)
      builder.add(record.rdata, local_ttl_seconds);
  }
  return builder.build();
}

bool has_data_at_or_below(const Name& name) {
  return std::ranges::any_of(local_records(), [&name](const LocalRecord& record) {
    return record.owner.is_at_or_below(name);
  });
}

wire::RRsetPtr data_of(const SpecialZone& zone, const Question& question) {
  const RrType type = question.type;
  if (question.name == zone.name && type == RrType::soa) return make_soa(zone.name);
  if (question.name == zone.name && type == RrType::ns) return make_ns(zone.name);
  switch (zone.service) {
    case SpecialService::loopback:
      if (type != RrType::a && type != RrType::aaaa) return nullptr;
      return make_loopback(question.name, type);
    case SpecialService::empty_zone:
    case SpecialService::no_data:
      return find_data(question);
    case SpecialService::name_error:
      break;
  }
  return nullptr;
}

// For ANY all there is: it is little, and made here (RFC 8482 §4.1 would allow for less).
std::vector<AnswerRRset> answer_of(const SpecialZone& zone, const Question& question) {
  static constexpr std::array types{RrType::soa, RrType::ns, RrType::a, RrType::aaaa, RrType::ptr};
  std::vector<AnswerRRset> out;
  const auto add = [&](const Question& one) {
    if (const auto data = data_of(zone, one)) out.push_back({data, local_ttl_seconds});
  };
  if (question.type != RrType::any) {
    add(question);
    return out;
  }
  Question one = question;
  for (const RrType type : types) {
    one.type = type;
    add(one);
  }
  return out;
}

}  // namespace

SpecialNames::SpecialNames(std::span<const Name> configured) : zones_(all_zones()) {
  std::erase_if(zones_, [configured](const SpecialZone& zone) {
    return std::ranges::any_of(configured, [&zone](const Name& name) {
      return !name.is_root() && zone.name.is_at_or_below(name);
    });
  });
  for (const auto& name : configured)
    if (zone_of(name) != nullptr) configured_.push_back(name);
  for (const auto& zone : zones_) {
    const auto top = zone.name.suffix(1);
    if (std::ranges::find(top_level_, top) == top_level_.end()) top_level_.push_back(top);
  }
}

std::optional<Answer> SpecialNames::find(const Question& question) const {
  if (question.rr_class != wire::RrClass::in || question.name.is_root()) return std::nullopt;
  const wire::Bytes top = question.name.suffix_wire(1);
  if (std::ranges::none_of(top_level_, [top](const Name& name) {
        return name.size() == top.size() && wire::equal_ignoring_case(name.wire(), top);
      })) {
    return std::nullopt;
  }
  const auto* zone = zone_of(question.name);
  if (zone == nullptr || is_handed_over(question)) return std::nullopt;
  const bool is_apex = question.name == zone->name;
  const bool is_delegated =
      zone->service == SpecialService::empty_zone || zone->service == SpecialService::no_data;
  if (is_apex && is_delegated && question.type == RrType::ds) return std::nullopt;

  Answer out;
  out.authoritative = true;
  out.answer = answer_of(*zone, question);
  if (!out.answer.empty()) return out;
  // The apex owns the SOA record, so it exists.
  const bool denies_name =
      !is_apex &&
      (zone->service == SpecialService::name_error ||
       (zone->service == SpecialService::empty_zone && !has_data_at_or_below(question.name)));
  if (denies_name && !has_configured_at_or_below(question.name)) out.rcode = wire::Rcode::nxdomain;
  out.authority.push_back({make_soa(zone->name), local_ttl_seconds});
  out.errors.push_back({wire::EdeCode::other, std::string(zone->reason)});
  return out;
}

// The closest special zone at or above `name`.
const SpecialZone* SpecialNames::zone_of(const Name& name) const noexcept {
  for (unsigned labels = name.label_count(); labels > 0; --labels) {
    const Name candidate = name.suffix(labels);
    const auto found = std::ranges::lower_bound(zones_, candidate, {}, &SpecialZone::name);
    if (found != zones_.end() && found->name == candidate) return &*found;
  }
  return nullptr;
}

// The DS set of a configured zone is the special zone's to deny: it stands at the parent's side.
bool SpecialNames::is_handed_over(const Question& question) const noexcept {
  return std::ranges::any_of(configured_, [&question](const Name& zone) {
    if (question.type == RrType::ds) return question.name.is_below(zone);
    return question.name.is_at_or_below(zone);
  });
}

bool SpecialNames::has_configured_at_or_below(const Name& name) const noexcept {
  return std::ranges::any_of(configured_,
                             [&name](const Name& zone) { return zone.is_at_or_below(name); });
}

}  // namespace godwit::iterator
