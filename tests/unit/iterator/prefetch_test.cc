#include "iterator/prefetch.h"

#include <gtest/gtest.h>

#include <set>

namespace godwit::iterator {
namespace {

TEST(LastStretch, is_an_eighth_of_a_life) {
  EXPECT_EQ(last_stretch(80), 10u);
  EXPECT_EQ(last_stretch(3600), 450u);
  EXPECT_EQ(last_stretch(86400), 10800u);
}

TEST(LastStretch, of_a_short_life_is_two_seconds_or_a_quarter) {
  EXPECT_EQ(last_stretch(23), 2u);
  EXPECT_EQ(last_stretch(8), 2u);
  EXPECT_EQ(last_stretch(7), 1u);
  EXPECT_EQ(last_stretch(4), 1u);
}

TEST(LastStretch, is_none_below_four_seconds) {
  for (const std::uint32_t ttl : {0u, 1u, 2u, 3u}) {
    EXPECT_EQ(last_stretch(ttl), 0u);
    EXPECT_FALSE(is_in_last_stretch({ttl, 0}));
    EXPECT_FALSE(is_in_last_stretch({ttl, ttl}));
  }
}

TEST(LastStretch, begins_at_its_first_second) {
  EXPECT_FALSE(is_in_last_stretch({80, 11}));
  EXPECT_TRUE(is_in_last_stretch({80, 10}));
  EXPECT_TRUE(is_in_last_stretch({80, 1}));
}

TEST(LastStretch, is_not_all_of_any_life) {
  for (std::uint32_t ttl = 0; ttl <= 86400; ++ttl) ASSERT_FALSE(is_in_last_stretch({ttl, ttl}));
}

TEST(TimeToRefresh, is_never_after_one_use) {
  for (std::uint32_t left = 1; left <= 450; ++left)
    ASSERT_FALSE(is_time_to_refresh({3600, left}, 1, 255));
}

TEST(TimeToRefresh, is_never_before_the_last_stretch) {
  for (std::uint32_t uses = 0; uses < 256; ++uses)
    ASSERT_FALSE(is_time_to_refresh({3600, 451}, uses, 255));
}

// Two seconds for the servers, and twice the gap between uses.
TEST(TimeToRefresh, comes_as_late_as_the_gap_between_uses_allows) {
  // Ten uses in 310 seconds: every 31.
  EXPECT_FALSE(is_time_to_refresh({3600, 141}, 10, 0));
  EXPECT_FALSE(is_time_to_refresh({3600, 66}, 13, 0));
  EXPECT_TRUE(is_time_to_refresh({3600, 66}, 12, 0));
  EXPECT_TRUE(is_time_to_refresh({3600, 66}, 2, 0));
}

TEST(TimeToRefresh, of_what_is_asked_all_the_time_is_two_seconds_before_the_end) {
  EXPECT_FALSE(is_time_to_refresh({800, 6}, 255, 0) && is_time_to_refresh({800, 4}, 255, 0));
  EXPECT_FALSE(is_time_to_refresh({160, 3}, 255, 0));
  EXPECT_TRUE(is_time_to_refresh({160, 2}, 255, 0));
}

TEST(TimeToRefresh, of_less_than_a_minute_is_one_second_before_the_end) {
  EXPECT_FALSE(is_time_to_refresh({59, 2}, 255, 0));
  EXPECT_TRUE(is_time_to_refresh({59, 1}, 255, 0));
  EXPECT_TRUE(is_time_to_refresh({60, 2}, 255, 0));
}

TEST(TimeToRefresh, is_early_enough_where_one_more_use_is_all_that_comes) {
  EXPECT_TRUE(is_time_to_refresh({4, 1}, 2, 0));
  EXPECT_TRUE(is_time_to_refresh({10, 2}, 2, 0));
}

TEST(TimeToRefresh, is_spread_over_a_quarter_of_the_stretch) {
  std::set<std::uint32_t> begins;
  for (std::uint32_t jitter = 0; jitter < 256; ++jitter) {
    std::uint32_t left = 450;
    while (left > 0 && !is_time_to_refresh({3600, left}, 255, static_cast<std::uint8_t>(jitter)))
      --left;
    begins.insert(left);
  }
  EXPECT_GE(begins.size(), 100u);
  EXPECT_LE(*begins.rbegin() - *begins.begin(), 450u / 4);
}

}  // namespace
}  // namespace godwit::iterator
