// One worker: a thread, its event loop, its listeners, its upstream sockets, its resolver and its
// counters. Made, told and ended by the main thread; everything else happens on the worker's own,
// by way of the loop's post().
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <thread>
#include <vector>

#include "daemon/anchor_watch.h"
#include "daemon/errand.h"
#include "daemon/network_upstream.h"
#include "daemon/settings.h"
#include "daemon/system_seams.h"
#include "daemon/udp_listener.h"
#include "daemon/worker_timers.h"

namespace godwit::daemon {

// What all workers have in common. Thread-safe; outlives them.
struct WorkerCommons {
  iterator::Shared& shared;
  WaitingLimits& waiting_limits;
  TcpLimits& tcp_limits;
  const ServerCookies::MasterSecret& cookie_secret;
  Log& log;
  FlightRecorder& recorder;
  std::size_t idle_sockets_max;  // of each, to servers
};

class Worker {
 public:
  Worker(unsigned index, const WorkerCommons& commons, std::shared_ptr<const Settings> settings);
  ~Worker();

  void start();
  // Waits for the thread to end; after finish().
  void join();

  // Takes over a socket for `point`.
  void listen(const ListenPoint& point, Fd fd, bool shared);
  // `then`: called on the worker's thread when it goes by them.
  void reload(std::shared_ptr<const Settings> settings, std::function<void()> then);
  // Asks for a zone's DNSKEY set as clients do. `done` is called on the worker's thread.
  void fetch_keys(const wire::Name& zone, AnchorWatch::Done done);
  // Has it done on the worker's thread; dropped when there is no time left for it.
  void do_errand(Errand errand);
  // Takes no more queries, answers those that wait, for `time_left` at most, and ends.
  void finish(iterator::Duration time_left);

  // Counted up by the worker's loop each time it is asked to: a sign of life.
  void ask_for_heartbeat();
  [[nodiscard]] std::uint64_t heartbeats() const noexcept {
    return heartbeats_.load(std::memory_order_relaxed);
  }
  [[nodiscard]] const WorkerCounters& counters() const noexcept { return counters_; }
  // For the main thread, which empties it.
  [[nodiscard]] CurveSample& curve() noexcept { return counters_.curve; }
  [[nodiscard]] const iterator::ResolverCounters& resolver_counters() const noexcept {
    return resolver_.counters();
  }
  [[nodiscard]] const WalkSketch& sketch() const noexcept { return sketch_; }
  // Whether nothing of a resolution was left when the thread ended.
  [[nodiscard]] bool ended_clean() const noexcept { return is_idle(); }

 private:
  void run();
  void apply(const Settings& settings);
  void drain();
  [[nodiscard]] bool is_drained() const;
  void wait_for_drain(iterator::Time until);
  void cancel_rest(iterator::Time until);
  [[nodiscard]] bool is_idle() const noexcept { return queries_.running() == 0 && errands_ == 0; }
  [[nodiscard]] static std::optional<wire::Name> trust_signal(
      const iterator::ResolverOptions& options, const wire::Name& zone);
  void begin(iterator::Task<void> task, std::function<void()> on_error);
  [[nodiscard]] iterator::Task<void> fetch(wire::Name zone, AnchorWatch::Done done);

  const unsigned index_;
  WorkerCommons commons_;
  std::shared_ptr<const Settings> settings_;
  WorkerCounters counters_;
  SystemClock clock_;
  SystemEntropy entropy_;
  WorkerTimers timers_;
  EventLoop loop_;
  NetworkUpstream upstream_;
  iterator::Resolver resolver_;
  ClientRequests requests_;
  ReadyAnswers ready_;
  WalkSketch sketch_;
  QueryService queries_;
  std::vector<std::unique_ptr<UdpListener>> udp_;
  std::vector<std::unique_ptr<TcpListener>> tcp_;
  std::size_t errands_ = 0;  // under way, and zones' keys that are fetched
  bool is_ending_ = false;
  std::atomic<std::uint64_t> heartbeats_{0};
  std::thread thread_;
};

}  // namespace godwit::daemon
