// What queries are counted as, and the families that are gathered from it.
#include "daemon/metrics.h"

#include <gtest/gtest.h>

#include "daemon/metrics_text.h"
#include "iterator/spending.h"
#include "listener_world.h"
#include "tests/support/message_text.h"

namespace godwit::daemon {
namespace {

using namespace std::chrono_literals;
using Fate = QueryService::Fate;
using iterator::LatencyHistogram;

const MetricFamily& family_named(const std::vector<MetricFamily>& all, std::string_view name) {
  const auto found = std::ranges::find(all, name, &MetricFamily::name);
  EXPECT_NE(found, all.end()) << name;
  return found == all.end() ? all.front() : *found;
}

double metric_value(const MetricFamily& of, const MetricLabels& labels) {
  const auto found = std::ranges::find(of.samples, labels, &MetricSample::labels);
  EXPECT_NE(found, of.samples.end()) << of.name;
  return found == of.samples.end() ? -1 : found->value;
}

TEST(LatencyHistogram, has_bounds_that_double_and_what_is_on_one_is_below_it) {
  EXPECT_EQ(LatencyHistogram::bucket_of(-1us), 0u);
  EXPECT_EQ(LatencyHistogram::bucket_of(1us), 0u);
  EXPECT_EQ(LatencyHistogram::bucket_of(1001ns), 1u);
  for (std::size_t i = 0; i < LatencyHistogram::bounds_count; ++i) {
    EXPECT_EQ(LatencyHistogram::bucket_of(LatencyHistogram::bound(i)), i);
    EXPECT_EQ(LatencyHistogram::bucket_of(LatencyHistogram::bound(i) + 1ns), i + 1);
  }
  EXPECT_EQ(LatencyHistogram::bucket_of(24h), LatencyHistogram::bounds_count);
  LatencyHistogram times;
  times.add(3us, 2);
  times.add(20s);
  EXPECT_EQ(times.count(2), 2u);
  EXPECT_EQ(times.count(LatencyHistogram::bounds_count), 1u);
  EXPECT_EQ(times.sum(), 20s + 6us);
}

TEST(QueryTypes, are_counted_where_their_name_is) {
  for (std::size_t i = 0; i < counted_types.size(); ++i)
    EXPECT_EQ(query_type_index(counted_types[i].type), i);
  EXPECT_EQ(query_type_name(query_type_index(257)), "CAA");
  for (const std::uint16_t type : std::initializer_list<std::uint16_t>{0, 99, 256, 258, 65535})
    EXPECT_EQ(query_type_name(query_type_index(type)), "other");
  EXPECT_EQ(query_type_name(no_type), "none");
}

class MetricsTest : public UdpListenerWorld {
 protected:
  std::vector<MetricFamily> gathered() {
    MetricSources sources;
    sources.workers = {&counters, &second};
    sources.resolvers = {&resolver.counters()};
    sources.caches = &caches;
    sources.recorder = &recorder;
    sources.uptime_seconds = 7;
    return gather_metrics(sources);
  }
  double hits(const char* kind) {
    return metric_value(family_named(gathered(), "godwit_cache_hits_total"), {{"kind", kind}});
  }
  double misses(const char* cause) {
    return metric_value(family_named(gathered(), "godwit_cache_misses_total"), {{"cause", cause}});
  }
  WorkerCounters second;
};

TEST_F(MetricsTest, tell_kinds_of_hits_apart) {
  fill();
  const auto ask_for = [this](std::string_view name, std::uint16_t type) {
    EXPECT_EQ(ServiceWorld::send("127.0.0.1", QueryMaker(name, type).octets()), Fate::answered);
  };
  ask_for("one.example.", a);
  EXPECT_EQ(hits("composed"), 1);
  ask_for("one.example.", a);
  EXPECT_EQ(hits("ready"), 1);
  ask_for("none.example.", a);
  ask_for("four.example.", mx);
  ask_for("dangling.example.", a);  // an alias to a name that is not there
  EXPECT_EQ(hits("negative"), 3);
  ask_for("alias.example.", cname);
  ask_for("alias.example.", a);
  EXPECT_EQ(hits("composed"), 3);
  caches.failures.store(name("bad.example."), wire::RrType::a,
                        static_cast<std::uint16_t>(iterator::ResolveError::servers_failed),
                        clock.time);
  ask_for("bad.example.", a);
  EXPECT_EQ(hits("failure"), 1);
  EXPECT_EQ(counters.answered_at_once.get(), 8u);
  double sum = 0;
  const auto all = gathered();
  for (const auto& sample : family_named(all, "godwit_cache_hits_total").samples)
    sum += sample.value;
  EXPECT_EQ(sum, 8);
}

TEST_F(MetricsTest, tell_causes_of_misses_apart) {
  fill();
  EXPECT_EQ(ask("127.0.0.1", "never.example."), Fate::waiting);
  EXPECT_EQ(misses("new"), 1);
  advance(61s);  // next.example. has ended, to which alias.example. leads
  EXPECT_EQ(ask("127.0.0.1", "alias.example."), Fate::waiting);
  EXPECT_EQ(misses("expired"), 1);
  advance(200s);
  EXPECT_EQ(ask("127.0.0.1", "none.example."), Fate::waiting);  // a denial
  EXPECT_EQ(misses("expired"), 2);
  EXPECT_EQ(misses("evicted"), 0);
}

TEST_F(MetricsTest, of_misses_tell_how_long_their_clients_waited) {
  upstream.silent = true;
  EXPECT_EQ(ask("127.0.0.1", "slow.example."), Fate::waiting);
  advance(5s);
  const auto all = gathered();
  const auto& waits = family_named(all, "godwit_miss_seconds").samples.front();
  EXPECT_EQ(waits.counts[LatencyHistogram::bucket_of(5s)], 1u);
  EXPECT_EQ(waits.sum, 5);
  EXPECT_EQ(waits.bounds.size() + 1, waits.counts.size());
}

TEST_F(MetricsTest, count_budgets_that_are_nearly_spent_and_limits_that_are_met) {
  auto options = std::make_shared<iterator::ResolverOptions>();
  options->limits.upstream_packets = 4;
  options->limits.steps = 1000;
  resolver.set_options(options);
  upstream.silent = false;  // no server can be reached
  EXPECT_EQ(ask("127.0.0.1", "far.example."), Fate::waiting);
  const auto all = gathered();
  const auto& near = family_named(all, "godwit_budget_near_misses_total");
  EXPECT_EQ(metric_value(near, {{"budget", "queries"}, {"over", "0.5"}}), 1);
  EXPECT_EQ(metric_value(near, {{"budget", "queries"}, {"over", "0.8"}}), 1);
  EXPECT_EQ(metric_value(near, {{"budget", "steps"}, {"over", "0.5"}}), 0);
  const auto& met = family_named(all, "godwit_limits_met_total");
  EXPECT_EQ(metric_value(met, {{"limit", "queries"}}), 1);
  const auto& exchanges = family_named(all, "godwit_upstream_exchanges_total");
  EXPECT_EQ(metric_value(exchanges, {{"transport", "udp"}, {"outcome", "unreachable"}}), 4);
  const auto& ended = family_named(all, "godwit_resolutions_total");
  EXPECT_EQ(metric_value(ended, {{"outcome", "failed"}}), 1);
}

TEST_F(MetricsTest, of_hits_are_one_time_for_each_answer_of_a_batch) {
  fill();
  for (int i = 0; i < 3; ++i) UdpListenerWorld::send(QueryMaker("one.example.").octets());
  turn();
  const auto all = gathered();
  const auto& times = family_named(all, "godwit_hit_seconds").samples.front();
  EXPECT_EQ(times.counts.front(), 3u);  // the clock stands still
  const auto& queries = family_named(all, "godwit_queries_total");
  EXPECT_EQ(metric_value(queries, {{"transport", "udp"}, {"type", "A"}}), 3);
  EXPECT_EQ(counters.queries_received.get(), 3u);
}

TEST_F(MetricsTest, count_each_query_under_one_type) {
  fill();
  UdpListenerWorld::send(QueryMaker("one.example.", 99).octets());
  UdpListenerWorld::send({1, 2, 3});
  UdpListenerWorld::send(QueryMaker("one.example.").octets());
  UdpListenerWorld::send(QueryMaker("one.example.").octets());
  turn();
  double sum = 0;
  const auto all = gathered();
  const auto& queries = family_named(all, "godwit_queries_total");
  for (const auto& sample : queries.samples) sum += sample.value;
  EXPECT_EQ(sum, 4);
  EXPECT_EQ(metric_value(queries, {{"transport", "udp"}, {"type", "none"}}), 1);
  EXPECT_EQ(metric_value(queries, {{"transport", "udp"}, {"type", "other"}}), 1);
  EXPECT_EQ(metric_value(family_named(all, "godwit_drops_total"), {{"cause", "too-short"}}), 1);
}

TEST_F(MetricsTest, add_up_what_workers_counted) {
  counters.answered(0);
  second.answered(0);
  second.answered(9);
  second.answered(23);
  const auto all = gathered();
  const auto& answers = family_named(all, "godwit_answers_total");
  EXPECT_EQ(metric_value(answers, {{"rcode", "noerror"}}), 2);
  EXPECT_EQ(metric_value(answers, {{"rcode", "other"}}), 2);
  EXPECT_EQ(metric_value(family_named(all, "godwit_workers"), {}), 2);
  EXPECT_EQ(metric_value(family_named(all, "godwit_uptime_seconds"), {}), 7);
}

TEST_F(MetricsTest, have_names_that_tell_counters_from_others_once_each) {
  std::vector<std::string> names;
  for (const auto& one : gathered()) {
    names.push_back(one.name);
    EXPECT_TRUE(one.name.starts_with("godwit_")) << one.name;
    EXPECT_EQ(one.name.ends_with("_total"), one.type == MetricType::counter) << one.name;
    EXPECT_FALSE(one.help.empty() || one.help.ends_with('.')) << one.name;
    EXPECT_TRUE(metric_family_from(to_json(one))) << one.name;
  }
  auto sorted = names;
  std::ranges::sort(sorted);
  EXPECT_EQ(std::ranges::adjacent_find(sorted), sorted.end());
}

TEST_F(MetricsTest, of_the_caches_say_what_each_part_may_take) {
  double sum = 0;
  const auto all = gathered();
  for (const auto& sample : family_named(all, "godwit_cache_max_bytes").samples)
    sum += sample.value;
  const auto options = static_cast<double>(iterator::CachesOptions().octets);
  EXPECT_LT(sum, options);
  EXPECT_GT(sum, 0.95 * options);
}

TEST(Spending, counts_limits_by_their_name) {
  iterator::ResolverCounters counters;
  iterator::count_limit(counters, iterator::ResolveError::out_of_time);
  iterator::count_limit(counters, iterator::ResolveError::too_deep);
  iterator::count_limit(counters, iterator::ResolveError::set_too_large);
  iterator::count_limit(counters, iterator::ResolveError::servers_failed);
  EXPECT_EQ(counters.limits_met.load(), 3u);
  for (std::size_t i = 0; i < iterator::limit_count; ++i) {
    const auto limit = iterator::limit_names[i];
    const bool is_met = limit == "time" || limit == "depth" || limit == "records-per-rrset";
    EXPECT_EQ(counters.limits_by_name[i].load(), is_met ? 1u : 0u) << limit;
  }
}

TEST(CurveSample, takes_what_is_below_its_threshold_and_loses_what_has_no_room) {
  CurveSample sample;
  const iterator::Life life{300, 20};
  sample.note(5, 1, life, 80, iterator::Time(90s), true);  // nothing is in the sample yet
  sample.set_threshold(100);
  sample.note(100, 1, life, 80, iterator::Time(90s), true);
  sample.note((std::uint64_t{3} << 32) + 99, 28, life, 80, iterator::Time(90s), true);
  sample.note(99, 1, life, 80, iterator::Time(90s), false);
  std::vector<cache::ShadowUse> got;
  const auto take = [&got](const cache::ShadowUse& use) { got.push_back(use); };
  sample.drain(take);
  ASSERT_EQ(got.size(), 2u);
  EXPECT_EQ(static_cast<std::uint32_t>(got[0].key), 99u);
  EXPECT_NE(got[0].key, got[1].key);
  EXPECT_EQ(got[0].at, 90u);
  EXPECT_EQ(got[0].ttl, 300u);
  EXPECT_EQ(got[0].left, 20u);
  EXPECT_EQ(got[1].left, 0u);
  for (std::size_t i = 0; i < CurveSample::capacity + 3; ++i)
    sample.note(i % 100, 1, life, 80, iterator::Time(90s), true);
  EXPECT_EQ(sample.lost(), 3u);
  got.clear();
  sample.drain(take);
  EXPECT_EQ(got.size(), CurveSample::capacity);
  EXPECT_EQ(sample.taken(), CurveSample::capacity + 2);
}

TEST_F(MetricsTest, of_the_curve_follow_the_workers_until_it_is_turned_off) {
  fill();
  boost::asio::io_context io;
  CurveWatch watch(io, {{&counters.curve, &counters}}, 1e6);
  watch.set_on(true);
  for (int i = 0; i < 200; ++i) UdpListenerWorld::send(QueryMaker("one.example.").octets());
  for (int i = 0; i < 8; ++i) turn();
  watch.look();
  ASSERT_TRUE(watch.ratios());
  EXPECT_NEAR((*watch.ratios())[2], 1, 1e-3);  // what was there before it began counts
  EXPECT_EQ(counters.curve.taken(), 200u);
  watch.set_on(false);
  EXPECT_FALSE(watch.ratios());
  UdpListenerWorld::send(QueryMaker("one.example.").octets());
  turn();
  EXPECT_EQ(counters.curve.taken(), 200u);
}

}  // namespace
}  // namespace godwit::daemon
