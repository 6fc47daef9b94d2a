// The server as the commands of the control socket see it.
#include "daemon/control_socket.h"
#include "daemon/server.h"
#include "daemon/server_caches.h"
#include "iterator/root_hints.h"

namespace godwit::daemon {

// After the privileges are gone: the file belongs to whom the program has become. Without it
// questions are answered all the same.
std::unique_ptr<ControlListener> Server::open_control(const std::string& path,
                                                      ControlAudience audience) {
  if (path.empty()) return nullptr;
  auto opened = open_control_socket(path, audience);
  if (!opened.error.empty()) {
    log_.info("control-off", {{"reason", opened.error}});
    return nullptr;
  }
  log_.info("control", {{"socket", path}});
  OpenedControl file{std::move(opened.socket), path, audience};
  return std::make_unique<ControlListener>(io_, std::move(file), log_);
}

void Server::start_control() {
  const auto start = [this](ControlListener* listener, ControlAudience audience) {
    if (listener == nullptr) return;
    listener->start([this, audience](const ControlRequest& request, ControlAnswer& answer) {
      handle_control_request(*this, audience, request, answer);
    });
  };
  start(control_.get(), ControlAudience::owner);
  start(readers_.get(), ControlAudience::readers);
}

ControlSubject::Condition Server::condition() const {
  Condition out;
  out.clock_fault = anchor_watch_->clock_fault();
  const auto up = SystemClock().now() - started_;
  out.uptime_seconds =
      static_cast<std::uint64_t>(std::chrono::floor<std::chrono::seconds>(up).count());
  out.cache_octets_max = cache_octets_max_;
  out.workers = static_cast<unsigned>(workers_.size());
  out.validates = anchor_watch_->anchors() != nullptr;
  // The third and the fourth of cache::HitCurve::sizes are 1 and 2.
  if (const auto ratios = curve_->ratios())
    out.hit_ratio = Condition::Expected{(*ratios)[2], (*ratios)[3]};
  return out;
}

ControlSubject::Surroundings Server::surroundings() const {
  Surroundings out;
  const auto& resolver = *settings_->resolver;
  out.listens = points_;
  out.root_hints = resolver.root_hints ? resolver.root_hints : iterator::built_in_root_hints();
  out.anchors = anchor_watch_->anchors();
  out.descriptors_max = descriptors_max_;
  out.upstream_ipv4 = resolver.upstream_ipv4;
  out.upstream_ipv6 = resolver.upstream_ipv6;
  return out;
}

SnapshotKeeper::Opened Server::open_snapshot() {
  if (!snapshots_) return {nullptr, "no snapshots are kept: cache.snapshot is false"};
  return snapshots_->open();
}

const iterator::Caches& Server::caches() const {
  return caches_->caches;
}

iterator::Caches& Server::caches_to_change() {
  return caches_->caches;
}

BusySum Server::busiest() const {
  BusySum out;
  const auto now = SystemClock().now();
  for (const auto& worker : workers_) worker->sketch().add_to(out, now);
  return out;
}

void Server::do_errand(Errand errand) {
  workers_[next_errand_++ % workers_.size()]->do_errand(std::move(errand));
}

}  // namespace godwit::daemon
