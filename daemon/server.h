// The process: sockets, caches and workers, and what the outside tells it: signals, reloads, the
// watchdog, the control socket. On the main thread.
#pragma once

#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "conf/load.h"
#include "daemon/activation.h"
#include "daemon/anchor_watch.h"
#include "daemon/control_commands.h"
#include "daemon/control_listener.h"
#include "daemon/curve_watch.h"
#include "daemon/fd.h"
#include "daemon/negative_anchors.h"
#include "daemon/network_watch.h"
#include "daemon/notify.h"
#include "daemon/sandbox.h"
#include "daemon/snapshot_keeper.h"
#include "daemon/worker.h"

namespace godwit::iterator {
class Forgetting;
}

namespace godwit::daemon {

struct ServerOptions {
  std::string config_path;
  conf::IfMissing if_missing = conf::IfMissing::problem;
  // What was read when the configuration was checked; let go at the start.
  std::optional<LocalSettings> local_read = {};
};

class Server final : private ControlSubject {
 public:
  Server(ServerOptions options, conf::Config config, Log& log, Notifier& notifier);
  ~Server();

  // Opens sockets, drops privileges, enters the sandbox, starts the workers. Returns what went
  // wrong, or nothing.
  [[nodiscard]] std::string start(Activated activated);
  // Serves until a signal ends it. Returns the exit status.
  [[nodiscard]] int run();

 private:
  using Timer = boost::asio::basic_waitable_timer<std::chrono::steady_clock>;
  struct Caches;
  [[nodiscard]] std::string open_sockets(Activated activated);
  [[nodiscard]] std::string confine();
  void explain_denied(const conf::Config& config, Changes& out) const;
  void start_workers();
  void wait_for_signal();
  void on_signal(int number);
  Changes reload() override;
  void try_reload(Changes& out);
  [[nodiscard]] Changes changes_waiting() const override;
  [[nodiscard]] const conf::Config& config() const override { return config_; }
  [[nodiscard]] const Settings& settings() const override { return *settings_; }
  [[nodiscard]] Log& log() override { return log_; }
  void serve_main_thread();
  void log_counters() const;
  [[nodiscard]] std::unique_ptr<ControlListener> open_control(const std::string& path,
                                                              ControlAudience audience);
  void start_control();
  [[nodiscard]] Condition condition() const override;
  [[nodiscard]] Surroundings surroundings() const override;
  [[nodiscard]] CounterTotals totals() const override;
  [[nodiscard]] BusySum busiest() const override;
  [[nodiscard]] std::vector<MetricFamily> metrics() const override;
  void make_curve();
  [[nodiscard]] SnapshotKeeper::Opened open_snapshot() override;
  [[nodiscard]] const iterator::Caches& caches() const override;
  [[nodiscard]] iterator::Caches& caches_to_change() override;
  void do_errand(Errand errand) override;
  [[nodiscard]] const FlightRecorder& recorder() const override { return recorder_; }
  [[nodiscard]] FlightRecorder& recorder_to_fill() override { return recorder_; }
  void feed_watchdog();
  void on_network(const NetworkWatch::Happened& happened);
  void make_anchor_watch();
  void make_snapshots(std::uint64_t cache_octets);
  // Has all workers go by the settings and anchors as they are now.
  void put_in_effect(std::function<void()> then = {});
  [[nodiscard]] const AnchorWatch& anchor_watch() const override { return *anchor_watch_; }
  [[nodiscard]] const NegativeAnchors& negative_anchors() const override {
    return negative_anchors_;
  }
  [[nodiscard]] std::string add_negative_anchor(const wire::Name& name, std::int64_t until,
                                                std::function<void()> done) override;
  bool remove_negative_anchor(const wire::Name& name, std::function<void()> done) override;
  // What is to be found out anew at and below names: what is believed, or all data as well.
  enum class Forgets : std::uint8_t { judgements, data };
  void change_trust(const std::vector<wire::Name>& names, Forgets what, std::function<void()> done);
  void forget_data(std::vector<wire::Name> names, const std::function<void()>& done);
  void forget_some(const std::shared_ptr<iterator::Forgetting>& work,
                   const std::function<void()>& then);
  void arm_negative_timer();
  void end_negative_anchors();
  // What the workers are to have: the settings with the anchors in effect.
  [[nodiscard]] std::shared_ptr<const Settings> settings_in_effect() const;
  [[nodiscard]] std::string status() const;
  void shut_down();

  ServerOptions options_;
  conf::Config config_;
  Log& log_;
  Notifier& notifier_;
  boost::asio::io_context io_{1};
  boost::asio::signal_set signals_;
  Timer watchdog_timer_;
  Timer negative_timer_;
  std::optional<std::chrono::microseconds> watchdog_period_;
  std::uint64_t heartbeats_asked_ = 0;  // of each worker
  bool activated_ = false;
  iterator::Time started_{};
  std::uint64_t cache_octets_max_ = 0;
  const std::size_t descriptors_max_ = descriptor_limit();  // not to be had in the sandbox
  std::vector<ListenSockets> opened_;                       // until the workers have them
  std::vector<ListenPoint> points_;
  std::shared_ptr<const Settings> settings_;
  SandboxPlan sandbox_plan_;
  SandboxReport sandbox_;
  std::unique_ptr<AnchorWatch> anchor_watch_;
  NegativeAnchors negative_anchors_;
  FlightRecorder recorder_;
  std::unique_ptr<Caches> caches_;
  std::unique_ptr<SnapshotKeeper> snapshots_;  // null: none are kept
  std::vector<std::unique_ptr<Worker>> workers_;
  std::unique_ptr<CurveWatch> curve_;
  std::size_t next_errand_ = 0;                         // is which worker's
  std::unique_ptr<ControlListener> control_, readers_;  // null: there is none
  NetworkWatch network_;
  std::uint64_t network_changes_ = 0, wakings_ = 0;
  bool stopping_ = false;
};

}  // namespace godwit::daemon
