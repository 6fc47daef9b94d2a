// Start, signals and end of the process. What a reload does is in server_reload.cc.
#include "daemon/server.h"

#include <sodium.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <thread>

#include "daemon/build_date.h"
#include "daemon/control_socket.h"
#include "daemon/kept_sockets.h"
#include "daemon/privileges.h"
#include "daemon/server_caches.h"
#include "daemon/snapshot_basis.h"

namespace godwit::daemon {
namespace {
sigset_t block_signals() noexcept {
  sigset_t all, before;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &before);
  return before;
}

std::int64_t seconds_since_1970() {
  const auto now = SystemClock().wall().time_since_epoch();
  return std::int64_t{std::chrono::floor<std::chrono::seconds>(now).count()};
}

}  // namespace

Server::Server(ServerOptions options, conf::Config config, Log& log, Notifier& notifier)
    : options_(std::move(options)),
      config_(std::move(config)),
      log_(log),
      notifier_(notifier),
      signals_(io_),
      watchdog_timer_(io_),
      negative_timer_(io_),
      watchdog_period_(watchdog_period(std::getenv("WATCHDOG_USEC"), std::getenv("WATCHDOG_PID"),
                                       static_cast<long>(::getpid()))),
      recorder_(recorder_limits(config_)),
      network_(io_, log) {}

Server::~Server() = default;

std::string Server::start(Activated activated) {
  if (auto error = open_sockets(std::move(activated)); !error.empty()) return error;
  for (const int number : {SIGTERM, SIGINT, SIGHUP, SIGUSR1}) signals_.add(number);
  std::signal(SIGPIPE, SIG_IGN);
  const auto read = std::exchange(options_.local_read, std::nullopt);
  const auto made = make_settings(config_, points_, read ? &*read : nullptr);
  if (!made.settings) return made.reason();
  network_.open();
  for (const auto& path : {config_.control.socket, config_.control.read_socket})
    make_control_folder(path, config_.process.user);
  const auto privileges = drop_privileges(config_.process.user);
  if (!privileges.error.empty()) return "cannot drop privileges: " + privileges.error;
  if (!privileges.user.empty()) log_.info("privileges-dropped", {{"user", privileges.user}});
  settings_ = made.settings;
  log_issues(settings_->local_issues, log_);
  log_lists(settings_->answers->policy, log_);
  make_anchor_watch();
  control_ = open_control(config_.control.socket, ControlAudience::owner);
  readers_ = open_control(config_.control.read_socket, ControlAudience::readers);

  const auto memory = memory_limit();
  const auto cache = cache_choice(config_, memory);
  log_.info("cache-size", {{"octets", cache.octets}, {"reason", cache.reason}});
  if (!cache.fits) log_.warning("cache-may-not-fit", {{"reason", too_little_memory(memory)}});
  cache_octets_max_ = cache.octets;
  caches_ = std::make_unique<Caches>(caches_options(config_, memory));
  make_snapshots(cache.octets);
  const auto count = worker_count(config_);
  const WorkerCommons commons{caches_->shared,
                              caches_->waiting_limits,
                              caches_->tcp_limits,
                              caches_->cookie_secret,
                              log_,
                              recorder_,
                              UpstreamSockets::idle_max_of(count, descriptors_max_)};
  const auto settings = settings_in_effect();
  for (unsigned i = 0; i < count; ++i)
    workers_.push_back(std::make_unique<Worker>(i, commons, settings));
  if (auto error = confine(); !error.empty()) return error;
  start_workers();
  return {};
}

// Before there are threads, as what they may do is settled for each; after all is open that a
// reload does not open.
std::string Server::confine() {
  sandbox_plan_ = sandbox_plan(config_, options_.config_path, std::getenv("STATE_DIRECTORY"));
  sandbox_ = enter_sandbox(sandbox_plan_);
  if (!sandbox_.error.empty()) return "cannot enter the sandbox: " + sandbox_.error;
  const std::initializer_list<LogField> fields = {{"in-force", sandbox_.in_force},
                                                  {"missing", sandbox_.missing}};
  if (sandbox_.is_partial)
    log_.warning("sandbox", fields);
  else
    log_.info("sandbox", fields);
  return {};
}

// After the privileges are gone: what cannot be written then could not be later.
void Server::make_anchor_watch() {
  AnchorWatch::Services services{.io = io_,
                                 .log = log_,
                                 .wall = seconds_since_1970,
                                 .fetch =
                                     [this](const wire::Name& zone, AnchorWatch::Done done) {
                                       workers_.front()->fetch_keys(zone, std::move(done));
                                     },
                                 .on_anchors = [this] { put_in_effect(); },
                                 .on_clock = [this] { notifier_.status(status()); },
                                 .build_date = build_date()};
  anchor_watch_ = std::make_unique<AnchorWatch>(
      anchor_state_file(config_.dnssec.trust_anchor_state, std::getenv("STATE_DIRECTORY")),
      std::move(services));
  anchor_watch_->configure(settings_->anchors, settings_->resolver->signature_skew_seconds);
}

void Server::make_snapshots(std::uint64_t cache_octets) {
  const auto& stated = config_.cache;
  if (!stated.snapshot) return;
  auto& caches = caches_->caches;
  SnapshotKeeperOptions options;
  options.path = snapshot_file(stated.snapshot_file, std::getenv("STATE_DIRECTORY"));
  options.interval = stated.snapshot_interval;
  options.octets_max = cache_octets;
  options.life_max = stated.max_ttl;
  options.load_threads =
      std::min(std::thread::hardware_concurrency(), SnapshotKeeper::load_threads_max);
  options.forget = [&caches] {
    caches.rrsets.clear();
    caches.delegations.clear();
    caches.negatives.clear();
    caches.proven.clear();
    caches.trusts.clear();
  };
  snapshots_ = std::make_unique<SnapshotKeeper>(
      std::move(options),
      cache::SnapshotCaches{caches.rrsets, caches.delegations, caches.negatives}, log_);
  snapshots_->configure(snapshot_basis(*settings_in_effect()->resolver, seconds_since_1970()));
}

std::shared_ptr<const Settings> Server::settings_in_effect() const {
  return with_anchors(*settings_, negative_anchors_.beside(anchor_watch_->anchors()));
}

std::string Server::status() const {
  std::string out = "answering";
  if (const auto fault = anchor_watch_->clock_fault(); !fault.empty()) out += "; " + fault;
  if (sandbox_.is_partial) out += "; sandbox without " + sandbox_.missing;
  return out;
}

// Sockets that were passed in take the place of all that the configuration names; those of a
// process before this one only of the same.
std::string Server::open_sockets(Activated activated) {
  const auto workers = worker_count(config_);
  for (const auto& what : activated.rejected)
    log_.warning("activation-rejected", {{"socket", what}});
  KeptSockets kept(activated.sockets);
  activated_ = !activated.sockets.empty();
  for (auto& socket : activated.sockets) {
    const ListenPoint point{socket.local, socket.stream};
    auto shared = share_listen_socket(point, std::move(socket.fd), workers);
    if (!shared.error.empty()) return shared.error;
    opened_.push_back(std::move(shared.sockets));
  }
  const auto own = activated_ ? std::vector<ListenPoint>() : listen_points(config_);
  std::vector<ListenPoint> missing;
  for (const auto& point : own) {
    auto taken = kept.take(point, workers);
    if (!taken.error.empty()) return taken.error;
    if (taken.sockets.fds.empty())
      missing.push_back(point);
    else
      opened_.push_back(std::move(taken.sockets));
  }
  kept.let_go_of_rest(notifier_);
  for (const auto& point : missing) {
    auto opened = open_listen_sockets(point, workers);
    if (!opened.error.empty()) return opened.error;
    opened_.push_back(std::move(opened.sockets));
  }
  if (!activated_) keep_sockets(opened_, notifier_);
  for (const auto& sockets : opened_) points_.push_back(sockets.point);
  for (const auto& point : listen_points(config_))
    if (activated_ && std::ranges::find(points_, point) == points_.end())
      log_.info("listen-ignored", {{"on", point.to_text()}, {"reason", "sockets are passed in"}});
  return {};
}

void Server::start_workers() {
  for (auto& sockets : opened_) {
    for (std::size_t i = 0; i < workers_.size(); ++i)
      workers_[i]->listen(sockets.point, std::move(sockets.fds[i]), sockets.shared);
    log_.info("listening", {{"on", sockets.point.to_text()},
                            {"from", activated_     ? "activation"
                                     : sockets.kept ? "before the restart"
                                                    : "configuration"}});
  }
  opened_.clear();
  // Signals are for the main thread.
  const auto before = block_signals();
  // Meanwhile questions wait in the sockets: of a popular name that is not there yet more would
  // come at once than may wait for its resolution.
  if (snapshots_) {
    snapshots_->start();
    snapshots_->wait_for_first_part();
  }
  for (const auto& worker : workers_) worker->start();
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

int Server::run() {
  wait_for_signal();
  if (watchdog_period_) feed_watchdog();
  log_.info("ready", {{"version", GODWIT_VERSION}, {"workers", workers_.size()}});
  notifier_.ready(status());
  started_ = SystemClock().now();
  anchor_watch_->start();
  make_curve();
  start_control();
  network_.start([this](const NetworkWatch::Happened& happened) { on_network(happened); });
  serve_main_thread();
  return 0;
}

void Server::serve_main_thread() {
  for (;;) {
    try {
      io_.run();
      return;
    } catch (const std::exception& error) {
      if (stopping_) throw;
      // A handler threw, for want of memory: what it was at is lost, clients do not notice.
      log_.noisy("exception", {{"reason", error.what()}});
    }
  }
}

void Server::wait_for_signal() {
  signals_.async_wait([this](const boost::system::error_code& error, int number) {
    if (error) return;
    // Before: whatever comes of this one, the next is heard.
    wait_for_signal();
    on_signal(number);
  });
}

void Server::on_signal(int number) {
  switch (number) {
    case SIGHUP:
      (void)reload();
      break;
    case SIGUSR1:
      log_counters();
      break;
    default:
      shut_down();
  }
}

void Server::log_counters() const {
  const auto now = totals();
  log_.always(LogSeverity::info, "counters", now.fields());
}

CounterTotals Server::totals() const {
  CounterTotals totals;
  for (const auto& worker : workers_) totals.add(worker->counters());
  for (const auto& worker : workers_) {
    const auto& from = worker->resolver_counters();
    const auto add = [&totals](std::string_view name, const std::atomic<std::uint64_t>& value) {
      totals.add(name, value.load(std::memory_order_relaxed));
    };
    add("resolutions", from.resolutions);
    add("resolutions-joined", from.joined);
    add("resolutions-failed", from.failures);
    add("resolver-queries", from.upstream_queries);
    add("resolver-queries-tcp", from.upstream_tcp);
    add("resolver-timeouts", from.upstream_timeouts);
    add("resolver-near-misses", from.near_misses);
    add("resolver-records-scrubbed", from.records_scrubbed);
    add("resolver-limits-met", from.limits_met);
    add("resolver-internal-errors", from.internal_errors);
    add("resolver-validated-secure", from.validated_secure);
    add("resolver-validated-insecure", from.validated_insecure);
    add("resolver-validated-bogus", from.validated_bogus);
    add("resolver-signature-checks", from.signature_checks);
    add("prefetch-started", from.prefetch_started);
    add("prefetch-useful", from.prefetch_useful);
    add("prefetch-failed", from.prefetch_failed);
    add("prefetch-over-budget", from.prefetch_over_budget);
    add("prefetch-busy", from.prefetch_busy);
  }
  if (snapshots_) {
    const auto figures = snapshots_->figures();
    totals.add("snapshot-loaded", figures.loaded);
    totals.add("snapshot-dropped", figures.dropped);
    totals.add("snapshot-age-seconds", figures.age_seconds);
    totals.add("snapshot-written", figures.written);
    totals.add("snapshot-failures", figures.failures);
  }
  totals.add("network-changes", network_changes_);
  totals.add("network-wakings", wakings_);
  totals.add("network-malformed", network_.malformed());
  totals.add("cache-octets", caches_->caches.octets_used());
  return totals;
}

// The manager hears of us only if every worker's loop has turned since it last did.
void Server::feed_watchdog() {
  bool all_alive = true;
  for (const auto& worker : workers_) {
    if (worker->heartbeats() < heartbeats_asked_) all_alive = false;
    worker->ask_for_heartbeat();
  }
  ++heartbeats_asked_;
  if (all_alive) notifier_.watchdog();
  watchdog_timer_.expires_after(*watchdog_period_ / 4);
  watchdog_timer_.async_wait([this](const boost::system::error_code& error) {
    if (!error) feed_watchdog();
  });
}

void Server::shut_down() {
  stopping_ = true;
  block_signals();  // one is enough: a second must not cut the end short
  log_.info("stopping", {});
  anchor_watch_->stop();
  negative_timer_.cancel();
  curve_->stop();
  for (auto* const listener : {control_.get(), readers_.get()})
    if (listener != nullptr) listener->stop();
  // First what takes long, while questions are still answered: who follows is waited for less.
  if (snapshots_) {
    notifier_.stopping("writing down the cache");
    snapshots_->stop();
    snapshots_->join();
  }
  network_.stop();
  notifier_.stopping("answering what waits");
  for (const auto& worker : workers_) worker->finish(drain_time(config_));
  bool clean = true;
  for (const auto& worker : workers_) {
    worker->join();
    clean = clean && worker->ended_clean();
  }
  log_counters();
  log_.info("stopped", {});
  // A resolution that would not end still refers to workers, in any order: nothing may be taken
  // apart.
  if (!clean) ::_exit(0);
  watchdog_timer_.cancel();
  io_.stop();
}

}  // namespace godwit::daemon
