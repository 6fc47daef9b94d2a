// The simulator's seeds in every test run, and the simulator itself: what the long run rests on.
#include <gtest/gtest.h>

#include <numeric>

#include "tests/sim/seed_run.h"

namespace godwit::sim {
namespace {

SeedResult run(std::uint64_t seed) {
  SeedOptions options;
  options.seed = seed;
  return run_seed(options);
}

std::string joined(const std::vector<std::string>& lines) {
  return std::accumulate(
      lines.begin(), lines.end(), std::string(),
      [](std::string all, const std::string& line) { return all + line + "\n"; });
}

TEST(Seeds, those_of_every_run_hold) {
  FailureShares shares;
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    const SeedResult result = run(seed);
    shares.add(result);
    EXPECT_TRUE(result.violations.empty()) << "godwit_sim --seed " << seed << " --trace\n"
                                           << joined(result.violations);
    EXPECT_GE(result.questions, 50u);
  }
  EXPECT_TRUE(shares.violations().empty()) << shares.to_text();
}

TEST(Seeds, a_share_of_failures_is_bounded_weather_by_weather) {
  FailureShares shares;
  SeedResult result;
  result.weather = Weather::benign;
  result.sound_questions = 2000;
  result.sound_servfails = 20;
  shares.add(result);
  EXPECT_TRUE(shares.violations().empty());
  result.sound_questions = 0;
  result.sound_servfails = 1;
  shares.add(result);
  EXPECT_EQ(shares.violations().size(), 1u);
  FailureShares clear;
  result.weather = Weather::clear;
  result.sound_questions = 2000;
  clear.add(result);
  EXPECT_EQ(clear.violations().size(), 1u);
}

TEST(Seeds, the_same_seed_gives_the_same_run) {
  for (const std::uint64_t seed : {1u, 2u, 3u, 4u, 77u})
    EXPECT_EQ(run(seed).fingerprint, run(seed).fingerprint) << seed;
}

TEST(Simulation, equal_times_keep_the_order_they_were_set_in) {
  Simulation simulation;
  std::vector<int> order;
  const Time when = simulation.now() + seconds(1);
  for (const int i : {1, 2, 3}) simulation.happen_at(when, [&order, i] { order.push_back(i); });
  simulation.pass(seconds(2));
  EXPECT_EQ(order, (std::vector{1, 2, 3}));
}

TEST(Simulation, a_cancelled_timer_does_not_fire_and_does_not_count) {
  Simulation simulation;
  bool fired = false;
  const auto token = simulation.at(simulation.now() + seconds(1), [&fired] { fired = true; });
  EXPECT_EQ(simulation.timers_alive(), 1u);
  simulation.cancel(token);
  simulation.cancel(token);
  EXPECT_EQ(simulation.timers_alive(), 0u);
  simulation.pass(seconds(2));
  EXPECT_FALSE(fired);
}

}  // namespace
}  // namespace godwit::sim
