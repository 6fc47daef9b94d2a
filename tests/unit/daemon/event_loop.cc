// Turns of the event loop, by hand, and one loop in a thread of its own.
#include "daemon/event_loop.h"

#include <gtest/gtest.h>
#include <sys/eventfd.h>

#include <thread>

#include "daemon/system_seams.h"

namespace godwit::daemon {
namespace {

using namespace std::chrono_literals;
using Patience = EventLoop::Patience;

struct Bell final : EventHandler {
  void on_events(std::uint32_t) override {
    ++rung;
    if (call) call();
    if (broken) throw std::bad_alloc();
  }
  void ring() const { EXPECT_EQ(::eventfd_write(fd.get(), 1), 0); }
  Fd fd{::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)};
  int rung = 0;
  bool broken = false;
  std::function<void()> call;
};

class EventLoopTest : public ::testing::Test {
 protected:
  SystemClock clock;
  WorkerTimers timers{clock};
  EventLoop loop{timers};
};

TEST_F(EventLoopTest, one_handler_that_throws_costs_no_other_its_edge) {
  int turn_ends = 0;
  loop.at_turn_end([&] { ++turn_ends; });
  std::array<Bell, 3> bells;
  for (auto& bell : bells) ASSERT_TRUE(loop.add(bell.fd.get(), EPOLLIN | EPOLLET, bell));
  bells[0].broken = true;
  for (const auto& bell : bells) bell.ring();
  EXPECT_THROW(loop.turn(Patience::none), std::bad_alloc);
  for (const auto& bell : bells) EXPECT_EQ(bell.rung, 1);
  EXPECT_EQ(turn_ends, 1);
  EXPECT_FALSE(loop.in_turn());
  bells[2].ring();
  loop.turn(Patience::none);
  EXPECT_EQ(bells[2].rung, 2);
}

// Of each event, each call and each turn's deadlines, however long the one before took.
TEST_F(EventLoopTest, everything_that_happens_has_a_time_of_its_own) {
  std::vector<iterator::Time> times;
  const auto note = [&] {
    times.push_back(clock.now());
    const auto before = std::chrono::steady_clock::now();
    while (std::chrono::steady_clock::now() == before) {
    }
    EXPECT_EQ(clock.now(), times.back());
  };
  std::array<Bell, 2> bells;
  for (auto& bell : bells) {
    ASSERT_TRUE(loop.add(bell.fd.get(), EPOLLIN | EPOLLET, bell));
    bell.ring();
    bell.call = note;
  }
  (void)timers.at(clock.now(), note);
  loop.post(note);
  loop.post(note);
  loop.turn(Patience::none);
  ASSERT_EQ(times.size(), 5u);
  for (std::size_t i = 1; i < times.size(); ++i) EXPECT_LT(times[i - 1], times[i]) << i;
}

TEST_F(EventLoopTest, what_is_posted_is_made_within_a_turn_and_not_inside_the_call) {
  bool made = false, made_inside = false, in_turn = false;
  loop.post([&] {
    loop.post([&] {
      made = true;
      in_turn = loop.in_turn();
    });
    made_inside = made;
  });
  loop.turn(Patience::until_something_comes);
  EXPECT_FALSE(made);
  loop.turn(Patience::until_something_comes);
  EXPECT_TRUE(made);
  EXPECT_TRUE(in_turn);
  EXPECT_FALSE(made_inside);
}

TEST_F(EventLoopTest, a_posted_call_that_throws_costs_no_other_its_turn) {
  bool made = false;
  loop.post([] { throw std::bad_alloc(); });
  loop.post([&] { made = true; });
  EXPECT_THROW(loop.turn(Patience::none), std::bad_alloc);
  EXPECT_TRUE(made);
}

TEST_F(EventLoopTest, it_sleeps_until_the_earliest_deadline) {
  std::vector<int> fired;
  const auto begun = clock.now();
  (void)timers.at(begun + 20ms, [&] { fired.push_back(20); });
  (void)timers.at(begun + 5ms, [&] { fired.push_back(5); });
  while (fired.empty()) loop.turn(Patience::until_something_comes);
  EXPECT_EQ(fired, std::vector{5});
  EXPECT_GE(clock.now() - begun, 5ms);
  while (fired.size() < 2) loop.turn(Patience::until_something_comes);
  EXPECT_GE(clock.now() - begun, 20ms);
}

TEST_F(EventLoopTest, an_idle_loop_does_not_turn) {
  (void)timers.at(clock.now() + 30ms, [&] { loop.stop(); });
  loop.run();
  EXPECT_LE(loop.turns(), 3u);
}

// Each call is posted when the last one has been made, so that the loop is about to sleep or does.
TEST_F(EventLoopTest, a_post_of_another_thread_wakes_it) {
  constexpr int calls = 2'000;
  std::atomic<int> made{0};
  std::thread worker([&] { loop.run(); });
  for (int i = 0; i < calls; ++i) {
    loop.post([&] {
      made.fetch_add(1);
      made.notify_one();
    });
    made.wait(i);
  }
  loop.post([&] { loop.stop(); });
  worker.join();
  EXPECT_EQ(made.load(), calls);
}

}  // namespace
}  // namespace godwit::daemon
