// What is known of one server, and how each observation changes it. Pure: no table, no lock, no
// clock. Round-trip times as RFC 6298 §2 smooths them; a timeout is no sample of them.
#pragma once

#include "cache/segment.h"
#include "cache/server_table.h"

namespace godwit::cache {

// How long to wait for a server's answer to one send, and how long if the last ones were not lost.
[[nodiscard]] Duration timeout_without_losses(const ServerState& state,
                                              const ServerTableOptions& options) noexcept;
[[nodiscard]] Duration timeout_of(const ServerState& state,
                                  const ServerTableOptions& options) noexcept;

class ServerRow : public Slot {
 public:
  wire::IpAddress address;
  std::uint32_t failed_streak = 0;  // the family's streak in which this server was counted

  ServerRow() = default;
  explicit ServerRow(const wire::IpAddress& server) : address(server) {}
  [[nodiscard]] static std::size_t payload_octets() noexcept { return 0; }

  void response(Duration rtt, Time now) noexcept;
  // Whether it tells anything: of sends under way together only one loss counts, and none counts
  // that was sent before the server was last heard.
  bool timeout(Duration waited, Time now, const ServerTableOptions& options) noexcept;
  // An ICMP error, no route or a refused connection: a loss like any other. Whoever guesses a port
  // can forge the first of these.
  bool unreachable(Duration waited, Time now, const ServerTableOptions& options) noexcept;
  void tcp_works(Time now, const ServerTableOptions& options) noexcept;
  void edns(EdnsAbility ability, Time now, const ServerTableOptions& options) noexcept;
  void cookie(const wire::Cookie& cookie, Time now, const ServerTableOptions& options) noexcept;
  void forget_cookie(const wire::Cookie& cookie) noexcept;

  [[nodiscard]] ServerState state(Time now) const noexcept;
  [[nodiscard]] KnownServer shown(Time now) const noexcept {
    return {address, state(now), last_heard_, last_loss_};
  }

 private:
  void hold_down(Time now, const ServerTableOptions& options) noexcept;

  bool is_measured_ = false;  // srtt_ comes from a response, not from a wait in vain
  std::uint8_t timeouts_in_row_ = 0;
  EdnsAbility edns_ = EdnsAbility::unknown;
  bool has_cookie_ = false;
  wire::Cookie cookie_;
  Duration srtt_{};
  Duration variation_{};
  Time last_heard_ = Time::min();
  Time last_loss_ = Time::min();
  Time down_until_{};
  Time edns_fails_until_{};
  Time tcp_until_{};
  Time cookie_until_{};
};

}  // namespace godwit::cache
