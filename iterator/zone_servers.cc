#include "iterator/zone_servers.h"

#include <algorithm>
#include <iterator>

#include "iterator/address_filter.h"

namespace godwit::iterator {

using wire::IpAddress;
using wire::Name;
using wire::RrType;

namespace {

constexpr std::uint16_t dns_port = 53;

bool may_ask(const IpAddress& address, const ResolverOptions& options) {
  const bool family = address.is_v4() ? options.upstream_ipv4 : options.upstream_ipv6;
  return family && may_query(address, options.do_not_query);
}

// The addresses of one server name: the parent's glue, and where there is none what the caches say.
std::vector<IpAddress> known_addresses(const cache::Delegation& delegation, std::uint16_t index,
                                       const Name& name, const Caches& caches,
                                       const ResolverOptions& options, cache::Time now) {
  std::vector<IpAddress> addresses;
  for (const cache::Delegation::Glue& glue : delegation.glue)
    if (glue.server == index && may_ask(glue.address, options)) addresses.push_back(glue.address);
  if (!addresses.empty()) return addresses;
  for (const RrType type : {RrType::a, RrType::aaaa}) {
    const auto cached = caches.rrsets.find(name, type, now);
    if (!cached) continue;
    for (const wire::Bytes record : cached->set->records()) {
      const IpAddress address =
          type == RrType::a ? IpAddress::v4(record.first<4>()) : IpAddress::v6(record.first<16>());
      if (may_ask(address, options)) addresses.push_back(address);
    }
  }
  if (addresses.size() > options.limits.addresses_per_server_name)
    addresses.resize(options.limits.addresses_per_server_name);
  return addresses;
}

bool is_glue_of(const cache::Delegation& delegation, const cache::Delegation::Glue& glue,
                const Name& server) {
  auto record = delegation.ns->records().begin();
  std::advance(record, glue.server);
  return Name::from_valid_wire(*record) == server;
}

bool has_candidate(const std::vector<ServerCandidate>& candidates, const wire::Endpoint& server) {
  return std::any_of(candidates.begin(), candidates.end(),
                     [&](const ServerCandidate& known) { return known.server == server; });
}

// All addresses of a delegation's servers that are known, each once.
std::vector<IpAddress> all_addresses(const ZoneServers& zone, const WalkContext& walk) {
  std::vector<IpAddress> all;
  const auto add = [&](const IpAddress& address) {
    if (std::find(all.begin(), all.end(), address) == all.end()) all.push_back(address);
  };
  std::uint16_t index = 0;
  for (const wire::Bytes record : zone.delegation->ns->records()) {
    const Name name = Name::from_valid_wire(record);
    for (const IpAddress& address :
         known_addresses(*zone.delegation, index++, name, walk.caches(), *walk.options, walk.now()))
      add(address);
  }
  for (const IpAddress& address : zone.looked_up)
    if (may_ask(address, *walk.options)) add(address);
  return all;
}

// Whoever makes a zone with many addresses must not know which of them will be asked.
void keep_random(std::vector<IpAddress>& addresses, std::size_t count, const WalkContext& walk) {
  const cache::ServerTable& servers = walk.caches().servers;
  const bool down[] = {servers.family_is_down(false, walk.now()),
                       servers.family_is_down(true, walk.now())};
  for (std::size_t i = addresses.size(); i > 1; --i)
    std::swap(addresses[i - 1], addresses[walk.seams.entropy.below(static_cast<std::uint32_t>(i))]);
  std::stable_partition(addresses.begin(), addresses.end(),
                        [&](const IpAddress& address) { return !down[address.is_v6()]; });
  addresses.resize(count);
}

}  // namespace

void gather_candidates(std::vector<ServerCandidate>& candidates, const ZoneServers& zone,
                       const WalkContext& walk) {
  if (zone.configured) {
    // The operator's own word: do-not-query does not apply, and lameness is no reason to ask
    // nobody.
    for (const wire::Endpoint& server : zone.configured->servers)
      if (!has_candidate(candidates, server)) candidates.emplace_back(server);
    return;
  }
  std::vector<IpAddress> fresh = all_addresses(zone, walk);
  std::erase_if(fresh, [&](const IpAddress& address) {
    return has_candidate(candidates, {address, dns_port});
  });
  const std::size_t limit = walk.options->limits.addresses_per_delegation;
  const std::size_t room = limit - std::min(limit, candidates.size());
  if (fresh.size() > room) keep_random(fresh, room, walk);
  for (const IpAddress& address : fresh) {
    candidates.emplace_back(wire::Endpoint{address, dns_port});
    candidates.back().lame = walk.caches().servers.is_lame(address, zone.cut, walk.now());
  }
}

std::vector<IpAddress> addresses_from_parents(const Name& server, const Caches& caches,
                                              const ResolverOptions& options, cache::Time now) {
  std::vector<IpAddress> addresses;
  const cache::DelegationPtr home = caches.delegations.closest(server, now);
  if (!home) return addresses;
  for (const cache::Delegation::Glue& glue : home->glue)
    if (may_ask(glue.address, options) && is_glue_of(*home, glue, server))
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

bool anybody_left(const std::vector<ServerCandidate>& candidates, std::uint32_t sends_max) {
  return std::any_of(candidates.begin(), candidates.end(), [&](const ServerCandidate& candidate) {
    return !candidate.excluded && candidate.sends < sends_max;
  });
}

std::vector<Name> servers_without_address(const ZoneServers& zone, const Caches& caches,
                                          const ResolverOptions& options, cache::Time now) {
  std::vector<Name> names;
  if (!zone.delegation) return names;
  std::uint16_t index = 0;
  for (const wire::Bytes record : zone.delegation->ns->records()) {
    const Name name = Name::from_valid_wire(record);
    const bool unknown =
        known_addresses(*zone.delegation, index++, name, caches, options, now).empty();
    if (unknown && !name.is_at_or_below(zone.cut)) names.push_back(name);
  }
  return names;
}

}  // namespace godwit::iterator
