// The families of resolutions, exchanges with servers, and validation.
#include <functional>

#include "daemon/metrics.h"
#include "iterator/spending.h"

namespace godwit::daemon {
namespace {

using iterator::ResolverCounters;
using Number = ResolverCounters::Number;

// In the order of iterator::Transport and ExchangeOutcome.
constexpr std::string_view upstream_transports[iterator::transport_count] = {"udp", "tcp"};
constexpr std::string_view exchange_outcomes[iterator::exchange_outcome_count] = {
    "answered", "timed-out", "unreachable", "mismatched", "cancelled"};

template <class Get>
std::uint64_t over_resolvers(const MetricSources& sources, Get&& get) {
  std::uint64_t sum = 0;
  for (const ResolverCounters* one : sources.resolvers)
    sum += std::invoke(get, *one).load(std::memory_order_relaxed);
  return sum;
}

void add_value(MetricFamily& family, MetricLabels labels, std::uint64_t value) {
  add_metric_sample(family, std::move(labels), static_cast<double>(value));
}

MetricFamily counter_family(std::string name, std::string help) {
  return {std::move(name), MetricType::counter, std::move(help), {}};
}

void add_exchanges(const MetricSources& sources, std::vector<MetricFamily>& out) {
  MetricFamily times{"godwit_upstream_exchange_seconds",
                     MetricType::histogram,
                     "From a query to a server until its response, over TCP with connecting",
                     {}};
  auto counts = counter_family("godwit_upstream_exchanges_total",
                               "Queries to servers, by transport and what became of them");
  for (std::size_t over = 0; over < iterator::transport_count; ++over) {
    const std::string transport(upstream_transports[over]);
    std::vector<const iterator::LatencyHistogram*> parts;
    for (const ResolverCounters* one : sources.resolvers)
      parts.push_back(&one->exchange_times[over]);
    times.samples.push_back(histogram_sample({{"transport", transport}}, parts));
    for (std::size_t i = 0; i < iterator::exchange_outcome_count; ++i)
      add_value(counts, {{"transport", transport}, {"outcome", std::string(exchange_outcomes[i])}},
                over_resolvers(sources, [&](const ResolverCounters& from) -> const Number& {
                  return from.exchanges[over][i];
                }));
  }
  out.push_back(std::move(times));
  out.push_back(std::move(counts));
  const auto plain = [&](const char* name, const char* help, const Counter WorkerCounters::*from) {
    std::uint64_t sum = 0;
    for (const WorkerCounters* worker : sources.workers) sum += (worker->*from).get();
    out.push_back(plain_metric(name, MetricType::counter, help, sum));
  };
  plain("godwit_upstream_ignored_total",
        "Datagrams that were no response to the query they came for",
        &WorkerCounters::upstream_ignored);
  plain("godwit_upstream_tcp_full_total",
        "Queries not sent over TCP: as many connections as there may be",
        &WorkerCounters::upstream_tcp_full);
  plain("godwit_upstream_port_retries_total", "Ports that were taken already",
        &WorkerCounters::upstream_port_retries);
  plain("godwit_upstream_no_descriptor_total", "Queries not sent for want of a descriptor",
        &WorkerCounters::upstream_no_descriptor);
}

void add_resolutions(const MetricSources& sources, std::vector<MetricFamily>& out) {
  auto ended = counter_family("godwit_resolutions_total",
                              "Resolutions that clients waited for and that have ended");
  add_value(ended, {{"outcome", "answered"}}, over_resolvers(sources, &ResolverCounters::answered));
  add_value(ended, {{"outcome", "failed"}}, over_resolvers(sources, &ResolverCounters::failures));
  out.push_back(std::move(ended));
  out.push_back(plain_metric("godwit_resolutions_joined_total", MetricType::counter,
                             "Questions that waited for a resolution under way",
                             over_resolvers(sources, &ResolverCounters::joined)));
  out.push_back(plain_metric("godwit_records_scrubbed_total", MetricType::counter,
                             "Records of responses that were left out",
                             over_resolvers(sources, &ResolverCounters::records_scrubbed)));
}

void add_limits(const MetricSources& sources, std::vector<MetricFamily>& out) {
  auto near = counter_family("godwit_budget_near_misses_total",
                             "Resolutions that spent more than this part of a budget");
  for (std::size_t i = 0; i < iterator::budget_count; ++i) {
    const std::string budget(iterator::budget_names[i]);
    const auto half = [i](const ResolverCounters& from) -> const Number& {
      return from.over_half[i];
    };
    const auto most = [i](const ResolverCounters& from) -> const Number& {
      return from.over_four_fifths[i];
    };
    add_value(near, {{"budget", budget}, {"over", "0.5"}}, over_resolvers(sources, half));
    add_value(near, {{"budget", budget}, {"over", "0.8"}}, over_resolvers(sources, most));
  }
  auto met = counter_family("godwit_limits_met_total", "Resolutions that a limit ended");
  for (std::size_t i = 0; i < iterator::limit_count; ++i)
    add_value(met, {{"limit", std::string(iterator::limit_names[i])}},
              over_resolvers(sources, [i](const ResolverCounters& from) -> const Number& {
                return from.limits_by_name[i];
              }));
  out.push_back(std::move(near));
  out.push_back(std::move(met));
}

void add_validation(const MetricSources& sources, std::vector<MetricFamily>& out) {
  auto results = counter_family("godwit_validations_total",
                                "Resolutions by what validation said of the answer");
  const auto add = [&](const char* result, const Number ResolverCounters::*number) {
    add_value(results, {{"result", result}}, over_resolvers(sources, number));
  };
  add("secure", &ResolverCounters::validated_secure);
  add("insecure", &ResolverCounters::validated_insecure);
  add("bogus", &ResolverCounters::validated_bogus);
  add("indeterminate", &ResolverCounters::validated_indeterminate);
  out.push_back(std::move(results));
  out.push_back(plain_metric("godwit_signature_checks_total", MetricType::counter,
                             "Signatures that were checked",
                             over_resolvers(sources, &ResolverCounters::signature_checks)));
}

void add_prefetches(const MetricSources& sources, std::vector<MetricFamily>& out) {
  auto all = counter_family("godwit_prefetches_total",
                            "Answers fetched again before their end: begun, of use, in vain, or "
                            "left out for want of budget or time");
  const auto add = [&](const char* outcome, const Number ResolverCounters::*number) {
    add_value(all, {{"outcome", outcome}}, over_resolvers(sources, number));
  };
  add("started", &ResolverCounters::prefetch_started);
  add("useful", &ResolverCounters::prefetch_useful);
  add("failed", &ResolverCounters::prefetch_failed);
  add("over-budget", &ResolverCounters::prefetch_over_budget);
  add("busy", &ResolverCounters::prefetch_busy);
  out.push_back(std::move(all));
}

void add_faults(const MetricSources& sources, std::vector<MetricFamily>& out) {
  auto faults = counter_family("godwit_internal_errors_total", "Faults of the program itself");
  std::uint64_t thrown = 0;
  for (const WorkerCounters* worker : sources.workers) thrown += worker->exceptions.get();
  add_value(faults, {{"where", "handler"}}, thrown);
  add_value(faults, {{"where", "resolver"}},
            over_resolvers(sources, &ResolverCounters::internal_errors));
  out.push_back(std::move(faults));
}

}  // namespace

void add_resolver_metrics(const MetricSources& sources, std::vector<MetricFamily>& out) {
  add_exchanges(sources, out);
  add_resolutions(sources, out);
  add_limits(sources, out);
  add_validation(sources, out);
  add_prefetches(sources, out);
  add_faults(sources, out);
}

}  // namespace godwit::daemon
