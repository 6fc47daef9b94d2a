#include "tests/scenario/setup.h"

#include <algorithm>
#include <charconv>
#include <map>

#include "conf/config.h"
#include "wire/name_text.h"

namespace godwit::scenario {
namespace {

bool is_on(std::string_view value) {
  return value == "yes" || value == "on" || value == "true";
}

std::uint32_t number(std::string_view text, std::uint32_t otherwise) {
  std::uint32_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size() ? value : otherwise;
}

// "YYYYMMDDHHMMSS", UTC.
std::chrono::system_clock::time_point date(std::string_view text) {
  if (text.size() != 14) return {};
  const auto part = [text](std::size_t at, std::size_t size) {
    return number(text.substr(at, size), 0);
  };
  const std::chrono::year_month_day day{std::chrono::year(static_cast<int>(part(0, 4))),
                                        std::chrono::month(part(4, 2)),
                                        std::chrono::day(part(6, 2))};
  return std::chrono::sys_days(day) + std::chrono::hours(part(8, 2)) +
         std::chrono::minutes(part(10, 2)) + std::chrono::seconds(part(12, 2));
}

class SetupBuilder {
 public:
  SetupBuilder() {
    setup_.resolver = std::make_shared<iterator::ResolverOptions>();
    setup_.resolver->case_randomisation = false;
    setup_.resolver->do_not_query = conf::Resolver::default_do_not_query();
    // A date that signatures in old scenarios would not mind, for those that name none.
    setup_.wall = date("20260101000000");
  }

  void add(const Setting& setting) {
    if (setting.block == "stub-zone" || setting.block == "forward-zone") return add_zone(setting);
    if (!add_to_server(setting)) setup_.ignored.push_back(setting.key);
  }

  ResolverSetup finish() {
    for (auto& [index, zone] : zones_) {
      if (zone.name.is_root() && !zone.forward) {
        for (const wire::Endpoint& server : zone.servers) roots_.push_back(server.address);
      } else {
        setup_.resolver->zones.push_back(zone);
      }
    }
    for (const iterator::ConfiguredZone& zone : setup_.resolver->zones)
      not_special_.push_back(zone.name);
    // Where a signed root denies them, names of special use are names like others.
    if (anchors_.empty())
      setup_.resolver->special_names = std::make_shared<iterator::SpecialNames>(not_special_);
    // The built-in ones where a scenario names none.
    if (!roots_.empty()) setup_.resolver->root_hints = hints();
    set_anchors();
    return std::move(setup_);
  }

 private:
  // An anchor that cannot be read is one all the same: nothing can be validated by it.
  void set_anchors() {
    if (anchors_.empty()) return;
    dnssec::ReadAnchors read = dnssec::read_anchors(anchors_);
    if (!read.error.empty()) {
      setup_.ignored.push_back("trust-anchor: " + read.error);
      wire::RRsetBuilder unreadable(wire::Name(), wire::RrType::ds);
      unreadable.add(std::array<std::uint8_t, 5>{}, 3600);
      read.anchors.push_back({wire::Name(), unreadable.build(), nullptr});
    }
    // Scenarios are old: their keys are shorter, and one has a longer exponent, than is taken
    // today.
    setup_.resolver->algorithms.rsa = {512, std::uint64_t{1} << 33};
    setup_.resolver->anchors =
        std::make_shared<const dnssec::TrustAnchors>(std::move(read.anchors), std::move(negative_));
  }

  bool add_to_server(const Setting& setting) {
    iterator::ResolverOptions& o = *setup_.resolver;
    const std::string& key = setting.key;
    const std::string& value = setting.value;
    if (key == "server") return true;
    if (key == "stub-addr") {
      if (const auto address = wire::IpAddress::parse(value)) roots_.push_back(*address);
    } else if (key == "forward-addr") {
      if (const auto address = wire::IpAddress::parse(value))
        zones_[0].servers.push_back({*address, 53});
    } else if (key == "do-not-query-localhost") {
      if (!is_on(value)) o.do_not_query.clear();
    } else if (key == "do-ip4") {
      o.upstream_ipv4 = is_on(value);
    } else if (key == "do-ip6") {
      o.upstream_ipv6 = is_on(value);
    } else if (key == "qname-minimisation" || key == "query-minimization") {
      o.minimisation = is_on(value) ? iterator::Minimisation::relaxed : iterator::Minimisation::off;
    } else if (key == "use-caps-for-id") {
      o.case_randomisation = is_on(value);
    } else if (key == "max-global-quota") {
      o.limits.upstream_packets = number(value, o.limits.upstream_packets);
    } else if (key == "max-query-restarts") {
      o.limits.alias_hops = number(value, o.limits.alias_hops);
    } else if (key == "local-zone" && value.ends_with(" nodefault")) {
      if (const auto name = wire::parse_name(value.substr(0, value.find(' '))))
        not_special_.push_back(*name);
    } else if (key == "trust-anchor") {
      anchors_ += value + "\n";
    } else if (key == "domain-insecure") {
      if (const auto name = wire::parse_name(value)) negative_.push_back({*name, 0});
    } else if (key == "val-override-timestamp") {
      setup_.wall = std::chrono::system_clock::time_point(std::chrono::seconds(number(value, 0)));
    } else if (key == "override-date" || key == "val-override-date") {
      setup_.wall = date(value);
    } else {
      return false;
    }
    return true;
  }

  void add_zone(const Setting& setting) {
    iterator::ConfiguredZone& zone = zones_[setting.block_index];
    zone.forward = setting.block == "forward-zone";
    if (setting.key == setting.block) return;
    if (setting.key == "name") {
      if (const auto name = wire::parse_name(setting.value)) zone.name = *name;
    } else if (setting.key == "stub-addr" || setting.key == "forward-addr") {
      if (const auto address = wire::IpAddress::parse(setting.value))
        zone.servers.push_back({*address, 53});
    } else {
      setup_.ignored.push_back(setting.block + " " + setting.key);
    }
  }

  // Root servers under names that no scenario has; addresses decide.
  std::shared_ptr<const cache::Delegation> hints() const {
    auto made = std::make_shared<cache::Delegation>();
    wire::RRsetBuilder builder(wire::Name(), wire::RrType::ns);
    const wire::Name server = *wire::parse_name("hint.root-servers.invalid.");
    builder.add(server.wire(), 3600);
    made->ns = builder.build();
    for (const wire::IpAddress& address : roots_) made->glue.push_back({0, address});
    return made;
  }

  ResolverSetup setup_;
  std::vector<wire::IpAddress> roots_;
  std::string anchors_;
  std::vector<dnssec::NegativeTrustAnchor> negative_;
  std::vector<wire::Name> not_special_;
  std::map<std::size_t, iterator::ConfiguredZone> zones_;
};

}  // namespace

ResolverSetup setup_of(const Scenario& scenario) {
  SetupBuilder builder;
  for (const Setting& setting : scenario.settings) builder.add(setting);
  return builder.finish();
}

}  // namespace godwit::scenario
