#include "iterator/zone_servers.h"

#include <algorithm>
#include <iterator>

#include "iterator/address_filter.h"
#include "iterator/cached_answer.h"
#include "iterator/root_hints.h"

namespace godwit::iterator {

using wire::IpAddress;
using wire::Name;
using wire::RrType;

namespace {

constexpr std::uint16_t dns_port = 53;

bool is_enabled(RrType type, const ResolverOptions& options) noexcept {
  return type == RrType::a ? options.upstream_ipv4 : options.upstream_ipv6;
}

bool may_ask(const IpAddress& address, const ResolverOptions& options) {
  return is_enabled(address.is_v4() ? RrType::a : RrType::aaaa, options) &&
         may_query(address, options.do_not_query);
}

std::vector<IpAddress> cached_addresses(const Name& server, RrType type, const WalkContext& walk) {
  std::vector<IpAddress> addresses;
  const auto cached = walk.caches().rrsets.find(server, type, walk.now());
  if (!cached) return addresses;
  for (const wire::Bytes record : cached->set->records())
    addresses.push_back(type == RrType::a ? IpAddress::v4(record.first<4>())
                                          : IpAddress::v6(record.first<16>()));
  return addresses;
}

template <class Addresses>
bool has(const Addresses& addresses, const IpAddress& address) {
  return std::find(addresses.begin(), addresses.end(), address) != addresses.end();
}

bool is_glue_of(const cache::Delegation& delegation, const cache::Delegation::Glue& glue,
                const Name& server) {
  auto record = delegation.ns->records().begin();
  std::advance(record, glue.server);
  return wire::equal_ignoring_case(*record, server.wire());
}

bool has_candidate(const std::vector<ServerCandidate>& candidates, const wire::Endpoint& server) {
  return std::any_of(candidates.begin(), candidates.end(),
                     [&](const ServerCandidate& known) { return known.server == server; });
}

// Whoever makes a zone with many addresses must not know which of them will be asked.
void keep_random(boost::container::small_vector_base<IpAddress>& addresses, std::size_t count,
                 const WalkContext& walk) {
  const cache::ServerTable& servers = walk.caches().servers;
  const bool down[] = {servers.family_is_down(false, walk.now()),
                       servers.family_is_down(true, walk.now())};
  for (std::size_t i = addresses.size(); i > 1; --i)
    std::swap(addresses[i - 1], addresses[walk.seams.entropy.below(static_cast<std::uint32_t>(i))]);
  std::partition(addresses.begin(), addresses.end(),
                 [&](const IpAddress& address) { return !down[address.is_v6()]; });
  addresses.resize(count);
}

}  // namespace

cache::DelegationPtr root_hints_of(const ResolverOptions& options) {
  return options.root_hints ? options.root_hints : built_in_root_hints();
}

std::optional<ZoneServers> known_start(const WalkContext& walk, const Name& sname, RrType type) {
  const ConfiguredZone* configured = configured_zone(*walk.options, sname, type);
  if (configured && configured->forward) return ZoneServers(*configured);
  const Name from = type == RrType::ds ? sname.parent() : sname;
  cache::DelegationPtr closest = walk.caches().delegations.closest(from, walk.now());
  if (configured && (!closest || closest->cut().label_count() <= configured->name.label_count()))
    return ZoneServers(*configured);
  if (closest) return ZoneServers(std::move(closest));
  // What the root says of itself any of its servers says, and it may be what priming waits for.
  if (from.is_root() && type != RrType::ns) return ZoneServers(root_hints_of(*walk.options));
  return std::nullopt;
}

std::vector<NamedServer> named_servers(const ZoneServers& zone, const WalkContext& walk,
                                       AddressesOf families) {
  std::vector<NamedServer> servers;
  if (!zone.delegation) return servers;
  const std::size_t limit = walk.options->limits.addresses_per_server_name;
  servers.reserve(zone.delegation->ns->size());
  for (const wire::Bytes record : zone.delegation->ns->records()) {
    const auto index = static_cast<std::uint16_t>(servers.size());
    NamedServer& server = servers.emplace_back(record);
    const auto add = [&](const IpAddress& address) {
      if (server.addresses.size() < limit) server.addresses.push_back(address);
    };
    bool has_glue[2] = {};
    for (const cache::Delegation::Glue& glue : zone.delegation->glue) {
      if (glue.server != index || !may_ask(glue.address, *walk.options)) continue;
      add(glue.address);
      has_glue[glue.address.is_v6()] = true;
    }
    const bool is_enough = families == AddressesOf::any_family && (has_glue[0] || has_glue[1]);
    for (const RrType type : {RrType::a, RrType::aaaa})
      if (!is_enough && !has_glue[type == RrType::aaaa] && is_enabled(type, *walk.options))
        for (const IpAddress& address : cached_addresses(server.name(), type, walk))
          if (may_ask(address, *walk.options)) add(address);
    for (const ZoneServers::Found& found : zone.found)
      if (server.is(found.server) && may_ask(found.address, *walk.options) &&
          !has(server.addresses, found.address))
        server.addresses.push_back(found.address);
  }
  return servers;
}

void gather_candidates(std::vector<ServerCandidate>& candidates, const ZoneServers& zone,
                       const std::vector<NamedServer>& servers, const WalkContext& walk) {
  if (zone.configured) {
    // The operator's own word: do-not-query does not apply, and lameness is no reason to ask
    // nobody.
    for (const wire::Endpoint& server : zone.configured->servers)
      if (!has_candidate(candidates, server)) candidates.emplace_back(server);
    return;
  }
  boost::container::small_vector<IpAddress, 8> fresh;
  for (const NamedServer& server : servers)
    for (const IpAddress& address : server.addresses)
      if (!has(fresh, address) && !has_candidate(candidates, {address, dns_port}))
        fresh.push_back(address);
  const std::size_t limit = walk.options->limits.addresses_per_delegation;
  const std::size_t room = limit - std::min(limit, candidates.size());
  if (fresh.size() > room) keep_random(fresh, room, walk);
  candidates.reserve(candidates.size() + fresh.size());
  for (const IpAddress& address : fresh) {
    candidates.emplace_back(wire::Endpoint{address, dns_port});
    candidates.back().lame = walk.caches().servers.is_lame(address, zone.cut, walk.now());
  }
}

std::vector<IpAddress> addresses_from_parents(const Name& server, const WalkContext& walk) {
  std::vector<IpAddress> addresses;
  const cache::DelegationPtr home = walk.caches().delegations.closest(server, walk.now());
  if (!home) return addresses;
  for (const cache::Delegation::Glue& glue : home->glue)
    if (may_ask(glue.address, *walk.options) && is_glue_of(*home, glue, server))
      addresses.push_back(glue.address);
  return addresses;
}

bool has_glue_for(const cache::Delegation& delegation, const Name& server, RrType type) {
  return std::any_of(
      delegation.glue.begin(), delegation.glue.end(), [&](const cache::Delegation::Glue& glue) {
        return glue.address.is_v4() == (type == RrType::a) && is_glue_of(delegation, glue, server);
      });
}

bool has_room(const std::vector<ServerCandidate>& candidates,
              const ResolverOptions& options) noexcept {
  return candidates.size() < options.limits.addresses_per_delegation;
}

bool agree_that_it_is_too_large(const std::vector<ServerCandidate>& candidates) {
  constexpr std::ptrdiff_t servers_to_agree = 3;
  return std::count_if(candidates.begin(), candidates.end(), [](const ServerCandidate& candidate) {
           return candidate.too_large;
         }) >= servers_to_agree;
}

bool anybody_left(const std::vector<ServerCandidate>& candidates, std::uint32_t sends_max) {
  return std::any_of(candidates.begin(), candidates.end(), [&](const ServerCandidate& candidate) {
    return !candidate.excluded && candidate.sends < sends_max;
  });
}

bool anybody_left_alive(const std::vector<ServerCandidate>& candidates, std::uint32_t sends_max,
                        const WalkContext& walk) {
  const cache::ServerTable& servers = walk.caches().servers;
  const bool down[] = {servers.family_is_down(false, walk.now()),
                       servers.family_is_down(true, walk.now())};
  return std::any_of(candidates.begin(), candidates.end(), [&](const ServerCandidate& candidate) {
    return !candidate.excluded && candidate.sends < sends_max &&
           !down[candidate.server.address.is_v6()];
  });
}

}  // namespace godwit::iterator
