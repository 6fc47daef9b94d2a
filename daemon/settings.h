// The configuration as the parts of the daemon want it: the only place where conf::Config becomes
// their own structs. Immutable; shared by all workers and replaced whole on reload.
#pragma once

#include <memory>
#include <string>

#include "conf/load.h"
#include "daemon/anchor_settings.h"
#include "daemon/client_request.h"
#include "daemon/listen_sockets.h"
#include "daemon/local_settings.h"
#include "daemon/log.h"
#include "daemon/memory_limit.h"
#include "daemon/query_service.h"
#include "daemon/tcp_listener.h"

namespace godwit::daemon {

struct Settings {
  std::shared_ptr<const iterator::ResolverOptions> resolver;
  // As configured; those in effect are the resolver's.
  ConfiguredAnchors anchors;
  std::shared_ptr<const AnswerPolicy> answers;
  // What of the operator's own names and lists could not be used.
  local::Issues local_issues;
  WaitingPolicy waiting;
  TcpPolicy tcp;
  // Listening on every address on port 53: any address of this host leads back to us.
  bool refuse_own_addresses = false;
};

struct SettingsResult {
  std::shared_ptr<const Settings> settings;  // null: see `error`
  std::string_view key;                      // of the setting that is wrong; static
  std::string error;
  [[nodiscard]] std::string reason() const { return std::string(key) + ": " + error; }
};

// `listening`: what is listened on in fact, configured or passed in. Reads the files with the root
// hints, the trust anchors and local names. Errors: one that cannot be read, or a zone name that
// cannot be. `read_before`: local names and lists that were read a moment ago.
[[nodiscard]] SettingsResult make_settings(const conf::Config& config,
                                           const std::vector<ListenPoint>& listening,
                                           const LocalSettings* read_before = nullptr);

// The same but for the anchors in effect.
[[nodiscard]] std::shared_ptr<const Settings> with_anchors(const Settings& settings,
                                                           dnssec::TrustAnchorsPtr anchors);

// Checks what a good file names: the root hints, the trust anchors, names of zones, the user to
// become. Adds a problem for each, and notes what is chosen by the machine. A start and
// --check-config judge by it alike. Result: what it has read that takes long.
LocalSettings check_surroundings(conf::Loaded& loaded);

// The most of a file with root hints; that of IANA has some 3 kB.
inline constexpr std::size_t root_hints_octets_max = 1 << 20;

[[nodiscard]] std::vector<ListenPoint> listen_points(const conf::Config& config);
[[nodiscard]] iterator::CachesOptions caches_options(const conf::Config& config,
                                                     const MemoryLimit& memory);
// How large the cache is and why; whether it is known not to fit beside the rest.
struct CacheChoice {
  std::uint64_t octets = 0;
  std::string reason;
  bool fits = true;
};
[[nodiscard]] CacheChoice cache_choice(const conf::Config& config, const MemoryLimit& memory);
[[nodiscard]] unsigned worker_count(const conf::Config& config);
// How long what waits at the end is waited for: a little more than the time for an answer, but with
// cancel_time and the time for the last snapshot less than the service manager waits for us
// (TimeoutStopSec of the unit).
inline constexpr std::chrono::milliseconds drain_time_max{9'000};
// After the last answers: for resolutions to see that they are cancelled.
inline constexpr std::chrono::milliseconds cancel_time{500};
[[nodiscard]] iterator::Duration drain_time(const conf::Config& config);
[[nodiscard]] RecorderLimits recorder_limits(const conf::Config& config);
void apply_log_settings(const conf::Config& config, Log& log);

}  // namespace godwit::daemon
