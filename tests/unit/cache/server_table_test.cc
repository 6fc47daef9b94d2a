#include "cache/server_table.h"

#include <gtest/gtest.h>

#include "tests/unit/cache/support.h"

namespace godwit::cache {
namespace {

using std::chrono::milliseconds;
using testing::at;
using testing::name;
using testing::v4;
using testing::v6;

class ServerTableTest : public ::testing::Test {
 protected:
  // A send at `now` that waits in vain for 100 ms; the state after it.
  ServerState lose(double now) {
    table_.report_timeout(server_, milliseconds(100), at(now) + milliseconds(100));
    return table_.find(server_, at(now) + milliseconds(100));
  }
  ServerTable table_{testing::test_hash(), {}};
  wire::IpAddress server_ = v4(1);
};

TEST_F(ServerTableTest, knows_nothing_of_a_server_never_heard_of) {
  const ServerState state = table_.find(server_, at(0));
  EXPECT_FALSE(state.known);
  EXPECT_EQ(state.edns, EdnsAbility::unknown);
  EXPECT_EQ(table_.timeout_of(state), milliseconds(400));
}

TEST_F(ServerTableTest, smooths_round_trip_times_as_rfc_6298) {
  table_.report_rtt(server_, milliseconds(80), at(0));
  ServerState state = table_.find(server_, at(0));
  EXPECT_TRUE(state.known);
  EXPECT_EQ(state.srtt, milliseconds(80));
  EXPECT_EQ(state.rtt_variation, milliseconds(40));
  EXPECT_EQ(table_.timeout_of(state), milliseconds(240));
  table_.report_rtt(server_, milliseconds(160), at(1));
  state = table_.find(server_, at(1));
  EXPECT_EQ(state.srtt, milliseconds(90));           // 7/8 of 80 + 1/8 of 160
  EXPECT_EQ(state.rtt_variation, milliseconds(50));  // 3/4 of 40 + 1/4 of 80
  EXPECT_EQ(table_.timeout_of(state), milliseconds(290));
}

TEST_F(ServerTableTest, timeout_stays_within_its_bounds) {
  ServerState state;
  state.known = true;
  state.srtt = milliseconds(9);
  state.rtt_variation = milliseconds(10);
  EXPECT_EQ(table_.timeout_of(state), milliseconds(50));
  state.srtt = milliseconds(10);
  EXPECT_EQ(table_.timeout_of(state), milliseconds(50));
  state.srtt = milliseconds(11);
  EXPECT_EQ(table_.timeout_of(state), milliseconds(51));
  state.timeouts_in_row = 1;
  EXPECT_EQ(table_.timeout_of(state), milliseconds(102));
  EXPECT_EQ(table_.timeout_without_losses(state), milliseconds(51));
  state.timeouts_in_row = 255;
  EXPECT_EQ(table_.timeout_of(state), milliseconds(3000));
  state.srtt = std::chrono::hours(10);
  EXPECT_EQ(table_.timeout_of(state), milliseconds(3000));
}

TEST_F(ServerTableTest, a_server_that_never_answered_is_at_least_as_far_as_was_waited) {
  const ServerState state = lose(0);
  EXPECT_TRUE(state.known);
  EXPECT_EQ(state.srtt, milliseconds(100));
  EXPECT_EQ(table_.timeout_of(state), milliseconds(800));
  table_.report_rtt(server_, milliseconds(20), at(1));
  EXPECT_EQ(table_.find(server_, at(1)).srtt, milliseconds(20));
}

TEST_F(ServerTableTest, is_down_after_three_timeouts_for_doubling_times) {
  EXPECT_LE(lose(0).down_until, at(0));
  EXPECT_LE(lose(1).down_until, at(1));
  double now = 2;
  for (const int hold : {1, 2, 4, 8, 16, 32, 64, 120, 120, 120}) {
    const ServerState state = lose(now);
    EXPECT_EQ(state.down_until, at(now) + milliseconds(100) + std::chrono::seconds(hold));
    now += hold + 1;
  }
  table_.report_rtt(server_, milliseconds(20), at(now));
  const ServerState up = table_.find(server_, at(now));
  EXPECT_LE(up.down_until, at(now));
  EXPECT_EQ(up.timeouts_in_row, 0u);
}

TEST_F(ServerTableTest, being_felt_for_while_down_does_not_prolong_it) {
  for (const double now : {0.0, 1.0, 2.0}) lose(now);
  EXPECT_EQ(table_.find(server_, at(2.1)).down_until, at(3.1));
  const auto wait_from = [&](double now, int waited) {
    const Time then = at(now) + milliseconds(waited);
    table_.report_timeout(server_, milliseconds(waited), then);
    return table_.find(server_, then);
  };
  EXPECT_EQ(wait_from(2.2, 800).down_until, at(3.1));
  EXPECT_EQ(wait_from(3.05, 2999).timeouts_in_row, 3u);  // less than its timeout
  EXPECT_EQ(wait_from(6.1, 800).timeouts_in_row, 4u);    // no longer down
  EXPECT_EQ(wait_from(7.0, 3000).timeouts_in_row, 5u);   // down, but as long as it gets
}

TEST_F(ServerTableTest, a_burst_of_losses_counts_once) {
  for (int i = 0; i < 50; ++i) table_.report_timeout(server_, milliseconds(400), at(0.4));
  EXPECT_EQ(table_.find(server_, at(0.4)).timeouts_in_row, 1u);
  table_.report_timeout(server_, milliseconds(400), at(0.8));
  EXPECT_EQ(table_.find(server_, at(0.8)).timeouts_in_row, 2u);
}

TEST_F(ServerTableTest, a_loss_from_before_the_last_response_does_not_count) {
  table_.report_rtt(server_, milliseconds(10), at(1));
  table_.report_timeout(server_, milliseconds(400), at(1.3));
  EXPECT_EQ(table_.find(server_, at(1.3)).timeouts_in_row, 0u);
  table_.report_timeout(server_, milliseconds(400), at(1.4));
  EXPECT_EQ(table_.find(server_, at(1.4)).timeouts_in_row, 1u);
}

TEST_F(ServerTableTest, unreachable_counts_as_a_timeout_does) {
  const auto told_unreachable = [&](double now) {
    table_.report_unreachable(server_, milliseconds(10), at(now));
    return table_.find(server_, at(now));
  };
  EXPECT_LE(told_unreachable(1).down_until, at(1));
  EXPECT_LE(told_unreachable(1.005).down_until, at(1.005));  // was under way with the first
  EXPECT_LE(told_unreachable(2).down_until, at(2));
  EXPECT_EQ(told_unreachable(3).down_until, at(4));
  EXPECT_EQ(told_unreachable(5).down_until, at(7));
  EXPECT_EQ(table_.find(server_, at(5)).timeouts_in_row, 4u);
}

TEST_F(ServerTableTest, an_error_that_comes_at_once_does_not_make_a_server_look_near) {
  table_.report_unreachable(server_, milliseconds(1), at(1));
  EXPECT_EQ(table_.find(server_, at(1)).srtt, milliseconds(400));
}

TEST_F(ServerTableTest, prefers_tcp_only_after_udp_was_lost_twice) {
  lose(0);
  table_.report_tcp_works(server_, at(0.2));
  EXPECT_FALSE(table_.find(server_, at(0.2)).prefers_tcp);
  lose(1);
  table_.report_tcp_works(server_, at(1.2));
  EXPECT_TRUE(table_.find(server_, at(1.2)).prefers_tcp);
  EXPECT_TRUE(table_.find(server_, at(601)).prefers_tcp);
  EXPECT_FALSE(table_.find(server_, at(601.3)).prefers_tcp);
}

TEST_F(ServerTableTest, udp_that_works_again_ends_the_preference_of_tcp) {
  lose(0);
  lose(1);
  table_.report_tcp_works(server_, at(2));
  table_.report_rtt(server_, milliseconds(10), at(3));
  EXPECT_FALSE(table_.find(server_, at(3)).prefers_tcp);
}

TEST_F(ServerTableTest, tcp_that_works_ends_the_hold_down) {
  for (int i = 0; i < 5; ++i) lose(i);
  EXPECT_GT(table_.find(server_, at(4.2)).down_until, at(4.2));
  table_.report_tcp_works(server_, at(4.2));
  EXPECT_LE(table_.find(server_, at(4.2)).down_until, at(4.2));
}

TEST_F(ServerTableTest, failed_edns_is_tried_again_after_a_while) {
  table_.report_edns(server_, EdnsAbility::fails, at(0));
  table_.report_rtt(server_, milliseconds(10), at(800));  // keeps the row
  EXPECT_EQ(table_.find(server_, at(899)).edns, EdnsAbility::fails);
  EXPECT_EQ(table_.find(server_, at(900)).edns, EdnsAbility::unknown);
  table_.report_edns(server_, EdnsAbility::works, at(901));
  EXPECT_EQ(table_.find(server_, at(1700)).edns, EdnsAbility::works);
}

TEST_F(ServerTableTest, a_cookie_is_proven_once_the_server_sent_its_part) {
  wire::Cookie cookie;
  cookie.client = {1, 2, 3, 4, 5, 6, 7, 8};
  table_.store_cookie(server_, cookie, at(0));
  EXPECT_TRUE(table_.find(server_, at(1)).cookie);
  EXPECT_FALSE(table_.find(server_, at(1)).cookie_proven);
  cookie.server_size = 16;
  table_.store_cookie(server_, cookie, at(2));
  const ServerState state = table_.find(server_, at(3));
  EXPECT_TRUE(state.cookie_proven);
  EXPECT_EQ(state.cookie->client, cookie.client);
  EXPECT_EQ(state.cookie->server_size, 16u);
  table_.report_rtt(server_, milliseconds(10), at(901));
  EXPECT_TRUE(table_.find(server_, at(901.5)).cookie_proven);
  EXPECT_FALSE(table_.find(server_, at(902)).cookie_proven);  // not renewed: it may have stopped
}

TEST_F(ServerTableTest, a_cookie_is_forgotten_unless_it_has_been_renewed) {
  wire::Cookie cookie;
  cookie.client = {1, 2, 3, 4, 5, 6, 7, 8};
  cookie.server_size = 16;
  wire::Cookie renewed = cookie;
  renewed.server_octets[0] = 9;
  table_.store_cookie(server_, renewed, at(0));
  table_.forget_cookie(server_, cookie, at(1));
  EXPECT_TRUE(table_.find(server_, at(1)).cookie_proven);
  table_.forget_cookie(server_, renewed, at(2));
  EXPECT_FALSE(table_.find(server_, at(2)).cookie_proven);
  EXPECT_FALSE(table_.find(server_, at(2)).cookie);
}

TEST_F(ServerTableTest, forgets_a_server_not_heard_of_for_long) {
  table_.report_rtt(server_, milliseconds(10), at(0));
  EXPECT_TRUE(table_.find(server_, at(899)).known);
  EXPECT_FALSE(table_.find(server_, at(900)).known);
  lose(901);
  EXPECT_EQ(table_.find(server_, at(902)).srtt, milliseconds(100));  // a new row
}

TEST_F(ServerTableTest, lameness_is_of_a_server_for_a_zone_and_ends) {
  table_.report_lame(server_, name("a.test"), at(0));
  EXPECT_TRUE(table_.is_lame(server_, name("A.test"), at(59)));
  EXPECT_FALSE(table_.is_lame(server_, name("b.test"), at(59)));
  EXPECT_FALSE(table_.is_lame(v4(2), name("a.test"), at(59)));
  EXPECT_FALSE(table_.is_lame(server_, name("a.test"), at(60)));
}

TEST(ServerTable, stays_within_its_octets) {
  constexpr std::size_t limit = 256 << 10;
  ServerTable table(testing::test_hash(), {.octets_max = limit});
  for (std::uint32_t i = 0; i < 5000; ++i) {
    const Time now = at(i * 0.001);
    table.report_rtt(v6(i), milliseconds(10), now);
    table.report_lame(v4(i), name("zone" + std::to_string(i) + ".test"), now);
    ASSERT_LE(table.use().octets, limit);
  }
  EXPECT_GT(table.use().entries, 800u);
  table.clear();
  EXPECT_EQ(table.use().entries, 0u);
  EXPECT_FALSE(table.find(v6(4999), at(5)).known);
}

TEST_F(ServerTableTest, family_is_down_when_many_servers_of_it_alone_fail) {
  for (std::uint32_t i = 0; i < 8; ++i) {
    const Time now = at(1 + i * 0.1);
    EXPECT_FALSE(table_.family_is_down(true, now));
    table_.report_rtt(v4(i), milliseconds(10), now);
    table_.report_unreachable(v6(i), milliseconds(1), now);
  }
  EXPECT_TRUE(table_.family_is_down(true, at(2)));
  EXPECT_FALSE(table_.family_is_down(false, at(2)));
  table_.report_rtt(v6(99), milliseconds(10), at(3));
  EXPECT_FALSE(table_.family_is_down(true, at(3)));
}

TEST_F(ServerTableTest, family_is_not_down_for_a_few_dead_servers) {
  for (int round = 0; round < 100; ++round) {
    for (std::uint32_t i = 0; i < 7; ++i) {
      const Time now = at(1 + round * 5 + i * 0.5);
      table_.report_rtt(v4(i), milliseconds(10), now);
      table_.report_timeout(v6(i), milliseconds(400), now);
    }
  }
  EXPECT_FALSE(table_.family_is_down(true, at(501)));
}

}  // namespace
}  // namespace godwit::cache
