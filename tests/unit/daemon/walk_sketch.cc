// What keeps workers busy: the sketch, its halving, and what of it is shown.
#include "daemon/walk_sketch.h"

#include <gtest/gtest.h>

#include "daemon/busiest.h"
#include "service_world.h"
#include "tests/support/message_text.h"

namespace godwit::daemon {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using test::name;

TEST(BusySketch, counts_exactly_what_it_has_rows_for) {
  BusySketch<int> sketch;
  constexpr int count = BusySketch<int>::rows_max;
  for (int turn = 0; turn < 3; ++turn)
    for (int i = 0; i < count; ++i) sketch.add(7, i, 1, {1, 0, 10});
  ASSERT_EQ(sketch.rows().size(), BusySketch<int>::rows_max) << "all of one hash";
  for (std::size_t i = 0; i < sketch.rows().size(); ++i) {
    const auto& row = sketch.rows()[i];
    EXPECT_EQ(sketch.weight(i), 3);
    EXPECT_EQ(row.figures.questions, 3);
    EXPECT_EQ(row.figures.milliseconds, 30);
  }
}

TEST(BusySketch, keeps_what_is_met_often_under_a_flood_of_what_is_met_once) {
  BusySketch<int> sketch;
  for (int i = 0; i < 100'000; ++i) {
    const int key = i % 100 == 0 ? -1 : i;
    sketch.add(static_cast<std::uint64_t>(key), key, 1, {1, 0, 0});
  }
  EXPECT_EQ(sketch.rows().size(), BusySketch<int>::rows_max);
  const auto often = std::ranges::find(sketch.rows(), -1, &BusySketch<int>::Row::key);
  ASSERT_NE(often, sketch.rows().end());
  EXPECT_GE(sketch.weight(static_cast<std::size_t>(often - sketch.rows().begin())), 1'000);
  EXPECT_LE(often->figures.questions, 1'000) << "never more than there were";
  EXPECT_GE(often->figures.questions, 900);
}

TEST(BusySketch, gives_the_row_of_least_weight_to_a_newcomer) {
  BusySketch<int> sketch;
  constexpr int count = BusySketch<int>::rows_max;
  for (int i = 0; i < count; ++i) sketch.add(7, i, i == 100 ? 2 : i == 200 ? 3 : 5, {1, 0, 0});
  const auto has = [&sketch](int key) {
    return std::ranges::find(sketch.rows(), key, &BusySketch<int>::Row::key) != sketch.rows().end();
  };
  sketch.scale(0.5);
  sketch.add(7, 1000, 1, {1, 0, 0});
  EXPECT_FALSE(has(100));
  EXPECT_TRUE(has(200));
  sketch.add(7, 1001, 1, {1, 0, 0});
  EXPECT_FALSE(has(200));
  EXPECT_TRUE(has(1000)) << "1 + 1 of the row before, more than 1.5";
}

class WalkSketchTest : public testing::Test {
 protected:
  void note(const char* zone, bool has_failed = false, const char* client = "192.0.2.1") {
    sketch_.note({name(std::string("www.") + zone), name(zone),
                  wire::IpAddress::parse(client).value(), has_failed, milliseconds(20)},
                 now_);
  }
  [[nodiscard]] BusySum sum() const {
    BusySum out;
    sketch_.add_to(out, now_);
    return out;
  }
  cache::Time now_{std::chrono::hours(5)};
  WalkSketch sketch_{cache::KeyedHash(cache::KeyedHash::Secret{7})};
};

TEST_F(WalkSketchTest, tells_zones_names_and_clients) {
  note("a.");
  note("A.", true);
  note("b.", false, "192.0.2.2");
  const auto all = sum();
  ASSERT_EQ(all.zones.size(), 2u);
  EXPECT_EQ(all.zones.at(name("a.")).questions, 2);
  EXPECT_EQ(all.zones.at(name("a.")).failures, 1);
  EXPECT_EQ(all.zones.at(name("a.")).milliseconds, 40);
  EXPECT_EQ(all.names.at(name("www.b.")).questions, 1);
  EXPECT_EQ(all.clients.at(wire::IpAddress::parse("192.0.2.1").value()).questions, 2);
}

TEST_F(WalkSketchTest, counts_half_with_each_minute_asked_or_not) {
  for (int i = 0; i < 8; ++i) note("a.");
  now_ += WalkSketch::half_life - milliseconds(1);
  EXPECT_EQ(sum().zones.at(name("a.")).questions, 8);
  now_ += milliseconds(1);
  EXPECT_EQ(sum().zones.at(name("a.")).questions, 4);
  note("a.");
  EXPECT_EQ(sum().zones.at(name("a.")).questions, 5);
  now_ += 2 * WalkSketch::half_life;
  EXPECT_EQ(sum().zones.at(name("a.")).questions, 1.25);
  now_ += std::chrono::hours(24);
  EXPECT_TRUE(busiest_of(sum().zones, 10).empty());
}

TEST_F(WalkSketchTest, a_zone_that_fails_is_not_pushed_out_by_busy_ones) {
  note("fails.", true);
  for (int turn = 0; turn < 4; ++turn)
    for (int i = 0; i < 1'000; ++i) note(("z" + std::to_string(i) + ".").c_str());
  EXPECT_EQ(sum().zones.at(name("fails.")).failures, 1);
}

TEST(Busiest, are_those_that_fail_then_those_asked_most_and_those_that_take_longest) {
  std::map<int, BusyFigures> all;
  for (int i = 1; i <= 20; ++i) all[i] = {static_cast<double>(i), 0, 1};
  all[100] = {1, 1, 5};
  all[200] = {1, 0, 9'000};
  all[300] = {0.4, 0.4, 90'000};
  std::vector<int> shown;
  for (const auto& [key, figures] : busiest_of(all, 2)) shown.push_back(key);
  ASSERT_EQ(shown.size(), 4u) << "what was long ago is not";
  EXPECT_EQ((std::vector(shown.begin(), shown.begin() + 3)), (std::vector{100, 20, 19}));
  EXPECT_EQ(shown[3], 200);
}

class SketchedQueries : public ServiceWorld {
 protected:
  SketchedQueries() { serve({}); }
};

TEST_F(SketchedQueries, count_when_they_had_to_be_resolved) {
  upstream.silent = false;
  ask("192.0.2.7", "www.example.");
  ask("192.0.2.7", "www.example.");
  BusySum sum;
  sketch.add_to(sum, clock.now());
  const auto& figures = sum.clients.at(wire::IpAddress::parse("192.0.2.7").value());
  EXPECT_EQ(figures.questions, 1) << "the second one was answered from what is remembered";
  EXPECT_EQ(figures.failures, 1);
  EXPECT_EQ(sum.zones.begin()->second.failures, 1);
}

TEST_F(SketchedQueries, count_for_the_zone_that_was_asked) {
  auto options = std::make_shared<iterator::ResolverOptions>();
  const wire::Endpoint forwarder{wire::IpAddress::parse("192.0.2.53").value(), 53};
  options->zones.push_back({name("corp.example."), true, {forwarder}});
  resolver.set_options(options);
  upstream.ttl = 60;
  ask("192.0.2.7", "www.Corp.Example.");
  BusySum sum;
  sketch.add_to(sum, clock.now());
  ASSERT_EQ(sum.zones.size(), 1u);
  EXPECT_TRUE(sum.zones.begin()->first.is_identical(name("corp.example.")));
  EXPECT_EQ(sum.zones.begin()->second.questions, 1);
}

}  // namespace
}  // namespace godwit::daemon
