// What is known of a server as the members of a line; and a walk through all of them. Any thread.
#pragma once

#include <boost/json/object.hpp>
#include <vector>

#include "cache/worst_servers.h"

namespace godwit::daemon {

// Zones for which one server is lame, in a line.
inline constexpr std::size_t lame_zones_shown = 8;

// Of tables with hundreds of thousands of servers: a piece takes a fraction of a millisecond.
inline constexpr std::size_t server_parts_per_piece = 16;
// One piece of a walk through servers, or through where they are lame; false: it is over.
template <class Found>
bool visit_some(const cache::ServerTable& table, cache::TablePlace& place, cache::Time now,
                std::vector<Found>& found) {
  bool has_more = true;
  for (std::size_t i = 0; i < server_parts_per_piece && has_more; ++i)
    has_more = table.visit_part(place, now, found);
  return has_more;
}
// One piece of a walk through all servers; false: it is over.
bool consider_some(const cache::ServerTable& table, cache::Time now, cache::TablePlace& place,
                   cache::WorstServers& worst);

// "12.3 ms".
[[nodiscard]] std::string milliseconds_text(cache::Duration duration);

// Members that begin with its address: state, times, failures, what it can do.
[[nodiscard]] boost::json::object server_facts(const cache::KnownServer& server, cache::Time now);
// As that, and more, of one that is shown alone. `timeout`: how long the next send waits.
[[nodiscard]] boost::json::object server_facts_in_full(const cache::KnownServer& server,
                                                       cache::Duration timeout, cache::Time now);

}  // namespace godwit::daemon
