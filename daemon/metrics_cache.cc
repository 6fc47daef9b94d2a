// The families of the caches, their curve, the recorder, the snapshot and the network.
#include <array>

#include "daemon/metrics.h"

namespace godwit::daemon {
namespace {

// As cache::HitCurve::sizes.
constexpr std::array<std::string_view, 5> curve_sizes = {"0.25", "0.5", "1", "2", "4"};
static_assert(curve_sizes.size() == cache::HitCurve::sizes.size());

void add_labelled(MetricFamily& family, const char* label, std::string_view name, double value) {
  add_metric_sample(family, {{label, std::string(name)}}, value);
}

void add_pools(const iterator::Caches& caches, std::vector<MetricFamily>& out) {
  MetricFamily octets{"godwit_cache_bytes",
                      MetricType::gauge,
                      "What a part of the cache takes, index and entries",
                      {}};
  MetricFamily most{
      "godwit_cache_max_bytes", MetricType::gauge, "What a part of the cache may take", {}};
  MetricFamily entries{
      "godwit_cache_entries", MetricType::gauge, "Entries of a part of the cache", {}};
  MetricFamily evictions{"godwit_cache_evictions_total",
                         MetricType::counter,
                         "Entries that had not ended and went for want of room",
                         {}};
  for (const iterator::Caches::Pool& pool : caches.pools()) {
    add_labelled(octets, "pool", pool.name, static_cast<double>(pool.use.octets));
    add_labelled(most, "pool", pool.name, static_cast<double>(pool.octets_max));
    add_labelled(entries, "pool", pool.name, static_cast<double>(pool.use.entries));
    add_labelled(evictions, "pool", pool.name, static_cast<double>(pool.use.evictions));
  }
  for (MetricFamily* family : {&octets, &most, &entries, &evictions})
    out.push_back(std::move(*family));
}

void add_curve(const MetricSources& sources, std::vector<MetricFamily>& out) {
  MetricFamily ratios{"godwit_cache_curve_hit_ratio",
                      MetricType::gauge,
                      "The part of the questions that a cache of so many times its size would "
                      "have answered, from a simulation with a sample of the names",
                      {}};
  if (sources.hit_ratios)
    for (std::size_t i = 0; i < curve_sizes.size(); ++i)
      add_labelled(ratios, "size", curve_sizes[i], (*sources.hit_ratios)[i]);
  MetricFamily questions{"godwit_cache_curve_questions_total",
                         MetricType::counter,
                         "Questions of the sample behind the curve",
                         {}};
  std::uint64_t taken = 0, lost = 0;
  for (const WorkerCounters* worker : sources.workers) {
    taken += worker->curve.taken();
    lost += worker->curve.lost();
  }
  add_labelled(questions, "fate", "taken", static_cast<double>(taken));
  add_labelled(questions, "fate", "lost", static_cast<double>(lost));
  out.push_back(std::move(ratios));
  out.push_back(std::move(questions));
}

void add_recorder(const FlightRecorder& recorder, std::vector<MetricFamily>& out) {
  std::array<std::uint64_t, recorded_for_count> counts{};
  for (const FlightRecord& record : recorder.list())
    ++counts[static_cast<std::size_t>(record.reason)];
  MetricFamily records{"godwit_recorder_records",
                       MetricType::gauge,
                       "Resolutions whose steps are kept, by the reason",
                       {}};
  for (std::size_t i = 0; i < counts.size(); ++i)
    add_labelled(records, "reason", to_text(static_cast<RecordedFor>(i)),
                 static_cast<double>(counts[i]));
  out.push_back(std::move(records));
  out.push_back(plain_metric("godwit_recorder_bytes", MetricType::gauge, "What the kept steps take",
                             recorder.octets()));
}

void add_snapshot(const SnapshotKeeper::Figures& figures, std::vector<MetricFamily>& out) {
  const auto plain = [&out](const char* name, MetricType type, const char* help,
                            std::uint64_t value) {
    out.push_back(plain_metric(name, type, help, value));
  };
  plain("godwit_snapshot_loaded_entries", MetricType::gauge,
        "Entries that were taken from the file at the start", figures.loaded);
  plain("godwit_snapshot_dropped_entries", MetricType::gauge,
        "Entries of the file that were not taken at the start", figures.dropped);
  plain("godwit_snapshot_age_seconds", MetricType::gauge, "How old the file was at the start",
        figures.age_seconds);
  plain("godwit_snapshot_written_entries", MetricType::gauge, "Entries of the last file written",
        figures.written);
  plain("godwit_snapshot_failures_total", MetricType::counter, "Files that could not be written",
        figures.failures);
}

}  // namespace

void add_cache_metrics(const MetricSources& sources, std::vector<MetricFamily>& out) {
  if (sources.caches != nullptr) add_pools(*sources.caches, out);
  out.push_back(plain_metric("godwit_cache_size_bytes", MetricType::gauge,
                             "What all of the cache may take", sources.cache_octets_max));
  add_curve(sources, out);
  if (sources.recorder != nullptr) add_recorder(*sources.recorder, out);
  if (sources.snapshot) add_snapshot(*sources.snapshot, out);
  out.push_back(plain_metric("godwit_network_changes_total", MetricType::counter,
                             "How often the network became another", sources.network_changes));
  out.push_back(plain_metric("godwit_network_wakings_total", MetricType::counter,
                             "How often the machine had slept", sources.network_wakings));
}

}  // namespace godwit::daemon
