#include "daemon/control_server_facts.h"

#include <chrono>
#include <cstdio>
#include <string>

namespace godwit::daemon {
namespace {

using cache::KnownServer;
using cache::Time;

std::int64_t microseconds_of(cache::Duration duration) {
  return std::chrono::duration_cast<std::chrono::microseconds>(duration).count();
}

std::int64_t seconds_up(cache::Duration duration) {
  return std::chrono::ceil<std::chrono::seconds>(duration).count();
}

std::string_view state_of(const KnownServer& server, Time now) noexcept {
  if (server.state.down_until > now) return "held down";
  if (server.state.timeouts_in_row > 0) return "failing";
  return server.last_heard == Time::min() ? "not heard" : "good";
}

std::string_view text_of(cache::EdnsAbility ability) noexcept {
  switch (ability) {
    case cache::EdnsAbility::works:
      return "works";
    case cache::EdnsAbility::fails:
      return "fails";
    case cache::EdnsAbility::unknown:
      break;
  }
  return "unknown";
}

std::string_view cookies_of(const cache::ServerState& state) noexcept {
  if (state.cookie_proven) return "yes";
  return state.cookie ? "not yet" : "unknown";
}

// How long ago; null: never.
boost::json::value seconds_since(Time when, Time now) {
  if (when == Time::min()) return nullptr;
  return std::chrono::floor<std::chrono::seconds>(now - when).count();
}

std::string ago_text(Time when, Time now) {
  if (when == Time::min()) return "never";
  return std::to_string(std::chrono::floor<std::chrono::seconds>(now - when).count()) + " s ago";
}

}  // namespace

bool consider_some(const cache::ServerTable& table, Time now, cache::TablePlace& place,
                   cache::WorstServers& worst) {
  std::vector<KnownServer> some;
  const bool has_more = visit_some(table, place, now, some);
  for (const KnownServer& server : some) worst.consider(server);
  return has_more;
}

std::string milliseconds_text(cache::Duration duration) {
  char out[32];
  std::snprintf(out, sizeof out, "%.1f ms", static_cast<double>(microseconds_of(duration)) / 1e3);
  return out;
}

boost::json::object server_facts(const KnownServer& server, Time now) {
  const auto& state = server.state;
  const bool is_down = state.down_until > now;
  const std::int64_t down = is_down ? seconds_up(state.down_until - now) : 0;
  boost::json::object out{{"address", server.address.to_text()},
                          {"state", state_of(server, now)},
                          {"rtt", state.known ? milliseconds_text(state.srtt) : "-"},
                          {"rtt-microseconds", nullptr},
                          {"variation-microseconds", nullptr},
                          {"failures", state.timeouts_in_row},
                          {"down", is_down ? std::to_string(down) + " s" : "-"},
                          {"down-seconds", down},
                          {"edns", text_of(state.edns)},
                          {"cookies", cookies_of(state)},
                          {"tcp-preferred", state.prefers_tcp},
                          {"asked", ago_text(server.last_asked(), now)},
                          {"asked-seconds-ago", seconds_since(server.last_asked(), now)}};
  if (!state.known) return out;
  out["rtt-microseconds"] = microseconds_of(state.srtt);
  out["variation-microseconds"] = microseconds_of(state.rtt_variation);
  return out;
}

boost::json::object server_facts_in_full(const KnownServer& server, cache::Duration timeout,
                                         Time now) {
  boost::json::object out{{"server", server.address.to_text()}};
  for (const auto& member : server_facts(server, now))
    if (member.key() != "address") out[member.key()] = member.value();
  out["variation"] = server.state.known ? milliseconds_text(server.state.rtt_variation) : "-";
  out["next-timeout"] = milliseconds_text(timeout);
  out["heard"] = ago_text(server.last_heard, now);
  out["lost"] = ago_text(server.last_lost, now);
  return out;
}

}  // namespace godwit::daemon
