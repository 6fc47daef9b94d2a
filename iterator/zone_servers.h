// The zone to ask and the addresses of its servers, as far as they are known: from the parent's
// glue, from the caches, or from the operator. Pure over the caches and the entropy of the walk.
#pragma once

#include <boost/container/small_vector.hpp>

#include <optional>
#include <vector>

#include "iterator/walk_context.h"

namespace godwit::iterator {

struct ZoneServers {
  ZoneServers() = default;
  explicit ZoneServers(cache::DelegationPtr d) : cut(d->cut()), delegation(std::move(d)) {}
  explicit ZoneServers(const ConfiguredZone& zone)
      : cut(zone.name),
        mode(zone.forward ? ZoneMode::forward : ZoneMode::stub),
        configured(&zone) {}
  // An address that this resolution has found itself.
  struct Found {
    Found(const wire::Name& s, const wire::IpAddress& a) : server(s), address(a) {}
    wire::Name server;
    wire::IpAddress address;
  };

  wire::Name cut;
  ZoneMode mode = ZoneMode::iterate;
  cache::DelegationPtr delegation;             // for iterate
  const ConfiguredZone* configured = nullptr;  // for stub and forward; the options keep it alive
  std::vector<Found> found;
};

// The root's servers to begin with, before it has told who they are.
[[nodiscard]] cache::DelegationPtr root_hints_of(const ResolverOptions& options);

// Where the walk to `sname` begins, as far as that is remembered or configured. Nothing: the root
// has to be primed first.
[[nodiscard]] std::optional<ZoneServers> known_start(const WalkContext& walk,
                                                     const wire::Name& sname, wire::RrType type);

// One address that may be asked.
struct ServerCandidate {
  explicit ServerCandidate(const wire::Endpoint& s) : server(s) {}
  wire::Endpoint server;
  std::uint8_t sends = 0;   // for this question
  bool heard = false;       // has sent a response to this question, whatever it was
  bool excluded = false;    // has failed this question
  bool needs_edns = false;  // what it said without EDNS was not believed
  bool too_large = false;   // has sent more to this question than is taken
  bool lame = false;        // remembered as lame for the zone: asked when nobody else is left
};

// A server name of a delegation, with the addresses of it that may be asked: enabled family, not in
// do-not-query, within the limit per server name. Lifetime: the name is the delegation's.
struct NamedServer {
  explicit NamedServer(wire::Bytes n) : name_wire(n) {}
  wire::Bytes name_wire;
  boost::container::small_vector<wire::IpAddress, 2> addresses;
  [[nodiscard]] wire::Name name() const noexcept { return wire::Name::from_valid_wire(name_wire); }
  [[nodiscard]] bool is(const wire::Name& other) const noexcept {
    return wire::equal_ignoring_case(name_wire, other.wire());
  }
};

// How hard to look. A cache is seldom in the processor's, and what the parent gave for a server is
// nearly always enough to ask it.
enum class AddressesOf : std::uint8_t {
  any_family,   // the caches are asked only about servers without any glue
  each_family,  // and about each family that has none
};

// The servers of the zone's delegation, in its order. The parent's glue, and where there is none
// what the caches say; besides what this resolution has found.
[[nodiscard]] std::vector<NamedServer> named_servers(const ZoneServers& zone,
                                                     const WalkContext& walk, AddressesOf families);

// Adds to `candidates` the addresses of the zone's servers, as named_servers() told them, that are
// not among them. Where they are more than the limit per delegation, random ones, and of a family
// that looks dead only when there is room left. Those that are there already keep what has been
// counted for them.
void gather_candidates(std::vector<ServerCandidate>& candidates, const ZoneServers& zone,
                       const std::vector<NamedServer>& servers, const WalkContext& walk);

// The addresses that parents give as glue for that server, in the delegations of the zones around
// its name. They are good enough to ask at, and spare a look-up; the server's own zone may know
// better.
[[nodiscard]] std::vector<wire::IpAddress> addresses_from_parents(const wire::Name& server,
                                                                  const WalkContext& walk);

// Whether the delegation itself has glue for one of its servers, of the address type.
[[nodiscard]] bool has_glue_for(const cache::Delegation& delegation, const wire::Name& server,
                                wire::RrType type);

// Whether one more address may be added: else there is no use in looking for it.
[[nodiscard]] bool has_room(const std::vector<ServerCandidate>& candidates,
                            const ResolverOptions& options) noexcept;

// Whether so many servers have sent more than is taken that the rest would hardly send less: one or
// two may lie, and the others be honest.
[[nodiscard]] bool agree_that_it_is_too_large(const std::vector<ServerCandidate>& candidates);

// Whether one of them may be sent this question once more.
[[nodiscard]] bool anybody_left(const std::vector<ServerCandidate>& candidates,
                                std::uint32_t sends_max);
// The same, but for those of a family that looks dead.
[[nodiscard]] bool anybody_left_alive(const std::vector<ServerCandidate>& candidates,
                                      std::uint32_t sends_max, const WalkContext& walk);

}  // namespace godwit::iterator
