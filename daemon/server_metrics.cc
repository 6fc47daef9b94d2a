// Where the server's metrics come from.
#include "daemon/metrics.h"
#include "daemon/server.h"
#include "daemon/server_caches.h"

namespace godwit::daemon {

void Server::make_curve() {
  std::vector<CurveWatch::Source> sources;
  for (const auto& worker : workers_) sources.push_back({&worker->curve(), &worker->counters()});
  const auto octets = static_cast<double>(caches_->caches.octets_for_answers());
  curve_ = std::make_unique<CurveWatch>(io_, std::move(sources), octets);
  curve_->set_on(config_.cache.curve);
}

std::vector<MetricFamily> Server::metrics() const {
  curve_->look();
  MetricSources sources;
  for (const auto& worker : workers_) {
    sources.workers.push_back(&worker->counters());
    sources.resolvers.push_back(&worker->resolver_counters());
  }
  sources.caches = &caches_->caches;
  sources.recorder = &recorder_;
  sources.uptime_seconds = condition().uptime_seconds;
  sources.cache_octets_max = cache_octets_max_;
  if (snapshots_) sources.snapshot = snapshots_->figures();
  sources.hit_ratios = curve_->ratios();
  sources.network_changes = network_changes_;
  sources.network_wakings = wakings_;
  return gather_metrics(sources);
}

}  // namespace godwit::daemon
