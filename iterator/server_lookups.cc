#include "iterator/server_lookups.h"

#include <algorithm>

namespace godwit::iterator {

using wire::Name;
using wire::RrType;

bool ServerLookups::has_more() const {
  return limit() == ResolveError::none && !untried_names().empty();
}

ResolveError ServerLookups::withheld_by() const {
  const ResolveError met = limit();
  return met == ResolveError::none || untried_names().empty() ? ResolveError::none : met;
}

ResolveError ServerLookups::limit() const noexcept {
  if (asking_.depth() >= walk_.options->limits.recursion_depth) return ResolveError::too_deep;
  return walk_.budget.has_address_lookups() ? ResolveError::none
                                            : ResolveError::out_of_address_lookups;
}

// The names of the zone's servers that have no known address and have not been looked up for this
// question.
std::vector<Name> ServerLookups::untried_names() const {
  std::vector<Name> names =
      servers_without_address(zone_, walk_.caches(), *walk_.options, walk_.now());
  std::erase_if(names, [&](const Name& name) {
    return std::find(tried_.begin(), tried_.end(), name) != tried_.end();
  });
  return names;
}

Task<bool> ServerLookups::find_more() {
  std::vector<Name> names = untried_names();
  while (!names.empty() && walk_.budget.has_address_lookups()) {
    const std::size_t pick = walk_.seams.entropy.below(static_cast<std::uint32_t>(names.size()));
    const Name name = names[pick];
    names.erase(names.begin() + static_cast<std::ptrdiff_t>(pick));
    // What a parent says of the server's address does for a first try; the second time its own zone
    // is asked.
    const bool glue_will_do = remember_glue_of(name);
    const std::uint32_t packets = walk_.budget.packets_spent();
    if (glue_will_do && take_glue(name)) co_return true;
    if (!glue_will_do) tried_.push_back(name);
    if (walk_.options->upstream_ipv4) {
      const bool found = co_await look_up(name, RrType::a, glue_will_do);
      if (found) co_return true;
    }
    if (walk_.options->upstream_ipv6) {
      const bool found = co_await look_up(name, RrType::aaaa, glue_will_do);
      if (found) co_return true;
    }
    if (glue_will_do) tried_.push_back(name);
    // A name that failed without a query, known to be hopeless, harms nobody.
    const bool cost_nothing = walk_.budget.packets_spent() == packets;
    if (!cost_nothing && !walk_.budget.spend_failed_address_lookup()) co_return false;
    if (walk_.exhausted() != ResolveError::none) co_return false;
  }
  co_return false;
}

// True the first time.
bool ServerLookups::remember_glue_of(const Name& server) {
  if (std::find(glue_tried_.begin(), glue_tried_.end(), server) != glue_tried_.end()) return false;
  glue_tried_.push_back(server);
  return true;
}

// Whether parents' glue gave addresses of the server that were not known before.
bool ServerLookups::take_glue(const Name& server) {
  std::vector<wire::IpAddress> addresses =
      addresses_from_parents(server, walk_.caches(), *walk_.options, walk_.now());
  const std::size_t known = zone_.looked_up.size();
  for (const wire::IpAddress& address : addresses)
    if (std::find(zone_.looked_up.begin(), zone_.looked_up.end(), address) == zone_.looked_up.end())
      zone_.looked_up.push_back(address);
  return zone_.looked_up.size() > known;
}

Task<bool> ServerLookups::look_up(Name server, RrType type, bool glue_will_do) {
  if (walk_.exhausted() != ResolveError::none) co_return false;
  if (asking_.is_looking_for(server)) {
    met_loop_ = true;
    co_return false;
  }
  if (walk_.trace) walk_.trace->on(trace::AddressLookup{server, type});
  const Question question(server, type);
  Resolution inner(walk_, question, asking_, glue_will_do);
  const Answer answer = co_await inner.run();
  if (inner.was_settled_by_glue()) co_return take_glue(server);
  bool found = false;
  std::uint32_t taken = 0;
  for (const AnswerRRset& part : answer.answer) {
    if (part.set->type() != type) continue;
    for (const wire::Bytes record : part.set->records()) {
      if (taken++ >= walk_.options->limits.addresses_per_server_name) break;
      zone_.looked_up.push_back(type == RrType::a ? wire::IpAddress::v4(record.first<4>())
                                                  : wire::IpAddress::v6(record.first<16>()));
      found = true;
    }
  }
  co_return found;
}

}  // namespace godwit::iterator
