#include "cache/family_health.h"

#include <gtest/gtest.h>

#include "tests/unit/cache/support.h"

namespace godwit::cache {
namespace {

using testing::at;

constexpr bool v4 = false, v6 = true;

void fail(FamilyHealth& health, int servers, double now) {
  for (int i = 0; i < servers; ++i) health.failed(v6, at(now));
}

TEST(FamilyHealth, trips_at_its_number_of_servers_and_not_below) {
  FamilyHealth health;
  health.heard(v4, at(1));
  fail(health, FamilyHealth::servers_until_down - 1, 1);
  EXPECT_FALSE(health.is_down(v6, at(1)));
  fail(health, 1, 1);
  EXPECT_TRUE(health.is_down(v6, at(1)));
  EXPECT_TRUE(health.is_down(v6, at(30.9)));
  EXPECT_FALSE(health.is_down(v6, at(31)));  // by itself
  EXPECT_FALSE(health.is_down(v4, at(1)));
}

TEST(FamilyHealth, does_not_trip_while_the_other_family_is_silent_too) {
  FamilyHealth health;
  health.heard(v4, at(0));
  fail(health, 100, 1);
  EXPECT_FALSE(health.is_down(v6, at(1)));
  health.heard(v4, at(2));
  fail(health, 1, 2);
  EXPECT_TRUE(health.is_down(v6, at(2)));
}

TEST(FamilyHealth, any_response_begins_the_count_anew) {
  FamilyHealth health;
  const std::uint32_t streak = health.streak(v6);
  fail(health, 7, 0);
  health.heard(v6, at(0));
  EXPECT_NE(health.streak(v6), streak);
  health.heard(v4, at(1));
  fail(health, 7, 1);
  EXPECT_FALSE(health.is_down(v6, at(1)));
}

TEST(FamilyHealth, failures_far_apart_are_no_streak) {
  FamilyHealth health;
  for (int i = 0; i < 50; ++i) {
    const double now = 100 * i;
    health.failed(v6, at(now));
    health.heard(v4, at(now));
  }
  EXPECT_FALSE(health.is_down(v6, at(5000)));
}

TEST(FamilyHealth, renewed_verdicts_need_less_and_last_longer) {
  FamilyHealth health;
  health.heard(v4, at(0));
  fail(health, 8, 0);
  double now = 30;
  for (const double hold : {60, 120, 240, 300, 300}) {
    EXPECT_FALSE(health.is_down(v6, at(now)));
    health.heard(v4, at(now));
    fail(health, 1, now);
    EXPECT_FALSE(health.is_down(v6, at(now)));
    fail(health, 1, now);
    EXPECT_TRUE(health.is_down(v6, at(now + hold - 0.1)));
    now += hold;
  }
  health.heard(v6, at(now));
  health.heard(v4, at(now));
  fail(health, 7, now);
  EXPECT_FALSE(health.is_down(v6, at(now)));
}

TEST(FamilyHealth, an_old_verdict_is_forgotten) {
  FamilyHealth health;
  health.heard(v4, at(0));
  fail(health, 8, 0);
  health.heard(v4, at(700));
  fail(health, 7, 700);
  EXPECT_FALSE(health.is_down(v6, at(700)));
}

}  // namespace
}  // namespace godwit::cache
