#include "iterator/report.h"

#include <algorithm>
#include <iterator>
#include <limits>

#include "iterator/spending.h"

namespace godwit::iterator {

namespace {

template <class To>
To clamped(std::size_t number) noexcept {
  return static_cast<To>(std::min<std::size_t>(number, std::numeric_limits<To>::max()));
}

std::uint32_t seconds_until(Time then, Time now) noexcept {
  if (then == Time::max() || then <= now) return 0;
  return clamped<std::uint32_t>(static_cast<std::size_t>(
      std::chrono::duration_cast<std::chrono::seconds>(then - now).count()));
}

wire::Name server_of(const cache::Delegation& delegation, const cache::Delegation::Glue& glue) {
  auto record = delegation.ns->records().begin();
  std::advance(record, glue.server);
  return wire::Name::from_valid_wire(*record);
}

// Who has that address, and who says so.
trace::ServerKnown known_server(const WalkContext& walk, const ZoneServers& zone,
                                const wire::Endpoint& server) {
  trace::ServerKnown known{zone.cut, server, trace::AddressSource::configured};
  if (!zone.delegation) return known;
  known.source = trace::AddressSource::remembered;
  for (const cache::Delegation::Glue& glue : zone.delegation->glue) {
    if (glue.address != server.address) continue;
    known.name = server_of(*zone.delegation, glue);
    known.source = trace::AddressSource::glue;
    return known;
  }
  for (const ZoneServers::Found& found : zone.found) {
    if (found.address != server.address) continue;
    known.name = found.server;
    known.source = trace::AddressSource::looked_up;
    return known;
  }
  for (const NamedServer& named : named_servers(zone, walk, AddressesOf::each_family))
    if (std::ranges::find(named.addresses, server.address) != named.addresses.end())
      known.name = named.name();
  return known;
}

// Of a zone with nobody to ask, so that this is rare.
void report_unreached(const WalkContext& walk, const ZoneServers& zone) {
  if (!zone.delegation) return;
  for (const NamedServer& named : named_servers(zone, walk, AddressesOf::each_family)) {
    const wire::Name name = named.name();
    if (named.addresses.empty())
      walk.trace->on(trace::ServerWithoutAddress{name, name.is_at_or_below(zone.cut)});
  }
}

trace::PassedOver why_not(const ServerCandidate& candidate, const cache::ServerState& state,
                          const ServerCandidate& chosen, const ServerChoice& choice, Time now) {
  if (candidate.excluded) return trace::PassedOver::failed;
  if (candidate.lame) return trace::PassedOver::lame;
  if (state.down_until > now) return trace::PassedOver::down;
  if (candidate.sends >= chosen.sends + 1) return trace::PassedOver::asked_more;
  const auto rtt = [](const cache::ServerState& of) {
    return of.known ? of.srtt : unknown_server_rtt;
  };
  return rtt(state) > rtt(choice.state) + rtt_band ? trace::PassedOver::slower
                                                   : trace::PassedOver::as_good;
}

}  // namespace

void report_delegation(const WalkContext& walk, const ZoneServers& zone) {
  if (!walk.trace) return;
  trace::DelegationUsed used{zone.cut, trace::DelegationSource::configured, zone.mode, 0, 0, 0, {}};
  if (zone.configured) {
    used.servers = clamped<std::uint16_t>(zone.configured->servers.size());
  } else if (zone.delegation) {
    const bool ends = zone.delegation->expires != Time{};
    used.source = ends ? trace::DelegationSource::remembered : trace::DelegationSource::root_hints;
    used.servers = clamped<std::uint16_t>(zone.delegation->ns->size());
    used.glue = clamped<std::uint16_t>(zone.delegation->glue.size());
    used.seconds_left = seconds_until(zone.delegation->expires, walk.now());
    used.giver = zone.delegation->giver;
  }
  walk.trace->on(used);
}

void report_servers(const WalkContext& walk, const ZoneServers& zone,
                    const std::vector<ServerCandidate>& candidates, bool is_failing) {
  if (!walk.trace) return;
  if (candidates.empty()) return report_unreached(walk, zone);
  if (walk.trace->wants_details() == is_failing) return;
  for (const ServerCandidate& candidate : candidates)
    if (!is_failing || candidate.sends > 0)
      walk.trace->on(known_server(walk, zone, candidate.server));
}

void report_server(const WalkContext& walk, const ZoneServers& zone, const wire::Endpoint& server) {
  if (walk.trace && !walk.trace->wants_details()) walk.trace->on(known_server(walk, zone, server));
}

void report_choice(const WalkContext& walk, const std::vector<ServerCandidate>& candidates,
                   const ServerChoice& choice) {
  if (!walk.trace) return;
  const ServerCandidate& chosen = candidates[choice.index];
  const Time now = walk.now();
  walk.trace->on(trace::ServerChosen{chosen.server, choice.state.known, choice.state.srtt,
                                     choice.state.timeouts_in_row, choice.state.down_until > now});
  if (!walk.trace->wants_details()) return;
  for (const ServerCandidate& other : candidates) {
    if (other.server == chosen.server) continue;
    const cache::ServerState state = walk.caches().servers.find(other.server.address, now);
    trace::ServerPassedOver passed{other.server, why_not(other, state, chosen, choice, now), {}};
    if (state.known) passed.measure = state.srtt;
    if (passed.why == trace::PassedOver::down) passed.measure = state.down_until - now;
    walk.trace->on(passed);
  }
}

void report_trust(const WalkContext& walk, const dnssec::ZoneTrust& trust, bool was_known) {
  if (!walk.trace) return;
  walk.trace->on(trace::ZoneTrusted{trust.zone, trust.security,
                                    clamped<std::uint16_t>(trust.keys.size()), was_known,
                                    seconds_until(trust.expires, walk.now())});
}

void report_set(const WalkContext& walk, const wire::RRset& set, cache::Security security) {
  if (walk.trace)
    walk.trace->on(trace::SetJudged{set.owner(), set.type(), security, 0, wire::Name()});
}

void report_signed_set(const WalkContext& walk, const wire::RRset& set, std::uint16_t key_tag,
                       const wire::Name& zone) {
  if (walk.trace)
    walk.trace->on(
        trace::SetJudged{set.owner(), set.type(), cache::Security::secure, key_tag, zone});
}

void report_denial(const WalkContext& walk, const wire::Name& name, cache::Security security,
                   bool good) {
  if (walk.trace && good) walk.trace->on(trace::DenialJudged{name, security});
}

void report_spent(const WalkContext& walk) {
  if (walk.trace) walk.trace->on(spent_by(walk));
}

}  // namespace godwit::iterator
