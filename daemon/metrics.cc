// The families of queries and answers, and what the other parts make theirs with.
#include "daemon/metrics.h"

#include <functional>

namespace godwit::daemon {
namespace {

// `get`: a counter of a worker, as a member or by a function.
template <class Get>
std::uint64_t over_workers(const MetricSources& sources, Get&& get) {
  std::uint64_t sum = 0;
  for (const WorkerCounters* worker : sources.workers) sum += std::invoke(get, *worker).get();
  return sum;
}

MetricFamily queries_by_type(const MetricSources& sources) {
  MetricFamily out{"godwit_queries_total",
                   MetricType::counter,
                   "Queries received, by transport and type; none: without a question that could "
                   "be read",
                   {}};
  constexpr std::string_view transports[] = {"udp", "tcp"};
  for (std::size_t transport = 0; transport < std::size(transports); ++transport)
    for (std::size_t type = 0; type < query_type_count; ++type) {
      const auto value = over_workers(sources, [&](const WorkerCounters& from) -> const Counter& {
        return from.queries_by_type[transport][type];
      });
      add_metric_sample(out,
                        {{"transport", std::string(transports[transport])},
                         {"type", std::string(query_type_name(type))}},
                        static_cast<double>(value));
    }
  return out;
}

// A family of one label, by an array of counters.
template <class Get, class Name>
MetricFamily worker_metric(const MetricSources& sources, MetricFamily family,
                           const std::string& label, std::size_t count, Get&& get, Name&& name) {
  for (std::size_t i = 0; i < count; ++i) {
    const auto value = over_workers(
        sources, [&](const WorkerCounters& from) -> const Counter& { return get(from, i); });
    add_metric_sample(family, {{label, std::string(name(i))}}, static_cast<double>(value));
  }
  return family;
}

MetricFamily answers_by_rcode(const MetricSources& sources) {
  // Behind these, all others together: those that nobody has seen yet.
  constexpr std::size_t named = 6;
  auto out = worker_metric(
      sources, {"godwit_answers_total", MetricType::counter, "Answers sent, by response code", {}},
      "rcode", named,
      [](const WorkerCounters& from, std::size_t i) -> const Counter& {
        return from.answer_rcodes[i];
      },
      rcode_label);
  auto others = over_workers(sources, &WorkerCounters::answer_rcodes_other);
  for (std::size_t i = named; i < 16; ++i)
    others += over_workers(sources, [i](const WorkerCounters& from) -> const Counter& {
      return from.answer_rcodes[i];
    });
  add_metric_sample(out, {{"rcode", "other"}}, static_cast<double>(others));
  return out;
}

void add_hits_and_misses(const MetricSources& sources, std::vector<MetricFamily>& out) {
  out.push_back(worker_metric(
      sources,
      {"godwit_cache_hits_total",
       MetricType::counter,
       "Questions answered at once from what is remembered: ready made, composed of sets, by a "
       "denial, by denials proven for other names (aggressive), by a failure, or stale",
       {}},
      "kind", hit_kind_count,
      [](const WorkerCounters& from, std::size_t i) -> const Counter& { return from.hits[i]; },
      [](std::size_t i) { return to_text(static_cast<HitKind>(i)); }));
  out.push_back(worker_metric(
      sources,
      {"godwit_cache_misses_total",
       MetricType::counter,
       "Questions that had to be resolved: expired, what there was has ended; evicted, it went for "
       "want of room; new, nothing is remembered of it, which is forgotten in time, and of "
       "evicted denials at once",
       {}},
      "cause", miss_cause_count,
      [](const WorkerCounters& from, std::size_t i) -> const Counter& { return from.misses[i]; },
      miss_cause_name));
  std::vector<const iterator::LatencyHistogram*> hits, misses;
  for (const WorkerCounters* worker : sources.workers) {
    hits.push_back(&worker->hit_times);
    misses.push_back(&worker->miss_times);
  }
  out.push_back({"godwit_hit_seconds",
                 MetricType::histogram,
                 "From the reading of a batch of queries until those of it that are answered from "
                 "what is remembered are sent, over UDP",
                 {histogram_sample({}, hits)}});
  out.push_back({"godwit_miss_seconds",
                 MetricType::histogram,
                 "How long a client waited whose question had to be resolved",
                 {histogram_sample({}, misses)}});
}

}  // namespace

void add_metric_sample(MetricFamily& family, MetricLabels labels, double value) {
  MetricSample sample;
  sample.labels = std::move(labels);
  sample.value = value;
  family.samples.push_back(std::move(sample));
}

MetricFamily plain_metric(std::string name, MetricType type, std::string help,
                          std::uint64_t value) {
  MetricFamily out{std::move(name), type, std::move(help), {}};
  add_metric_sample(out, {}, static_cast<double>(value));
  return out;
}

MetricSample histogram_sample(MetricLabels labels,
                              const std::vector<const iterator::LatencyHistogram*>& parts) {
  using Histogram = iterator::LatencyHistogram;
  MetricSample out;
  out.labels = std::move(labels);
  out.counts.assign(Histogram::buckets, 0);
  for (std::size_t i = 0; i < Histogram::bounds_count; ++i)
    out.bounds.push_back(std::chrono::duration<double>(Histogram::bound(i)).count());
  for (const Histogram* part : parts) {
    for (std::size_t i = 0; i < Histogram::buckets; ++i) out.counts[i] += part->count(i);
    out.sum += std::chrono::duration<double>(part->sum()).count();
  }
  return out;
}

void add_query_metrics(const MetricSources& sources, std::vector<MetricFamily>& out) {
  const auto plain = [&](std::string name, std::string help, const Counter WorkerCounters::*from) {
    out.push_back(plain_metric(std::move(name), MetricType::counter, std::move(help),
                               over_workers(sources, from)));
  };
  out.push_back(queries_by_type(sources));
  out.push_back(plain_metric("godwit_queries_waiting", MetricType::gauge,
                             "Queries that are neither answered nor dropped yet",
                             over_workers(sources, &WorkerCounters::queries_waiting)));
  out.push_back(answers_by_rcode(sources));
  plain("godwit_answers_truncated_total", "Answers that were cut for their size",
        &WorkerCounters::answers_truncated);
  plain("godwit_answers_late_total", "SERVFAIL because the time for an answer was over",
        &WorkerCounters::answers_late);
  plain("godwit_answers_stale_total", "Answers with a part that had ended",
        &WorkerCounters::answers_stale);
  out.push_back(worker_metric(
      sources,
      {"godwit_drops_total", MetricType::counter, "Queries that got no answer, by cause", {}},
      "cause", drop_cause_count,
      [](const WorkerCounters& from, std::size_t i) -> const Counter& { return from.drops[i]; },
      [](std::size_t i) { return to_text(static_cast<DropCause>(i)); }));
  add_hits_and_misses(sources, out);
  out.push_back(plain_metric("godwit_tcp_connections_open", MetricType::gauge,
                             "Connections of clients",
                             over_workers(sources, &WorkerCounters::tcp_open)));
  const auto by = [&](const char* label, const char* value, const Counter WorkerCounters::*from) {
    add_metric_sample(out.back(), {{label, value}},
                      static_cast<double>(over_workers(sources, from)));
  };
  out.push_back(
      {"godwit_tcp_connections_total", MetricType::counter, "Connections that clients began", {}});
  by("outcome", "accepted", &WorkerCounters::tcp_accepted);
  by("outcome", "refused", &WorkerCounters::tcp_refused);
  out.push_back({"godwit_tcp_connections_closed_total",
                 MetricType::counter,
                 "Connections of clients that were ended here",
                 {}});
  by("cause", "idle", &WorkerCounters::tcp_closed_idle);
  by("cause", "stalled", &WorkerCounters::tcp_closed_stalled);
  by("cause", "garbage", &WorkerCounters::tcp_closed_garbage);
  plain("godwit_local_answers_total", "Answers wholly or in part of the operator's own data",
        &WorkerCounters::answers_local);
  plain("godwit_rebinding_withheld_total", "Answers without a private address that was there",
        &WorkerCounters::rebinding_withheld);
  out.push_back(worker_metric(
      sources,
      {"godwit_policy_hits_total",
       MetricType::counter,
       "Queries that a rule of a block list decided",
       {}},
      "action", policy_action_count,
      [](const WorkerCounters& from, std::size_t i) -> const Counter& {
        return from.policy_hits[i];
      },
      policy_action_name));
}

std::vector<MetricFamily> gather_metrics(const MetricSources& sources) {
  std::vector<MetricFamily> out;
  out.push_back({"godwit_build_info", MetricType::gauge, "What runs; always 1", {}});
  add_metric_sample(out.back(), {{"version", GODWIT_VERSION}}, 1);
  out.push_back(plain_metric("godwit_uptime_seconds", MetricType::gauge, "Since the start",
                             sources.uptime_seconds));
  out.push_back(plain_metric("godwit_workers", MetricType::gauge, "Threads that answer",
                             sources.workers.size()));
  add_query_metrics(sources, out);
  add_resolver_metrics(sources, out);
  add_cache_metrics(sources, out);
  return out;
}

}  // namespace godwit::daemon
