#include "cache/failure_cache.h"

#include <gtest/gtest.h>

#include "tests/unit/cache/support.h"

namespace godwit::cache {
namespace {

using testing::at;
using testing::name;
using wire::RrType;

class FailureCacheTest : public ::testing::Test {
 protected:
  // Fails at `now`; the time for which that is remembered.
  std::uint32_t fail(double now) {
    cache_.store(name("a.test"), RrType::a, 7, at(now));
    const auto found = cache_.find(name("a.test"), RrType::a, at(now));
    return found ? found->seconds_left : 0;
  }
  FailureCache cache_{testing::test_hash(), {}};
};

TEST_F(FailureCacheTest, remembers_a_question_and_its_reason_for_five_seconds) {
  EXPECT_EQ(fail(0), 5u);
  const auto found = cache_.find(name("A.Test"), RrType::a, at(4.5));
  ASSERT_TRUE(found);
  EXPECT_EQ(found->reason, 7u);
  EXPECT_EQ(found->seconds_left, 1u);
  EXPECT_FALSE(cache_.find(name("a.test"), RrType::aaaa, at(1)));
  EXPECT_FALSE(cache_.find(name("b.test"), RrType::a, at(1)));
  EXPECT_FALSE(cache_.find(name("a.test"), RrType::a, at(5)));
}

TEST_F(FailureCacheTest, doubles_with_every_failure_in_row_up_to_five_minutes) {
  double now = 0;
  for (const std::uint32_t expected : {5u, 10u, 20u, 40u, 80u, 160u, 300u, 300u}) {
    EXPECT_EQ(fail(now), expected);
    now += expected;
  }
}

TEST_F(FailureCacheTest, failures_reported_meanwhile_are_of_the_same_series) {
  EXPECT_EQ(fail(0), 5u);
  EXPECT_EQ(fail(1), 4u);
  EXPECT_EQ(fail(5), 10u);
}

TEST_F(FailureCacheTest, starts_anew_after_a_success) {
  fail(0);
  fail(5);
  cache_.erase(name("a.test"), RrType::a);
  EXPECT_FALSE(cache_.find(name("a.test"), RrType::a, at(6)));
  EXPECT_EQ(fail(6), 5u);
}

TEST_F(FailureCacheTest, starts_anew_after_a_quiet_period) {
  fail(0);
  EXPECT_EQ(fail(304.9), 10u);  // within 300 s of the expiry at 5 s
  EXPECT_EQ(fail(314.9 + 299.9), 20u);
  cache_.clear();
  fail(0);
  EXPECT_EQ(fail(305), 5u);
}

TEST(FailureCache, its_bounds_are_settings) {
  FailureCache cache(testing::test_hash(), {.seconds_min = 1, .seconds_max = 3});
  double now = 0;
  for (const std::uint32_t expected : {1u, 2u, 3u, 3u}) {
    cache.store(name("a.test"), RrType::a, 1, at(now));
    EXPECT_EQ(cache.find(name("a.test"), RrType::a, at(now))->seconds_left, expected);
    now += expected;
  }
}

TEST(FailureCache, stays_within_its_octets) {
  FailureCache cache(testing::test_hash(), {.octets_max = 64 << 10});
  for (int i = 0; i < 5000; ++i) {
    cache.store(name("f" + std::to_string(i) + ".test"), RrType::a, 1, at(i * 0.0001));
    ASSERT_LE(cache.use().octets, std::size_t{64} << 10);
  }
  EXPECT_GT(cache.use().entries, 200u);
  for (unsigned type = 1; type < 1000; ++type)
    cache.store(name("types.test"), static_cast<RrType>(type), 1, at(1));
  EXPECT_LE(cache.use().octets, std::size_t{64} << 10);
}

TEST_F(FailureCacheTest, a_detail_is_given_back_and_may_last_longer) {
  const auto detail = std::make_shared<const FailureDetail>(FailureDetail{7, "expired"});
  cache_.store(name("a.test"), RrType::a, {9, detail, std::chrono::seconds(60)}, at(0));
  const auto found = cache_.find(name("a.test"), RrType::a, at(1));
  ASSERT_TRUE(found);
  EXPECT_EQ(found->detail, detail);
  EXPECT_EQ(found->seconds_left, 59u);
  cache_.store(name("a.test"), RrType::a, 3, at(2));
  EXPECT_EQ(cache_.find(name("a.test"), RrType::a, at(2))->detail, nullptr);
  EXPECT_EQ(cache_.find(name("a.test"), RrType::a, at(2))->seconds_left, 58u);
}

TEST_F(FailureCacheTest, forgets_those_of_a_kind_with_their_history) {
  constexpr unsigned count = 500;
  for (unsigned i = 0; i < count; ++i) {
    const std::uint16_t reason = i % 3 == 0 ? 8 : 7;
    cache_.store(name(std::to_string(i) + ".test"), RrType::a, reason, at(0));
  }
  (void)fail(0);
  (void)fail(5);
  cache_.erase_each([](std::uint16_t reason) { return reason == 7; });
  for (unsigned i = 0; i < count; ++i) {
    const auto found = cache_.find(name(std::to_string(i) + ".test"), RrType::a, at(1));
    EXPECT_EQ(found.has_value(), i % 3 == 0) << i;
  }
  EXPECT_EQ(fail(6), 5u) << "not twice as long";
}

}  // namespace
}  // namespace godwit::cache
