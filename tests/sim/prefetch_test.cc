// Answers that are fetched again before they end, in virtual time: which, when, how often, and what
// it costs.
#include <gtest/gtest.h>

#include <map>

#include "tests/sim/story.h"

namespace godwit::sim {
namespace {

using wire::Rcode;
using wire::RrType;

constexpr const char* zone_ip = "192.0.2.80";

class Prefetch : public testing::Test {
 protected:
  Prefetch() : zone(story.world.delegate("zone.test.", zone_ip)) {
    zone.add("www 60 A 198.18.0.1");
    for (int i = 0; i < 60; ++i) zone.add(label(i) + " 80 A 198.18.0.1");
  }
  static std::string label(int i) { return "n" + std::to_string(i); }
  // Asks again and again; how many had to wait.
  unsigned misses(const std::string& name, unsigned times, Duration gap, RrType type = RrType::a) {
    unsigned missed = 0;
    for (unsigned i = 0; i < times; ++i) {
      const Asked& asked = story.begin(name, type);
      missed += asked.from_cache ? 0 : 1;
      story.simulation.pass(gap);
    }
    return missed;
  }
  // Asks n<first> to n<last> once, then three times at the end of their lives.
  void live_through(int first, int last) {
    for (int i = first; i <= last; ++i) (void)story.begin(label(i) + ".zone.test.");
    story.simulation.pass(milliseconds(78'500));
    for (int round = 0; round < 3; ++round)
      for (int i = first; i <= last; ++i) (void)story.begin(label(i) + ".zone.test.");
    story.simulation.pass(seconds(2));
  }
  const iterator::ResolverCounters& counters(unsigned worker = 0) {
    return story.resolver().resolver(worker).counters();
  }
  std::uint64_t started() { return counters().prefetch_started; }

  Story story;
  Zone& zone;
};

TEST_F(Prefetch, a_popular_name_is_a_miss_once) {
  EXPECT_EQ(misses("www.zone.test.", 7200, milliseconds(500)), 1u);
  EXPECT_GE(started(), 60u);
  EXPECT_LE(started(), 64u);  // 3600 / 60, and what is given away before each end
  // The last one may have had no use yet.
  EXPECT_GE(counters().prefetch_useful + 1, started());
  EXPECT_LE(counters().prefetch_useful, started());
  EXPECT_EQ(counters().prefetch_failed, 0u);
}

TEST_F(Prefetch, so_is_a_chain_of_aliases_whose_parts_end_apart) {
  story.world.delegate("far.test.", "192.0.2.81").add("www 20 A 198.18.0.1");
  zone.add("alias 45 CNAME www.far.test.");
  EXPECT_EQ(misses("alias.zone.test.", 7200, milliseconds(500)), 1u);
  EXPECT_LE(started(), 3600u / 18 + 3600u / 43);
}

TEST_F(Prefetch, so_is_a_denial) {
  zone.soa_minimum(30);
  EXPECT_EQ(misses("www.zone.test.", 1200, milliseconds(500), RrType::aaaa), 1u);
  EXPECT_EQ(misses("none.zone.test.", 1200, milliseconds(500)), 1u);
}

TEST_F(Prefetch, a_name_asked_for_the_last_time_is_fetched_once_more_at_most) {
  (void)misses("www.zone.test.", 240, milliseconds(500));
  const std::uint64_t before = started();
  story.simulation.pass(seconds(3600));
  EXPECT_EQ(started(), before);
  EXPECT_FALSE(story.begin("www.zone.test.").from_cache);
  story.until_quiet();
}

TEST_F(Prefetch, an_unpopular_name_is_let_go) {
  EXPECT_EQ(misses("www.zone.test.", 60, seconds(57)), 30u);
  EXPECT_EQ(started(), 0u);
}

TEST_F(Prefetch, off_is_off) {
  story.options().prefetch_percent = 0;
  const unsigned missed = misses("www.zone.test.", 7200, milliseconds(500));
  EXPECT_GE(missed, 59u);
  EXPECT_EQ(started(), 0u);
  EXPECT_EQ(counters().prefetch_over_budget, 0u);
}

TEST_F(Prefetch, the_burst_is_spent_to_the_query_and_no_further) {
  story.subject_options().prefetch_burst = 10;
  (void)story.ask("www.zone.test.");
  live_through(0, 29);
  EXPECT_EQ(started(), 10u);
  EXPECT_EQ(counters().prefetch_over_budget, 20u);
}

TEST_F(Prefetch, five_percent_are_earned_to_the_query) {
  story.subject_options().prefetch_burst = 10;
  (void)story.ask("www.zone.test.");
  iterator::PrefetchBudget& budget = story.resolver().shared().prefetch_budget;
  while (budget.reserve()) {
  }
  zone.add("* 80 A 198.18.0.1");
  budget.earn(20, 5);  // rounds what the walk so far has earned off
  while (budget.reserve()) {
  }
  const std::uint64_t before = story.network.queries_sent();
  for (int i = 0; i < 50; ++i) (void)story.ask("cold" + std::to_string(i) + ".zone.test.");
  EXPECT_EQ(story.network.queries_sent() - before, 50u);
  live_through(0, 29);  // thirty queries more
  EXPECT_EQ(started(), 4u);
  EXPECT_EQ(counters().prefetch_over_budget, 26u);
  EXPECT_EQ(story.network.queries_sent() - before, 84u);
}

TEST_F(Prefetch, two_workers_fetch_a_name_once) {
  story.subject_options().workers = 2;
  for (unsigned i = 0; i < 4 * 240; ++i) {
    (void)story.begin("www.zone.test.", RrType::a, i % 2);
    story.simulation.pass(milliseconds(250));
  }
  const std::uint64_t both = counters(0).prefetch_started + counters(1).prefetch_started;
  EXPECT_EQ(both, 4u);
  EXPECT_EQ(story.queries_to(zone_ip), 5u);
  EXPECT_EQ(story.network.identical_outstanding_max(), 1u);
}

// Each by its own count; what one has fetched the other does not need.
TEST_F(Prefetch, two_questions_with_one_ending_fetch_it_once) {
  zone.add("one 3600 CNAME www").add("two 3600 CNAME www");
  for (unsigned i = 0; i < 240; ++i) {
    (void)story.begin("one.zone.test.");
    (void)story.begin("two.zone.test.");
    story.simulation.pass(milliseconds(250));
  }
  EXPECT_EQ(story.queries_to(zone_ip), 3u);
}

TEST_F(Prefetch, a_failure_leaves_the_answer_until_it_ends) {
  (void)story.ask("www.zone.test.");
  story.world.server(zone_ip).habits().silent = true;
  EXPECT_EQ(misses("www.zone.test.", 117, milliseconds(500)), 0u);
  EXPECT_EQ(started(), 1u);
  story.world.server(zone_ip).habits().silent = false;
  story.until_quiet();
  story.simulation.pass(seconds(3));
  EXPECT_EQ(counters().prefetch_failed, 1u);
  // Nothing but the answer has ended: no failure is remembered.
  const Told told = story.ask("www.zone.test.");
  EXPECT_EQ(told.address(), "198.18.0.1");
  EXPECT_EQ(counters().prefetch_useful, 0u);
}

TEST_F(Prefetch, who_asks_after_the_end_waits_for_what_is_under_way) {
  story.world.server(zone_ip).habits().delay = milliseconds(600);
  (void)story.ask("www.zone.test.");
  story.simulation.pass(milliseconds(59'700));
  const std::uint64_t before = story.queries_to(zone_ip);
  (void)story.begin("www.zone.test.");
  (void)story.begin("www.zone.test.");
  story.simulation.pass(milliseconds(310));
  const Asked& late = story.begin("www.zone.test.");
  story.until_quiet();
  EXPECT_FALSE(late.from_cache);
  EXPECT_EQ(told(late, 0).address(), "198.18.0.1");
  EXPECT_LE(late.took(), milliseconds(300));
  EXPECT_EQ(story.queries_to(zone_ip), before + 1);
}

TEST_F(Prefetch, the_new_data_is_told_from_then_on) {
  (void)misses("www.zone.test.", 100, milliseconds(500));
  zone.remove(name("www.zone.test."), RrType::a).add("www 60 A 198.18.0.2");
  (void)misses("www.zone.test.", 24, milliseconds(500));
  EXPECT_EQ(story.ask("www.zone.test.").address(), "198.18.0.2");
  EXPECT_EQ(story.queries_to(zone_ip), 2u);
}

TEST_F(Prefetch, a_zone_that_is_revoked_dies_with_its_delegation) {
  story.world.zone("test.").add("ghost.test. 300 NS ns.ghost.test.");
  story.world.zone("test.").add("ns.ghost.test. 300 A 192.0.2.82");
  Zone& ghost = story.world.zone("ghost.test.");
  ghost.ns("@", "ns.ghost.test.").add("ns 86400 A 192.0.2.82").add("www 60 A 198.18.0.9");
  story.world.server("192.0.2.82").serves(ghost);
  (void)misses("www.ghost.test.", 200, milliseconds(500));
  EXPECT_EQ(story.ask("www.ghost.test.").address(), "198.18.0.9");
  story.world.zone("test.").remove(name("ghost.test."), RrType::ns);
  (void)misses("www.ghost.test.", 2 * (300 - 100 + 60), milliseconds(500));
  EXPECT_EQ(story.ask("www.ghost.test.").rcode, Rcode::nxdomain);
}

TEST_F(Prefetch, names_stored_together_are_fetched_apart) {
  zone.add("* 800 A 198.18.0.1");
  constexpr int names = 100;
  std::vector<std::string> all;
  for (int i = 0; i < names; ++i) all.push_back("j" + std::to_string(i) + ".zone.test.");
  for (const std::string& one : all) (void)story.begin(one);
  story.until_quiet();
  story.simulation.pass(seconds(690));
  story.network.clear_log();
  for (int second = 0; second < 120; ++second) {
    for (const std::string& one : all) (void)story.begin(one);
    story.simulation.pass(seconds(1));
  }
  std::map<std::int64_t, int> per_second;
  for (const Arrival& arrival : story.network.log())
    ++per_second[std::chrono::floor<seconds>(arrival.at.time_since_epoch()).count()];
  EXPECT_EQ(started(), std::uint64_t{names});
  EXPECT_GE(per_second.size(), 20u);
  for (const auto& [at, queries] : per_second) EXPECT_LE(queries, names / 8) << at;
}

}  // namespace
}  // namespace godwit::sim
