#include "iterator/patience.h"

#include <gtest/gtest.h>

namespace godwit::iterator {
namespace {

using namespace std::chrono_literals;

class PatienceTest : public ::testing::Test {
 protected:
  Duration of(const cache::ServerState& state, Alternative alternative, Duration left = 5s) {
    Wait wait;
    wait.state = state;
    wait.alternative = alternative;
    wait.transport = transport;
    wait.is_first = is_first;
    wait.is_last = is_last;
    wait.now = now;
    wait.ends = now + left;
    return patience(wait, table);
  }
  // Never heard; lost so many, the longest after `waited`.
  static cache::ServerState silent(std::uint8_t losses, Duration waited) {
    cache::ServerState state;
    state.known = losses > 0;
    state.timeouts_in_row = losses;
    state.srtt = waited;
    return state;
  }
  static cache::ServerState heard(Duration srtt, Duration variation) {
    cache::ServerState state;
    state.known = true;
    state.srtt = srtt;
    state.rtt_variation = variation;
    return state;
  }
  cache::ServerState held_down(cache::ServerState state) const {
    state.down_until = now + 1s;
    return state;
  }

  cache::KeyedHash hash{{}};
  cache::ServerTable table{hash, {}};
  Time now{100s};
  Transport transport = Transport::udp;
  bool is_first = true;
  bool is_last = false;
};

TEST_F(PatienceTest, doubles_with_each_loss_when_there_is_nobody_else) {
  EXPECT_EQ(of(silent(0, 0ms), Alternative::none), 400ms);
  EXPECT_EQ(of(silent(1, 400ms), Alternative::none), 800ms);
  EXPECT_EQ(of(silent(2, 800ms), Alternative::none), 1600ms);
  EXPECT_EQ(of(silent(3, 1600ms), Alternative::none), 3000ms);
}

TEST_F(PatienceTest, is_a_share_of_the_time_left_when_there_are_others) {
  EXPECT_EQ(of(silent(3, 0ms), Alternative::none, 2s), 2s);
  EXPECT_EQ(of(silent(3, 0ms), Alternative::doubtful, 3s), 1500ms);
  EXPECT_EQ(of(silent(1, 0ms), Alternative::good, 1500ms), 500ms);
  is_first = false;
  EXPECT_EQ(of(silent(3, 0ms), Alternative::none, 3s), 1s);
  EXPECT_EQ(of(silent(3, 0ms), Alternative::none, 900ms), 400ms);
  EXPECT_EQ(of(silent(3, 0ms), Alternative::none, 300ms), 300ms);
}

TEST_F(PatienceTest, a_silent_server_beside_a_good_one_is_only_felt_for) {
  EXPECT_EQ(of(silent(2, 800ms), Alternative::good), 800ms);
  EXPECT_EQ(of(silent(9, 800ms), Alternative::good), 800ms);
}

TEST_F(PatienceTest, a_server_that_is_held_down_gets_one_wait_longer_than_all_before) {
  EXPECT_EQ(of(held_down(silent(3, 1200ms)), Alternative::none), 3000ms);
  EXPECT_EQ(of(held_down(silent(3, 1500ms)), Alternative::none), 3000ms);
  EXPECT_EQ(of(held_down(silent(3, 1501ms)), Alternative::none), 800ms);
  EXPECT_EQ(of(held_down(silent(3, 1200ms)), Alternative::good), 800ms);
}

TEST_F(PatienceTest, a_slow_server_gets_the_time_it_is_known_to_take) {
  EXPECT_EQ(of(heard(1500ms, 100ms), Alternative::good, 6s), 1900ms);
  EXPECT_EQ(of(heard(1500ms, 100ms), Alternative::good, 3s), 1600ms);
  EXPECT_EQ(of(held_down(heard(1500ms, 100ms)), Alternative::none), 1900ms);
  EXPECT_EQ(of(held_down(heard(20ms, 5ms)), Alternative::none), 50ms);
}

TEST_F(PatienceTest, what_a_server_took_so_far_is_not_held_against_it_when_it_is_silent) {
  const cache::ServerState fast = heard(1ms, 1ms);
  EXPECT_EQ(of(fast, Alternative::none), 50ms);
  is_first = false;
  EXPECT_EQ(of(fast, Alternative::none), 1500ms);
  EXPECT_EQ(of(silent(1, 400ms), Alternative::none), 800ms);
  EXPECT_EQ(of(fast, Alternative::doubtful), 800ms);
  EXPECT_EQ(of(fast, Alternative::good), 50ms);
  is_last = true;
  transport = Transport::tcp;
  EXPECT_EQ(of(fast, Alternative::none), 3000ms);
  EXPECT_EQ(of(fast, Alternative::none, 4s), 3000ms);
  EXPECT_EQ(of(fast, Alternative::none, 3s), 2250ms);
  EXPECT_EQ(of(fast, Alternative::doubtful), 800ms);
  EXPECT_EQ(of(fast, Alternative::good), 150ms);
}

TEST_F(PatienceTest, tcp_takes_round_trips_and_no_doubling) {
  transport = Transport::tcp;
  EXPECT_EQ(of(silent(2, 800ms), Alternative::none), 1200ms);
  EXPECT_EQ(of(silent(2, 800ms), Alternative::good), 1200ms);
  EXPECT_EQ(of(held_down(silent(3, 800ms)), Alternative::good), 800ms);
}

}  // namespace
}  // namespace godwit::iterator
