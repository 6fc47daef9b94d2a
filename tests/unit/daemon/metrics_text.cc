// Families of metrics as text and as JSON.
#include "daemon/metrics_text.h"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

namespace godwit::daemon {
namespace {

MetricFamily drops_family() {
  MetricFamily out{"godwit_drops_total", MetricType::counter, "Queries, \"lost\" \\ or\nnot", {}};
  MetricSample one;
  one.labels = {{"cause", "a \"b\" \\c\nd"}, {"z", ""}};
  one.value = 12;
  out.samples = {one, {{}, 0.5, {}, {}, 0}};
  return out;
}

MetricFamily waits_family() {
  MetricFamily out{"godwit_wait_seconds", MetricType::histogram, "How long", {}};
  MetricSample one;
  one.labels = {{"transport", "udp"}};
  one.bounds = {0.000001, 0.25, 8};
  one.counts = {2, 0, 3, 1};
  one.sum = 30.125;
  out.samples = {one};
  return out;
}

boost::json::object parsed_object(std::string_view text) {
  return boost::json::parse(text).as_object();
}

TEST(MetricsText, escapes_help_and_label_values) {
  EXPECT_EQ(prometheus_text(drops_family()),
            "# HELP godwit_drops_total Queries, \"lost\" \\\\ or\\nnot\n"
            "# TYPE godwit_drops_total counter\n"
            "godwit_drops_total{cause=\"a \\\"b\\\" \\\\c\\nd\",z=\"\"} 12\n"
            "godwit_drops_total 0.5\n");
}

TEST(MetricsText, makes_buckets_cumulative_up_to_infinity) {
  EXPECT_EQ(prometheus_text(waits_family()),
            "# HELP godwit_wait_seconds How long\n"
            "# TYPE godwit_wait_seconds histogram\n"
            "godwit_wait_seconds_bucket{transport=\"udp\",le=\"1e-06\"} 2\n"
            "godwit_wait_seconds_bucket{transport=\"udp\",le=\"0.25\"} 2\n"
            "godwit_wait_seconds_bucket{transport=\"udp\",le=\"8\"} 5\n"
            "godwit_wait_seconds_bucket{transport=\"udp\",le=\"+Inf\"} 6\n"
            "godwit_wait_seconds_sum{transport=\"udp\"} 30.125\n"
            "godwit_wait_seconds_count{transport=\"udp\"} 6\n");
}

TEST(MetricsText, keeps_the_order_of_families_and_samples) {
  const std::vector<MetricFamily> both = {waits_family(), drops_family()};
  EXPECT_EQ(prometheus_text(both), prometheus_text(both[0]) + prometheus_text(both[1]));
}

TEST(MetricsText, writes_large_numbers_in_full) {
  MetricFamily family{"godwit_x_total", MetricType::counter, "x", {}};
  family.samples = {{{}, 4503599627370497, {}, {}, 0}, {{}, 1e300, {}, {}, 0}};
  EXPECT_EQ(prometheus_text(family),
            "# HELP godwit_x_total x\n# TYPE godwit_x_total counter\n"
            "godwit_x_total 4503599627370497\ngodwit_x_total 1e+300\n");
}

TEST(MetricFamily, is_the_same_after_json) {
  for (const MetricFamily& family : {drops_family(), waits_family()}) {
    const auto again = metric_family_from(parsed_object(boost::json::serialize(to_json(family))));
    ASSERT_TRUE(again);
    EXPECT_EQ(prometheus_text(*again), prometheus_text(family));
  }
  EXPECT_EQ(boost::json::serialize(to_json(waits_family())),
            R"({"family":"godwit_wait_seconds","type":"histogram","help":"How long","samples":)"
            R"([{"labels":{"transport":"udp"},"bounds":[1E-6,2.5E-1,8],"counts":[2,0,3,1],)"
            R"("sum":3.0125E1}]})");
}

TEST(MetricFamily, is_none_if_it_is_not_one) {
  const std::string_view good =
      R"({"family":"a_total","type":"counter","help":"h","samples":[{"labels":{},"value":1}]})";
  EXPECT_TRUE(metric_family_from(parsed_object(good)));
  const std::string_view bad[] = {
      R"({})",
      R"({"family":"","type":"counter","help":"h","samples":[]})",
      R"({"family":"a b","type":"counter","help":"h","samples":[]})",
      R"({"family":"a","type":"summary","help":"h","samples":[]})",
      R"({"family":"a","type":"counter","samples":[]})",
      R"({"family":"a","type":"counter","help":"h","samples":[1]})",
      R"({"family":"a","type":"counter","help":"h","samples":[{"labels":{},"value":"1"}]})",
      R"({"family":"a","type":"counter","help":"h","samples":[{"labels":{"a:b":"c"},"value":1}]})",
      R"({"family":"a","type":"counter","help":"h","samples":[{"labels":{"a":1},"value":1}]})",
      R"({"family":"a","type":"histogram","help":"h","samples":[{"labels":{},"value":1}]})",
      R"({"family":"a","type":"histogram","help":"h","samples":)"
      R"([{"labels":{},"bounds":[1],"counts":[1],"sum":1}]})",
      R"({"family":"a","type":"histogram","help":"h","samples":)"
      R"([{"labels":{},"bounds":[2,1],"counts":[1,1,1],"sum":1}]})",
      R"({"family":"a","type":"histogram","help":"h","samples":)"
      R"([{"labels":{},"bounds":[1],"counts":[1,-1],"sum":1}]})"};
  for (const auto text : bad) EXPECT_FALSE(metric_family_from(parsed_object(text))) << text;
}

}  // namespace
}  // namespace godwit::daemon
