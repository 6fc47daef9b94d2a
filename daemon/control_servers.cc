// `servers`: what is known of authoritative servers, the worst first; of those of one zone; of one.
#include <map>
#include <memory>

#include "cache/worst_servers.h"
#include "daemon/control_arguments.h"
#include "daemon/control_rooms.h"
#include "daemon/control_server_facts.h"
#include "daemon/settings.h"
#include "daemon/system_seams.h"
#include "iterator/cached_answer.h"
#include "wire/name_text.h"

namespace godwit::daemon {
namespace {

constexpr std::uint64_t servers_shown = 50;          // unless --limit says otherwise
constexpr std::uint64_t servers_shown_max = 10'000;  // that many are kept until they are told
constexpr std::size_t servers_per_piece = 32;

// Goes through the table of servers, then through that of lameness, then tells.
class ServersWalk {
 public:
  ServersWalk(const cache::ServerTable& table, std::size_t limit)
      : table_(table), now_(SystemClock().now()), worst_(limit, now_) {}

  bool make_piece(ControlAnswer& answer) {
    switch (stage_) {
      case Stage::servers:
        if (consider_some(table_, now_, place_, worst_)) return true;
        choose();
        stage_ = Stage::lameness;
        return true;
      case Stage::lameness:
        if (find_lame_zones()) return true;
        stage_ = Stage::telling;
        return true;
      case Stage::telling:
        break;
    }
    return tell_some(answer);
  }

 private:
  enum class Stage : std::uint8_t { servers, lameness, telling };

  // False: there are no more.
  bool find_lame_zones() {
    std::vector<cache::LameServer> lame;
    const bool has_more = visit_some(table_, lame_place_, now_, lame);
    for (const auto& one : lame) take_lame(one);
    return has_more;
  }
  void choose() {
    chosen_ = worst_.take();
    for (const auto& server : chosen_) lame_zones_[server.address];
  }
  void take_lame(const cache::LameServer& lame) {
    const auto zones = lame_zones_.find(lame.address);
    if (zones == lame_zones_.end() || zones->second.size() >= lame_zones_shown) return;
    zones->second.emplace_back(wire::to_text(lame.zone));
  }
  bool tell_some(ControlAnswer& answer) {
    for (std::size_t i = 0; i < servers_per_piece && told_ < chosen_.size(); ++i, ++told_) {
      const cache::KnownServer& server = chosen_[told_];
      auto row = server_facts(server, now_);
      row["lame-for"] = lame_zones_[server.address];
      answer.line(row);
    }
    if (told_ < chosen_.size()) return true;
    if (worst_.left_out() > 0) answer.line({{"left-out", worst_.left_out()}});
    return false;
  }

  const cache::ServerTable& table_;
  const iterator::Time now_;
  Stage stage_ = Stage::servers;
  cache::TablePlace place_, lame_place_;
  cache::WorstServers worst_;
  std::vector<cache::KnownServer> chosen_;
  std::map<wire::IpAddress, boost::json::array> lame_zones_;
  std::size_t told_ = 0;
};

// The servers of the zone that is nearest to a name, by its delegation or the configuration.
class ZoneTeller {
 public:
  ZoneTeller(const ControlSubject& subject, ControlAnswer& answer)
      : caches_(subject.caches()),
        options_(*subject.settings().resolver),
        now_(SystemClock().now()),
        answer_(answer) {}

  void tell_closest(const wire::Name& name) {
    const auto* const configured = iterator::configured_zone(options_, name, wire::RrType::a);
    const auto delegation = caches_.delegations.closest(name, now_);
    const bool is_configured = configured != nullptr &&
                               (configured->forward || !delegation ||
                                delegation->cut().label_count() <= configured->name.label_count());
    if (is_configured) return tell_configured(*configured);
    if (!delegation)
      return answer_.fail(ControlFailure::negative,
                          "no delegation is remembered at or above " + wire::to_text(name));
    tell_delegation(*delegation);
  }

 private:
  void tell_configured(const iterator::ConfiguredZone& zone) {
    answer_.line({{"zone", wire::to_text(zone.name)},
                  {"delegation", zone.forward ? "forward zone of the configuration"
                                              : "stub zone of the configuration"}});
    for (const auto& server : zone.servers)
      tell_address(zone.name, "-", "configured", server.address);
  }

  void tell_delegation(const cache::Delegation& delegation) {
    const wire::Name cut = delegation.cut();
    boost::json::array names;
    for (const wire::Bytes record : delegation.ns->records())
      names.emplace_back(wire::to_text(wire::Name::from_valid_wire(record)));
    answer_.line({{"zone", wire::to_text(cut)},
                  {"delegation", "as its parent gives it"},
                  {"names", names},
                  {"glue-records", delegation.glue.size()},
                  {"ends-in-seconds", cache::ttl_left(delegation.expires, now_)}});
    std::uint16_t index = 0;
    for (const wire::Bytes record : delegation.ns->records())
      tell_name(delegation, cut, index++, wire::Name::from_valid_wire(record));
  }

  void tell_name(const cache::Delegation& delegation, const wire::Name& cut, std::uint16_t index,
                 const wire::Name& server) {
    const std::string shown = wire::to_text(server);
    std::size_t addresses = 0;
    for (const auto& glue : delegation.glue) {
      if (glue.server != index) continue;
      tell_address(cut, shown, "glue", glue.address);
      ++addresses;
    }
    if (addresses > 0) return;
    for (const auto type : {wire::RrType::a, wire::RrType::aaaa}) {
      const auto found = caches_.rrsets.find(server, type, now_);
      if (!found) continue;
      for (const wire::Bytes record : found->set->records())
        tell_address(cut, shown, "remembered",
                     type == wire::RrType::a ? wire::IpAddress::v4(record.first<4>())
                                             : wire::IpAddress::v6(record.first<16>()));
      ++addresses;
    }
    if (addresses == 0)
      answer_.line({{"address", nullptr}, {"state", "no address known"}, {"name", shown}});
  }

  void tell_address(const wire::Name& zone, const std::string& name, const char* from,
                    const wire::IpAddress& address) {
    cache::KnownServer server;
    server.address = address;
    if (const auto known = caches_.servers.look_at(address, now_)) server = *known;
    auto row = server_facts(server, now_);
    row["name"] = name;
    row["address-from"] = from;
    boost::json::array lame;
    if (caches_.servers.is_lame(address, zone, now_)) lame.emplace_back(wire::to_text(zone));
    row["lame-for"] = std::move(lame);
    answer_.line(row);
  }

  const iterator::Caches& caches_;
  const iterator::ResolverOptions& options_;
  const iterator::Time now_;
  ControlAnswer& answer_;
};

// One server in full. Its zones are looked for in the whole table of lameness.
void tell_server(const cache::ServerTable& table, const wire::IpAddress& address,
                 ControlAnswer& answer) {
  const auto now = SystemClock().now();
  const auto known = table.look_at(address, now);
  if (!known)
    return answer.fail(ControlFailure::negative, "nothing is known of " + address.to_text());
  struct Search {
    cache::TablePlace place;
    boost::json::array zones;
  };
  auto search = std::make_shared<Search>();
  answer.go_on([&table, known = *known, now, search](ControlAnswer& more) {
    std::vector<cache::LameServer> some;
    const bool has_more = visit_some(table, search->place, now, some);
    for (const auto& lame : some)
      if (lame.address == known.address && search->zones.size() < lame_zones_shown)
        search->zones.emplace_back(wire::to_text(lame.zone));
    if (has_more) return true;
    auto facts = server_facts_in_full(known, table.timeout_of(known.state), now);
    facts["lame-for"] = search->zones;
    more.line(facts);
    return false;
  });
}

}  // namespace

void control_servers(ControlSubject& subject, const ControlRequest& request,
                     ControlAnswer& answer) {
  const auto wanted = request.text("server");
  const auto& table = subject.caches().servers;
  if (!wanted.empty()) {
    // As explanations show them, with the port; or with a scope, which servers do not have.
    const auto before_port = wanted.substr(0, wanted.find_first_of("@%"));
    if (const auto address = wire::IpAddress::parse(before_port))
      return tell_server(table, *address, answer);
    const auto zone = read_name(wanted, answer);
    if (!zone) return;
    return ZoneTeller(subject, answer).tell_closest(*zone);
  }
  const auto limit = read_limit(request, servers_shown, servers_shown_max, answer);
  if (!limit) return;
  const auto walk = std::make_shared<ServersWalk>(table, *limit);
  answer.go_on([walk](ControlAnswer& more) { return walk->make_piece(more); });
}

}  // namespace godwit::daemon
