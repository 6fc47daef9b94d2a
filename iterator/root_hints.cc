// The built-in table is a list of facts: https://www.iana.org/domains/root/servers, as of the root
// zone of 2026. It becomes a Delegation in the same way as a file does.
#include "iterator/root_hints.h"

#include <algorithm>
#include <array>
#include <boost/throw_exception.hpp>
#include <stdexcept>
#include <vector>

#include "wire/name_text.h"
#include "wire/rdata_text.h"

namespace godwit::iterator {
namespace {

constexpr std::uint32_t hints_ttl_seconds = 3'600'000;

struct RootServer {
  char letter;
  std::string_view v4;
  std::string_view v6;
};
constexpr std::array<RootServer, 13> root_servers{{
    {'a', "198.41.0.4", "2001:503:ba3e::2:30"},
    {'b', "170.247.170.2", "2801:1b8:10::b"},
    {'c', "192.33.4.12", "2001:500:2::c"},
    {'d', "199.7.91.13", "2001:500:2d::d"},
    {'e', "192.203.230.10", "2001:500:a8::e"},
    {'f', "192.5.5.241", "2001:500:2f::f"},
    {'g', "192.112.36.4", "2001:500:12::d0d"},
    {'h', "198.97.190.53", "2001:500:1::53"},
    {'i', "192.36.148.17", "2001:7fe::53"},
    {'j', "192.58.128.30", "2001:503:c27::2:30"},
    {'k', "193.0.14.129", "2001:7fd::1"},
    {'l', "199.7.83.42", "2001:500:9f::42"},
    {'m', "202.12.27.33", "2001:dc3::35"},
}};

struct ServerAddress {
  wire::Name server;
  wire::IpAddress address;
};

// Glue refers to the records of `ns` by their place.
cache::Delegation make_delegation(const wire::RRsetBuilder& ns,
                                  const std::vector<ServerAddress>& addresses) {
  cache::Delegation out;
  out.ns = ns.build();
  std::uint16_t index = 0;
  for (const auto rdata : out.ns->records()) {
    const auto server = wire::Name::from_valid_wire(rdata);
    for (const auto& known : addresses) {
      if (known.server == server) out.glue.push_back({index, known.address});
    }
    ++index;
  }
  return out;
}

cache::Delegation make_built_in() {
  wire::RRsetBuilder ns(wire::Name{}, wire::RrType::ns);
  std::vector<ServerAddress> addresses;
  const auto domain = wire::parse_name("root-servers.net.").value();
  for (const auto& root_server : root_servers) {
    const auto letter = static_cast<std::uint8_t>(root_server.letter);
    const auto name = domain.with_label({&letter, 1}).value();
    ns.add(name.wire(), hints_ttl_seconds);
    addresses.push_back({name, wire::IpAddress::parse(root_server.v4).value()});
    addresses.push_back({name, wire::IpAddress::parse(root_server.v6).value()});
  }
  return make_delegation(ns, addresses);
}

RootHintsError fault(RootHintsFault what) {
  RootHintsError out;
  out.fault = what;
  return out;
}

}  // namespace

const std::shared_ptr<const cache::Delegation>& built_in_root_hints() {
  static const auto hints = std::make_shared<const cache::Delegation>(make_built_in());
  return hints;
}

cache::Delegation with_ttl(const cache::Delegation& hints, std::uint32_t seconds) {
  cache::Delegation out = hints;
  wire::RRsetBuilder ns(hints.cut(), wire::RrType::ns);
  for (const wire::Bytes server : hints.ns->records()) ns.add(server, seconds);
  out.ns = ns.build();
  return out;
}

std::string_view describe(RootHintsFault what) noexcept {
  switch (what) {
    case RootHintsFault::unreadable:
      return "not a master file";
    case RootHintsFault::other_zone:
      return "an NS record of another name than the root";
    case RootHintsFault::no_servers:
      return "no NS record";
    case RootHintsFault::no_addresses:
      break;
  }
  return "no address for any of the servers";
}

void throw_exception_from_error(const RootHintsError& error, const boost::source_location& where) {
  boost::throw_exception(std::logic_error(std::string(describe(error.fault))), where);
}

boost::system::result<cache::Delegation, RootHintsError> parse_root_hints(std::string_view text) {
  const auto records = wire::parse_master_file(text, wire::Name{});
  if (!records) {
    RootHintsError out;
    out.wire_error = records.error().error;
    out.line = records.error().line;
    return out;
  }

  wire::RRsetBuilder ns(wire::Name{}, wire::RrType::ns);
  std::vector<ServerAddress> addresses;
  for (const auto& record : *records) {
    if (record.rr_class != wire::RrClass::in) continue;
    const wire::Bytes rdata = record.rdata;
    if (record.type == wire::RrType::ns) {
      if (!record.owner.is_root()) return fault(RootHintsFault::other_zone);
      ns.add(rdata, record.ttl.value_or(hints_ttl_seconds));
    } else if (record.type == wire::RrType::a && rdata.size() == 4) {
      addresses.push_back({record.owner, wire::IpAddress::v4(rdata.first<4>())});
    } else if (record.type == wire::RrType::aaaa && rdata.size() == 16) {
      addresses.push_back({record.owner, wire::IpAddress::v6(rdata.first<16>())});
    }
  }
  if (ns.size() == 0) return fault(RootHintsFault::no_servers);
  auto delegation = make_delegation(ns, addresses);
  if (delegation.glue.empty()) return fault(RootHintsFault::no_addresses);
  return delegation;
}

}  // namespace godwit::iterator
