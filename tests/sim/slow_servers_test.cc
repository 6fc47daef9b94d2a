// Servers that take their time: what is slow must be reached in the end, what is dead must not cost
// more than it has to.
#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

#include "tests/sim/story.h"

namespace godwit::sim {
namespace {

using wire::Rcode;
using wire::RrType;

constexpr const char* first_ip = "192.0.2.80";
constexpr const char* second_ip = "192.0.2.81";
constexpr Duration slow = milliseconds(1500);

class SlowServers : public testing::Test {
 protected:
  SlowServers() {
    Zone& zone = story.world.delegate("zone.test.", first_ip);
    for (unsigned i = 0; i < 500; ++i) zone.a(label(i), "198.18.0.1");
    (void)story.ask("www.test.");
  }
  void add_second() {
    for (Zone* zone : {&story.world.zone("test."), &story.world.zone("zone.test.")})
      zone->ns("zone.test.", "ns2.zone.test.").a("ns2.zone.test.", second_ip);
    story.world.serve(second_ip, {"zone.test."});
  }
  Habits& first() { return story.world.server(first_ip).habits(); }
  Habits& second() { return story.world.server(second_ip).habits(); }
  static std::string label(unsigned i) { return "n" + std::to_string(i); }
  Told ask(unsigned i) { return story.ask(label(i) + ".zone.test."); }
  // Asks for new names, one after the other with `rest` between them, until one is answered.
  // Returns how many it took.
  unsigned asks_until_answered(Duration rest) {
    for (unsigned asks = 1; asks <= 20; ++asks) {
      if (ask(next_++).rcode == Rcode::noerror) return asks;
      story.simulation.pass(rest);
    }
    return 0;
  }
  void expect_each_answered_by_one_packet() {
    for (int i = 0; i < 10; ++i) {
      const Told told = ask(next_++);
      EXPECT_EQ(told.address(), "198.18.0.1");
      EXPECT_EQ(told.packets, 1u);
    }
  }
  // How long each of `count` questions took, begun every `gap`, whatever became of it.
  std::vector<Duration> times(unsigned count, Duration gap) {
    std::vector<const Asked*> all;
    for (unsigned i = 0; i < count; ++i) {
      all.push_back(&story.begin(label(next_++) + ".zone.test."));
      story.simulation.pass(gap);
    }
    story.until_quiet();
    std::vector<Duration> taken;
    for (const Asked* asked : all) {
      taken.push_back(asked->took());
      answered_ += asked->answer->rcode == Rcode::noerror;
    }
    std::sort(taken.begin(), taken.end());
    return taken;
  }
  static Duration mean(const std::vector<Duration>& taken) {
    return std::accumulate(taken.begin(), taken.end(), Duration{}) /
           static_cast<Duration::rep>(taken.size());
  }

  Story story;
  unsigned next_ = 0;
  unsigned answered_ = 0;
};

class OneSlowServer : public SlowServers,
                      public testing::WithParamInterface<std::tuple<int, int>> {};

TEST_P(OneSlowServer, is_reached_at_once_and_then_by_one_send) {
  first().delay = milliseconds(std::get<0>(GetParam()));
  EXPECT_EQ(asks_until_answered(milliseconds(std::get<1>(GetParam()))), 1u);
  (void)ask(next_++);
  expect_each_answered_by_one_packet();
}

INSTANTIATE_TEST_SUITE_P(DelayAndRest, OneSlowServer,
                         testing::Combine(testing::Values(400, 700, 900, 1100, 1300),
                                          testing::Values(0, 500, 1000, 30000)));

// Over TCP, which comes last, the way there takes twice as long.
class OneFarServer : public OneSlowServer {};

TEST_P(OneFarServer, is_reached_by_the_third_question_and_then_by_every_one) {
  first().delay = milliseconds(std::get<0>(GetParam()));
  const unsigned asks = asks_until_answered(milliseconds(std::get<1>(GetParam())));
  EXPECT_GE(asks, 1u);
  EXPECT_LE(asks, 3u);
  expect_each_answered_by_one_packet();
}

INSTANTIATE_TEST_SUITE_P(DelayAndRest, OneFarServer,
                         testing::Combine(testing::Values(1500, 2500),
                                          testing::Values(0, 500, 1000, 30000)));

// As a forwarder that knows one name and has to ask for another.
TEST_P(OneSlowServer, is_reached_at_once_when_it_was_fast_so_far) {
  for (int i = 0; i < 20; ++i) EXPECT_EQ(ask(next_++).packets, 1u + (i == 0));
  first().delay = milliseconds(std::get<0>(GetParam()));
  EXPECT_EQ(ask(next_++).address(), "198.18.0.1");
  story.simulation.pass(milliseconds(std::get<1>(GetParam())));
  EXPECT_EQ(ask(next_++).address(), "198.18.0.1");
  const Told told = ask(next_++);
  EXPECT_EQ(told.address(), "198.18.0.1");
  EXPECT_EQ(told.packets, 1u);
}

TEST_F(SlowServers, one_that_is_slow_now_and_then_is_waited_for_each_time) {
  for (const int delay : {100, 250, 400, 600, 1000, 1400}) {
    for (int i = 0; i < 20; ++i) (void)ask(next_++);
    first().delay = milliseconds(delay);
    const Told told = ask(next_++);
    EXPECT_EQ(told.address(), "198.18.0.1") << delay;
    EXPECT_LE(told.packets, 3u);
    first().delay = milliseconds(0);
  }
}

TEST_F(SlowServers, questions_that_come_all_the_time_do_not_keep_it_down) {
  first().delay = slow;
  (void)times(60, milliseconds(200));
  EXPECT_GE(answered_, 30u);
  answered_ = 0;
  (void)times(20, milliseconds(200));
  EXPECT_EQ(answered_, 20u);
}

TEST_F(SlowServers, two_of_them_are_reached) {
  add_second();
  first().delay = second().delay = slow;
  EXPECT_LE(asks_until_answered(seconds(6)), 3u);
  for (int i = 0; i < 10; ++i) EXPECT_EQ(ask(next_++).address(), "198.18.0.1");
}

TEST_F(SlowServers, a_dead_one_beside_a_good_one_costs_little) {
  add_second();
  second().silent = true;
  const std::vector<Duration> taken = times(400, milliseconds(100));
  EXPECT_EQ(answered_, 400u);
  EXPECT_LE(taken[taken.size() / 2], milliseconds(6));
  EXPECT_LE(mean(taken), milliseconds(45));
  EXPECT_LE(taken.back(), milliseconds(1700));
}

TEST_F(SlowServers, a_flapping_one_beside_a_good_one_costs_little) {
  add_second();
  second().up_for = seconds(5);
  const std::vector<Duration> taken = times(400, milliseconds(100));
  EXPECT_EQ(answered_, 400u);
  EXPECT_LE(taken[taken.size() / 2], milliseconds(6));
  EXPECT_LE(mean(taken), milliseconds(37));
}

TEST_F(SlowServers, a_dead_one_alone_is_only_felt_for) {
  first().silent = true;
  const std::vector<Duration> taken = times(400, milliseconds(100));
  EXPECT_LE(taken[taken.size() / 2], milliseconds(800));
  EXPECT_LE(mean(taken), milliseconds(1650));
}

}  // namespace
}  // namespace godwit::sim
