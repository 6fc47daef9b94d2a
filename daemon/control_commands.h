// The commands of the control socket, by name: one row each in the table of control_commands.cc.
// What a command needs of the program it gets from the ControlSubject. Main thread.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "conf/changes.h"
#include "daemon/anchor_watch.h"
#include "daemon/control_answer.h"
#include "daemon/control_request.h"
#include "daemon/control_socket.h"
#include "daemon/counters.h"
#include "daemon/errand.h"
#include "daemon/flight_recorder.h"
#include "daemon/listen_sockets.h"
#include "daemon/log.h"
#include "daemon/metric_family.h"
#include "daemon/negative_anchors.h"
#include "daemon/snapshot_keeper.h"
#include "daemon/walk_sketch.h"
#include "dnssec/trust_anchors.h"
#include "iterator/shared.h"

namespace godwit::daemon {

struct Settings;  // settings.h

// The program as its commands see it.
class ControlSubject {
 public:
  struct Condition {
    std::string clock_fault;  // empty: none
    std::uint64_t uptime_seconds = 0;
    std::uint64_t cache_octets_max = 0;
    unsigned workers = 0;
    bool validates = false;
    // Of the questions that the caches could answer, what a cache of the size that it has and of
    // twice that would; nothing: that is not known (cache/hit_curve.h).
    struct Expected {
      double at_size = 0, at_twice = 0;
    };
    std::optional<Expected> hit_ratio;
  };
  [[nodiscard]] virtual Condition condition() const = 0;
  // What godwitctl's doctor looks at from outside.
  struct Surroundings {
    std::vector<ListenPoint> listens;
    std::shared_ptr<const cache::Delegation> root_hints;
    dnssec::TrustAnchorsPtr anchors;  // in effect; null: nothing is validated
    std::uint64_t descriptors_max = 0;
    bool upstream_ipv4 = true;
    bool upstream_ipv6 = true;
  };
  [[nodiscard]] virtual Surroundings surroundings() const = 0;
  [[nodiscard]] virtual CounterTotals totals() const = 0;
  // docs/control.md has the families.
  [[nodiscard]] virtual std::vector<MetricFamily> metrics() const = 0;
  [[nodiscard]] virtual const iterator::Caches& caches() const = 0;
  [[nodiscard]] virtual iterator::Caches& caches_to_change() = 0;
  // As the workers have them.
  [[nodiscard]] virtual const Settings& settings() const = 0;
  [[nodiscard]] virtual Log& log() = 0;

  // What is in effect.
  [[nodiscard]] virtual const conf::Config& config() const = 0;
  // What the file says otherwise than what is in effect; or what is wrong with it.
  struct Changes {
    std::vector<conf::ChangedSetting> settings;
    std::vector<std::string> problems;  // not empty: nothing is changed
  };
  [[nodiscard]] virtual Changes changes_waiting() const = 0;
  // Puts in effect what the file says, as far as no restart is needed.
  virtual Changes reload() = 0;

  // The file of the cache, opened to be taken in; an error without one.
  [[nodiscard]] virtual SnapshotKeeper::Opened open_snapshot() = 0;

  [[nodiscard]] virtual const FlightRecorder& recorder() const = 0;
  [[nodiscard]] virtual FlightRecorder& recorder_to_fill() = 0;
  // What has kept the workers busy in the last minutes.
  [[nodiscard]] virtual BusySum busiest() const = 0;

  [[nodiscard]] virtual const AnchorWatch& anchor_watch() const = 0;
  // Those beside the configuration's.
  [[nodiscard]] virtual const NegativeAnchors& negative_anchors() const = 0;
  // Both have all workers go by it, and what is known below the name judged anew; `done` is called
  // after that. What is wrong, as a sentence; empty: nothing.
  [[nodiscard]] virtual std::string add_negative_anchor(const wire::Name& name, std::int64_t until,
                                                        std::function<void()> done) = 0;
  // False: there is none.
  virtual bool remove_negative_anchor(const wire::Name& name, std::function<void()> done) = 0;

  // Has it done by one of the workers, whose turn it is.
  virtual void do_errand(Errand errand) = 0;

 protected:
  ~ControlSubject() = default;
};

struct ControlCommand {
  std::string_view name;  // "cache flush"
  void (*begin)(ControlSubject& subject, const ControlRequest& request, ControlAnswer& answer);
  // The owner may give every command, readers those that change nothing, ask no server and cost
  // little.
  ControlAudience audience = ControlAudience::owner;
};

[[nodiscard]] std::span<const ControlCommand> control_commands() noexcept;

// Begins the answer to a request of somebody in `audience`; one for an unknown command is that it
// is unknown.
void handle_control_request(ControlSubject& subject, ControlAudience audience,
                            const ControlRequest& request, ControlAnswer& answer);

}  // namespace godwit::daemon
