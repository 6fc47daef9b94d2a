// All families of metrics, from the counters of the workers and what the main thread knows: the
// list of docs/control.md, in its order. Reads atomics that workers write, takes the locks of
// caches as `stats` does. Main thread.
#pragma once

#include <optional>
#include <vector>

#include "daemon/counters.h"
#include "daemon/curve_watch.h"
#include "daemon/flight_recorder.h"
#include "daemon/metric_family.h"
#include "daemon/snapshot_keeper.h"
#include "iterator/shared.h"

namespace godwit::daemon {

// Lifetime of what it points to: the call.
struct MetricSources {
  std::vector<const WorkerCounters*> workers;
  std::vector<const iterator::ResolverCounters*> resolvers;  // of the same
  const iterator::Caches* caches = nullptr;
  const FlightRecorder* recorder = nullptr;
  std::uint64_t uptime_seconds = 0;
  std::uint64_t cache_octets_max = 0;
  std::optional<SnapshotKeeper::Figures> snapshot;  // nothing: none are kept
  std::optional<CurveWatch::Ratios> hit_ratios;
  std::uint64_t network_changes = 0, network_wakings = 0;
};

[[nodiscard]] std::vector<MetricFamily> gather_metrics(const MetricSources& sources);

// Its parts: of questions and answers; of resolving; of caches and what else there is.
void add_query_metrics(const MetricSources& sources, std::vector<MetricFamily>& out);
void add_resolver_metrics(const MetricSources& sources, std::vector<MetricFamily>& out);
void add_cache_metrics(const MetricSources& sources, std::vector<MetricFamily>& out);

void add_metric_sample(MetricFamily& family, MetricLabels labels, double value);
// A family with one value, of no label.
[[nodiscard]] MetricFamily plain_metric(std::string name, MetricType type, std::string help,
                                        std::uint64_t value);
// The sum of several histograms as a sample, in seconds.
[[nodiscard]] MetricSample histogram_sample(
    MetricLabels labels, const std::vector<const iterator::LatencyHistogram*>& parts);

}  // namespace godwit::daemon
