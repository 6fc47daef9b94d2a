#include "iterator/server_lookups.h"

#include <algorithm>
#include <tuple>

#include "iterator/address_filter.h"

namespace godwit::iterator {

using wire::IpAddress;
using wire::Name;
using wire::RrType;

namespace {

RrType type_of(const IpAddress& address) noexcept {
  return address.is_v4() ? RrType::a : RrType::aaaa;
}

// Whether a look-up that failed like this would not fail for the other type as well: somebody spoke
// about this one. Silence, loops and limits are the same for both, and cost the same again.
bool is_about_the_type(ResolveError error) noexcept {
  switch (error) {
    case ResolveError::none:
    case ResolveError::servers_refused:
    case ResolveError::servers_failed:
    case ResolveError::servers_lame:
    case ResolveError::malformed_responses:
    case ResolveError::set_too_large:
    case ResolveError::too_many_records:
      return true;
    default:
      return false;
  }
}

}  // namespace

bool ServerLookups::may_have_more(const std::vector<NamedServer>& known) const {
  return limit() == ResolveError::none &&
         std::any_of(known.begin(), known.end(),
                     [this](const NamedServer& server) { return types_left(server).count > 0; });
}

ResolveError ServerLookups::withheld_by() const {
  const ResolveError met = limit();
  if (met == ResolveError::none) return met;
  const auto known = named_servers(zone_, walk_, AddressesOf::each_family);
  return wanted(known).empty() ? ResolveError::none : met;
}

ResolveError ServerLookups::limit() const noexcept {
  if (asking_.depth() >= walk_.options->limits.recursion_depth) return ResolveError::too_deep;
  return walk_.budget.has_address_lookups() ? ResolveError::none
                                            : ResolveError::out_of_address_lookups;
}

// The look-ups that are left of servers that nothing is to be expected of.
std::vector<ServerLookups::Wanted> ServerLookups::wanted(
    const std::vector<NamedServer>& known) const {
  std::vector<Wanted> all;
  for (const NamedServer& server : known) {
    if (may_answer(server)) continue;
    const Types types = types_left(server);
    if (types.count == 0) continue;
    const Attempts* attempts = attempts_for(server);
    all.emplace_back(server.name(), attempts ? attempts->made : 0).types = types;
  }
  return all;
}

bool ServerLookups::may_answer(const NamedServer& server) const {
  return std::any_of(
      server.addresses.begin(), server.addresses.end(),
      [&](const IpAddress& address) { return !is_down(type_of(address)) && !has_failed(address); });
}

// The types that may still be looked up of one server, in that order.
ServerLookups::Types ServerLookups::types_left(const NamedServer& server) const {
  Types types;
  bool has_a = false, has_aaaa = false, heard = false;
  for (const IpAddress& address : server.addresses) {
    (address.is_v4() ? has_a : has_aaaa) = true;
    heard = heard || was_heard(address);
  }
  const bool has_any = has_a || has_aaaa;
  const Attempts* attempts = attempts_for(server);
  const auto tried = [attempts](RrType type) {
    return attempts ? attempts->of(type) : Tried::nothing;
  };
  const auto consider = [&](RrType type, bool enabled, bool has_it) {
    if (!enabled || tried(type) == Tried::all) return;
    // What speaks but does not serve the zone does so at its other addresses as well; that it is
    // the wrong server, by a parent's old word, may be.
    if (tried(type) == Tried::nothing && (has_it || heard)) return;
    if (!has_any || !is_down(type)) types.list[types.count++] = type;
  };
  consider(RrType::a, walk_.options->upstream_ipv4, has_a);
  consider(RrType::aaaa, walk_.options->upstream_ipv6, has_aaaa);
  if (types.count == 0) return types;
  const Name name = server.name();
  // A server within the zone is found through its glue or not at all.
  if (name.is_at_or_below(zone_.cut) || (has_any && home_is_silent(name))) return {};
  // The family that lives before the other, and what is not known at all before a second opinion.
  const auto rank = [&](RrType type) { return std::tuple(is_down(type), tried(type), type); };
  if (types.count == 2 && rank(types.list[1]) < rank(types.list[0]))
    std::swap(types.list[0], types.list[1]);
  return types;
}

bool ServerLookups::is_down(RrType type) const {
  return walk_.caches().servers.family_is_down(type == RrType::aaaa, walk_.now());
}

const ServerCandidate* ServerLookups::candidate_at(const IpAddress& address) const {
  const auto found = std::find_if(
      candidates_.begin(), candidates_.end(),
      [&](const ServerCandidate& candidate) { return candidate.server.address == address; });
  return found == candidates_.end() ? nullptr : &*found;
}

bool ServerLookups::has_failed(const IpAddress& address) const {
  const ServerCandidate* candidate = candidate_at(address);
  return candidate && candidate->sends > 0 && (candidate->excluded || !candidate->heard);
}

// Whether there is one more to ask: else the look-up has failed, whatever it brought.
bool ServerLookups::is_news(const IpAddress& address) const {
  return may_query(address, walk_.options->do_not_query) && !candidate_at(address);
}

bool ServerLookups::was_heard(const IpAddress& address) const {
  const ServerCandidate* candidate = candidate_at(address);
  return candidate && candidate->heard;
}

// Whether the server's own zone would have to be asked at addresses that have just been silent:
// then what is known of the server is all that will be known.
bool ServerLookups::home_is_silent(const Name& server) const {
  const cache::DelegationPtr home = walk_.caches().delegations.closest(server, walk_.now());
  if (!home || home->glue.empty()) return false;
  return std::all_of(
      home->glue.begin(), home->glue.end(), [&](const cache::Delegation::Glue& glue) {
        return is_down(type_of(glue.address)) ||
               walk_.caches().servers.find(glue.address, walk_.now()).timeouts_in_row > 0;
      });
}

const ServerLookups::Attempts* ServerLookups::attempts_for(const NamedServer& server) const {
  for (const Attempts& attempts : attempts_)
    if (server.is(attempts.server)) return &attempts;
  return nullptr;
}

ServerLookups::Attempts& ServerLookups::attempts_at(const Name& server) {
  for (Attempts& attempts : attempts_)
    if (attempts.server == server) return attempts;
  return attempts_.emplace_back(server);
}

Task<bool> ServerLookups::find_more(std::vector<NamedServer> known) {
  for (;;) {
    if (!walk_.budget.has_address_lookups()) co_return false;
    std::vector<Wanted> all = wanted(known);
    if (all.empty()) co_return false;
    // Every server once before one is tried again.
    const auto less = [](const Wanted& x, const Wanted& y) { return x.made < y.made; };
    const unsigned least = std::min_element(all.begin(), all.end(), less)->made;
    std::erase_if(all, [least](const Wanted& one) { return one.made > least; });
    Wanted next = all[walk_.seams.entropy.below(static_cast<std::uint32_t>(all.size()))];
    const std::uint32_t packets = walk_.budget.packets_spent();
    const bool found = co_await look_up_server(std::move(next));
    if (found) co_return true;
    // A name that failed without a query, known to be hopeless, harms nobody.
    const bool cost_nothing = walk_.budget.packets_spent() == packets;
    if (!cost_nothing && !walk_.budget.spend_failed_address_lookup()) co_return false;
    if (walk_.exhausted() != ResolveError::none) co_return false;
    known = named_servers(zone_, walk_, AddressesOf::each_family);
  }
}

Task<bool> ServerLookups::look_up_server(Wanted wanted) {
  const bool is_first = attempts_at(wanted.server).made++ == 0;
  if (is_first && take_glue(wanted.server)) co_return true;
  for (const RrType type : wanted.types.all()) {
    const bool found = co_await look_up(wanted.server, type);
    if (found) co_return true;
    if (is_about_the_type(last_error_)) continue;
    for (const RrType other : wanted.types.all()) attempts_at(wanted.server).of(other) = Tried::all;
    break;
  }
  co_return false;
}

// Whether parents' glue gave addresses of the server that were not known before.
bool ServerLookups::take_glue(const Name& server) {
  bool found = false;
  for (const IpAddress& address : addresses_from_parents(server, walk_)) {
    const auto same = [&](const ZoneServers::Found& known) {
      return known.server == server && known.address == address;
    };
    if (std::any_of(zone_.found.begin(), zone_.found.end(), same)) continue;
    found = found || is_news(address);
    zone_.found.emplace_back(server, address);
    attempts_at(server).of(type_of(address)) = Tried::glue;
  }
  return found;
}

Task<bool> ServerLookups::look_up(Name server, RrType type) {
  const bool glue_will_do = attempts_at(server).of(type) == Tried::nothing;
  attempts_at(server).of(type) = Tried::all;
  last_error_ = walk_.exhausted();
  if (last_error_ != ResolveError::none) co_return false;
  if (asking_.is_looking_for(server)) {
    met_loop_ = true;
    last_error_ = ResolveError::delegation_loop;
    co_return false;
  }
  if (walk_.trace) walk_.trace->on(trace::AddressLookup{server, type});
  const Question question(server, type);
  Resolution inner(walk_, question, asking_, glue_will_do);
  const Answer answer = co_await inner.run();
  last_error_ = inner.error();
  if (inner.was_settled_by_glue()) {
    attempts_at(server).of(type) = Tried::glue;
    co_return take_glue(server);
  }
  bool found = false;
  std::uint32_t taken = 0;
  for (const AnswerRRset& part : answer.answer) {
    if (part.set->type() != type) continue;
    for (const wire::Bytes record : part.set->records()) {
      if (taken++ >= walk_.options->limits.addresses_per_server_name) break;
      const IpAddress address =
          type == RrType::a ? IpAddress::v4(record.first<4>()) : IpAddress::v6(record.first<16>());
      found = found || is_news(address);
      zone_.found.emplace_back(server, address);
    }
  }
  co_return found;
}

}  // namespace godwit::iterator
