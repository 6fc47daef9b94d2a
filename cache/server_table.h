// What is known of the servers, by address: smoothed RTT, loss and when to try again, EDNS and
// cookies, TCP, lameness by zone, and the health of IPv4 and IPv6 as such. Bounded; forgets. Any
// thread may call anything.
#pragma once

#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <vector>

#include "cache/cache_key.h"
#include "cache/rrset_cache.h"
#include "cache/table_walk.h"
#include "cache/time.h"
#include "wire/edns.h"

namespace godwit::cache {

enum class EdnsAbility : std::uint8_t { unknown, works, fails };

// A copy of one server's row.
struct ServerState {
  bool known = false;  // anything measured yet
  Duration srtt{};     // smoothed round-trip time (RFC 6298 §2), UDP
  Duration rtt_variation{};
  std::uint8_t timeouts_in_row = 0;
  Time down_until{};  // not asked before, except as a probe
  EdnsAbility edns = EdnsAbility::unknown;
  bool prefers_tcp = false;  // UDP keeps being lost, TCP works
  // Has sent a right cookie within forget_after: replies without one are near misses.
  bool cookie_proven = false;
  std::optional<wire::Cookie> cookie;  // our client part and its server part
};

// A server as those see it who look at the table.
struct KnownServer {
  wire::IpAddress address;
  ServerState state;
  Time last_heard = Time::min();  // the beginning of time: never, likewise below
  Time last_lost = Time::min();   // a send that was not answered

  [[nodiscard]] Time last_asked() const noexcept { return std::max(last_heard, last_lost); }
};

// That a server is not authoritative for a zone that was delegated to it.
struct LameServer {
  wire::IpAddress address;
  wire::Name zone;
  Time until{};
};

struct ServerTableOptions {
  std::size_t octets_max = 8u << 20;
  Duration initial_timeout = std::chrono::milliseconds(400);  // of a server never heard of
  Duration timeout_min = std::chrono::milliseconds(50);
  Duration timeout_max = std::chrono::seconds(3);
  std::uint8_t timeouts_until_down = 3;
  Duration down_min = std::chrono::seconds(1);  // doubled with every further timeout
  Duration down_max = std::chrono::seconds(120);
  Duration forget_after = std::chrono::minutes(15);
  Duration lame_for = std::chrono::seconds(60);
  Duration edns_fails_for = std::chrono::minutes(15);
  Duration prefer_tcp_for = std::chrono::minutes(10);  // then UDP is tried again
};

class ServerTable {
 public:
  ServerTable(const KeyedHash& hash, const ServerTableOptions& options);
  ~ServerTable();

  [[nodiscard]] ServerState find(const wire::IpAddress& server, Time now) const;
  // How long to wait for this server's answer to one send: srtt + 4 x variation, doubled per
  // timeout in row, in bounds. Without losses: as if there were no timeouts in row.
  [[nodiscard]] Duration timeout_of(const ServerState& state) const noexcept;
  [[nodiscard]] Duration timeout_without_losses(const ServerState& state) const noexcept;

  // A matched response over UDP.
  void report_rtt(const wire::IpAddress& server, Duration rtt, Time now);
  // One send that was not answered; the server is at least `waited` away. Of sends that were under
  // way together one counts, and none that was sent before the server was last heard: a burst of
  // losses is one loss. Nor does a wait shorter than timeout_of that began while the server was
  // held down.
  void report_timeout(const wire::IpAddress& server, Duration waited, Time now);
  // One send after which the system said that there is no way: counts as report_timeout does.
  void report_unreachable(const wire::IpAddress& server, Duration waited, Time now);
  void report_tcp_works(const wire::IpAddress& server, Time now);  // after UDP was lost
  void report_edns(const wire::IpAddress& server, EdnsAbility ability, Time now);
  void store_cookie(const wire::IpAddress& server, const wire::Cookie& cookie, Time now);
  // The server no longer answers `cookie` with one, which it alone can have said: forgets that it
  // does cookies, unless it has sent another since.
  void forget_cookie(const wire::IpAddress& server, const wire::Cookie& cookie, Time now);
  void report_lame(const wire::IpAddress& server, const wire::Name& zone, Time now);
  [[nodiscard]] bool is_lame(const wire::IpAddress& server, const wire::Name& zone, Time now) const;

  // Whether a whole address family looks dead: many servers of it failed lately and none was heard,
  // while the other family was. Ends by itself, to be tried again (family_health.h).
  [[nodiscard]] bool family_is_down(bool v6, Time now) const;

  // For those who look at the table: counts as no use of an entry.
  [[nodiscard]] std::optional<KnownServer> look_at(const wire::IpAddress& server, Time now) const;
  // Add what is known of the servers in the next part of a walk (table_walk.h), or what lameness is
  // known, in a walk of its own; false: there is no more. Cost: a lock for some two hundred rows,
  // which are copied.
  bool visit_part(TablePlace& place, Time now, std::vector<KnownServer>& out) const;
  bool visit_part(TablePlace& place, Time now, std::vector<LameServer>& out) const;

  void clear();
  [[nodiscard]] CacheUse use() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace godwit::cache
