// A small Internet of zones and servers, and what is true in it: the model's answer to any
// question, computed from zone data alone. Tests tell their story through it:
//   world.zone("example.").a("www", "192.0.2.1"); world.serve("192.0.2.53", {"example."});
#pragma once

#include <deque>
#include <set>

#include "cache/delegation_cache.h"
#include "dnssec/trust_anchors.h"
#include "iterator/answer.h"
#include "tests/sim/authority.h"
#include "tests/sim/network.h"
#include "tests/sim/zone_signer.h"

namespace godwit::sim {

// What a resolver should say to a question.
struct Truth {
  wire::Rcode rcode = wire::Rcode::noerror;
  std::vector<Record> answer;
  std::vector<Record> authority;  // the SOA of a denial
  bool resolvable = true;         // false: an alias loop, a chain too long, or a dead delegation
  std::set<const Zone*> zones;    // that had a say
  // What a validator finds, were it to get all that there is; never indeterminate.
  cache::Security security = cache::Security::secure;
};

class World {
 public:
  explicit World(Network& network) : network_(network) {}
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  // The zone of that apex, made when it is new.
  Zone& zone(std::string_view apex, std::uint32_t default_ttl = 3600);
  Zone& zone(const wire::Name& apex, std::uint32_t default_ttl = 3600);
  [[nodiscard]] Zone* find_zone(const wire::Name& apex);
  // The zone that has the say over `name`: the deepest at or above it (above it for DS).
  [[nodiscard]] const Zone* zone_of(const wire::Name& name, wire::RrType type) const;
  [[nodiscard]] const std::deque<Zone>& zones() const noexcept { return zones_; }

  // An authoritative server at that address, made and attached when it is new.
  Authority& server(std::string_view ip);
  Authority& server(const wire::IpAddress& ip);
  Authority& serve(std::string_view ip, std::initializer_list<std::string_view> apexes);
  [[nodiscard]] const std::vector<std::shared_ptr<Authority>>& servers() const noexcept {
    return servers_;
  }

  [[nodiscard]] bool has_server(const wire::IpAddress& ip) const {
    return by_address_.contains(ip);
  }

  // Makes `child` a zone with one server: delegated from its parent zone (already there) by the
  // name ns.<child>, with glue.
  Zone& delegate(std::string_view child, std::string_view ip);

  // Signs a zone that is there, and tells its parent, which has to be signed before, if at all.
  ZoneSigner& sign(std::string_view apex, const SigningPlan& plan = {});
  ZoneSigner& sign(Zone& zone, const SigningPlan& plan);
  // A zone whose keys the resolver is given: the root, if it is to validate anything.
  void trust(const Zone& zone) { anchored_.push_back(&zone); }
  [[nodiscard]] bool has_anchors() const noexcept { return !anchored_.empty(); }
  [[nodiscard]] dnssec::TrustAnchorsPtr anchors() const;
  [[nodiscard]] cache::Security security_of(const Zone& zone) const;

  [[nodiscard]] Truth truth(const iterator::Question& question) const;
  // The servers of the root zone, for the resolver's hints.
  [[nodiscard]] std::shared_ptr<const cache::Delegation> root_hints() const;

  [[nodiscard]] Network& network() noexcept { return network_; }
  // Shared by all servers of the world.
  [[nodiscard]] Tampering& tampering() noexcept { return tampering_; }

 private:
  [[nodiscard]] cache::Security security_of_found(const Zone& zone, wire::RrType type,
                                                  const Zone::Lookup& found) const;
  Network& network_;
  std::deque<Zone> zones_;
  std::unordered_map<std::string, Zone*> by_apex_;
  std::vector<std::shared_ptr<Authority>> servers_;
  std::map<wire::IpAddress, Authority*> by_address_;
  Tampering tampering_;
  std::vector<const Zone*> anchored_;
};

}  // namespace godwit::sim
