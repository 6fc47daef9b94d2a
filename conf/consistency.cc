// The rules between settings.
#include "conf/consistency.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "conf/settings.h"

namespace godwit::conf {
namespace {

class Checker {
 public:
  Checker(const std::vector<Position>& origins, Problems& problems)
      : origins_(origins), problems_(problems) {}

  // Reports `text` against `a` or `b`, whichever the file names last.
  void contradict(std::string_view a, std::string_view b, std::string text) {
    const Position at_a = position_of(a);
    const Position at_b = position_of(b);
    const bool a_is_later = std::pair(at_a.line, at_a.column) > std::pair(at_b.line, at_b.column);
    problems_.add({ConfigError::contradiction, a_is_later ? at_a : at_b,
                   std::string(a_is_later ? a : b), std::move(text)});
  }

  template <class T>
  void at_most(std::string_view low, const T& low_value, std::string_view high,
               const T& high_value) {
    if (low_value <= high_value) return;
    const Table& table = settings_table();
    contradict(low, high,
               std::string(low) + " (" + table.find(low)->type->print(&low_value) +
                   ") must not be more than " + std::string(high) + " (" +
                   table.find(high)->type->print(&high_value) + ")");
  }

 private:
  [[nodiscard]] Position position_of(std::string_view path) const {
    const auto& settings = settings_table().settings;
    const auto row = static_cast<std::size_t>(settings_table().find(path) - settings.data());
    return origins_[row];
  }

  const std::vector<Position>& origins_;
  Problems& problems_;
};

void check_orders(const Config& config, Checker& checker) {
  const ResolverLimits& limits = config.resolver.limits;
  checker.at_most("resolver.limits.answer-time", limits.answer_time,
                  "resolver.limits.resolution-time", limits.resolution_time);
  checker.at_most("resolver.limits.minimise-single-labels", limits.minimise_single_labels,
                  "resolver.limits.minimise-steps", limits.minimise_steps);
  checker.at_most("cache.min-ttl", config.cache.min_ttl, "cache.max-ttl", config.cache.max_ttl);
  checker.at_most("cache.failure-ttl-min", config.cache.failure_ttl_min, "cache.failure-ttl-max",
                  config.cache.failure_ttl_max);
  const DnssecLimits& validation = config.dnssec.limits;
  checker.at_most("dnssec.limits.nsec3-iterations", validation.nsec3_iterations,
                  "dnssec.limits.nsec3-iterations-max", validation.nsec3_iterations_max);
  checker.at_most("dnssec.limits.failed-checks", validation.failed_checks,
                  "dnssec.limits.signature-checks", validation.signature_checks);
  checker.at_most("dnssec.limits.failed-time", validation.failed_time,
                  "dnssec.limits.signature-time", validation.signature_time);
  checker.at_most("tcp.idle-timeout-min", config.tcp.idle_timeout_min, "tcp.idle-timeout",
                  config.tcp.idle_timeout);
  checker.at_most("tcp.buffer-bytes", config.tcp.buffer_bytes, "tcp.buffer-bytes-total",
                  config.tcp.buffer_bytes_total);
}

void check_listen(const Config& config, Checker& checker) {
  std::map<std::pair<IpAddress, std::uint16_t>, std::vector<Transport>> taken;
  for (const Listen& listen : config.listen) {
    auto& transports = taken[{listen.address, listen.port}];
    for (const Transport transport : listen.transports) {
      if (std::find(transports.begin(), transports.end(), transport) != transports.end()) {
        wire::Endpoint endpoint;
        endpoint.address = listen.address;
        endpoint.port = listen.port;
        checker.contradict("listen", "listen",
                           "the list has " + endpoint.to_text() + " with the same transport twice");
      }
      transports.push_back(transport);
    }
  }
}

void check_zones(const Resolver& resolver, Checker& checker) {
  std::vector<std::string> names;
  for (const ZoneServers& zone : resolver.forward_zones) names.push_back(zone.name);
  for (const ZoneServers& zone : resolver.stub_zones) names.push_back(zone.name);
  std::sort(names.begin(), names.end());
  for (auto name = std::adjacent_find(names.begin(), names.end()); name != names.end();
       name = std::adjacent_find(name, names.end())) {
    checker.contradict("resolver.forward-zones", "resolver.stub-zones",
                       "the zone " + shown(*name) + " is given twice");
    name = std::upper_bound(name, names.end(), *name);
  }
}

// Lists are told apart by their names; only a transparent zone leaves anything to the servers of
// one with the same name.
void check_local(const Config& config, Checker& checker) {
  std::set<std::string> seen;
  for (const BlockList& list : config.local.block_lists)
    if (!seen.insert("list " + list.name).second)
      checker.contradict("local.block-lists", "local.block-lists",
                         "the list " + shown(list.name) + " is given twice");
  for (const LocalZone& zone : config.local.zones) {
    if (!seen.insert(zone.name).second)
      checker.contradict("local.zones", "local.zones",
                         "the zone " + shown(zone.name) + " is given twice");
    if (zone.type == LocalZoneType::transparent) continue;
    const auto is_same = [&zone](const ZoneServers& other) { return other.name == zone.name; };
    for (const auto& [key, zones] :
         {std::pair("resolver.forward-zones", &config.resolver.forward_zones),
          std::pair("resolver.stub-zones", &config.resolver.stub_zones)})
      if (std::any_of(zones->begin(), zones->end(), is_same))
        checker.contradict("local.zones", key,
                           "the zone " + shown(zone.name) +
                               " is answered here and asked elsewhere; only a transparent one "
                               "can be both");
  }
}

void check_negative_anchors(const Dnssec& dnssec, Checker& checker) {
  std::set<std::string> seen;
  for (const NegativeTrustAnchor& negative : dnssec.negative_trust_anchors) {
    if (seen.insert(negative.name).second) continue;
    checker.contradict("dnssec.negative-trust-anchors", "dnssec.negative-trust-anchors",
                       "the name " + shown(negative.name) + " is given twice");
  }
}

}  // namespace

void check_consistency(const Config& config, const std::vector<Position>& origins,
                       Problems& problems) {
  Checker checker(origins, problems);
  check_orders(config, checker);
  check_listen(config, checker);
  check_zones(config.resolver, checker);
  check_negative_anchors(config.dnssec, checker);
  check_local(config, checker);
  if (!config.resolver.upstream_ipv4 && !config.resolver.upstream_ipv6) {
    checker.contradict("resolver.upstream-ipv4", "resolver.upstream-ipv6",
                       "upstream-ipv4 and upstream-ipv6 are both false: no server could be asked");
  }
}

}  // namespace godwit::conf
