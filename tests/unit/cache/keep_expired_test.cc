// Sets that have ended stay for searches as of earlier than now, and their room is taken first.
#include <gtest/gtest.h>

#include "cache/rrset_cache.h"
#include "tests/unit/cache/support.h"

namespace godwit::cache {
namespace {

using testing::at;
using testing::make_set;
using testing::name;
using wire::RrType;

constexpr std::size_t octets_max = 2 << 20;
constexpr int old_count = 5'000;

struct Left {
  int old = 0, fresh = 0;
};

// Sets of ten seconds are stored, ten seconds after their end `fresh_count` others; what is left.
Left left_of(Duration keep_expired, int fresh_count) {
  RRsetCacheOptions options;
  options.octets_max = octets_max;
  options.keep_expired = keep_expired;
  RRsetCache cache(testing::test_hash(), options);
  const Standing standing{Trust::answer_authoritative, Security::insecure};
  const auto old_name = [](int i) { return name("old" + std::to_string(i)); };
  const auto fresh_name = [](int i) { return name("new" + std::to_string(i)); };
  for (int i = 0; i < old_count; ++i)
    (void)cache.store(make_set(old_name(i), RrType::txt, 10, 1, 100), standing, at(0));
  for (int i = 0; i < fresh_count; ++i)
    (void)cache.store(make_set(fresh_name(i), RrType::txt, 1000, 1, 100), standing, at(20));
  Left left;
  for (int i = 0; i < old_count; ++i) {
    left.old += cache.find(old_name(i), RrType::txt, at(5)).has_value();
    EXPECT_FALSE(cache.find(old_name(i), RrType::txt, at(20)));
  }
  for (int i = 0; i < fresh_count; ++i)
    left.fresh += cache.find(fresh_name(i), RrType::txt, at(20)).has_value();
  EXPECT_LE(cache.use().octets, octets_max);
  return left;
}

TEST(KeepExpired, while_there_is_room) {
  const Left left = left_of(std::chrono::seconds(100), old_count);
  EXPECT_EQ(left.old, old_count);
  EXPECT_EQ(left.fresh, old_count);
}

TEST(KeepExpired, not_when_nobody_wants_it_or_its_time_is_over) {
  EXPECT_LT(left_of(Duration::zero(), old_count).old, old_count / 2);
  EXPECT_LT(left_of(std::chrono::seconds(10), old_count).old, old_count / 2);
}

TEST(KeepExpired, not_at_the_cost_of_what_is_fresh) {
  constexpr int fresh_count = 11'000;
  const Left left = left_of(std::chrono::seconds(100), fresh_count);
  EXPECT_LT(left.old, old_count);
  EXPECT_GT(left.fresh, fresh_count * 97 / 100);
}

TEST(KeepExpired, tells_when_a_set_was_learnt) {
  RRsetCache cache(testing::test_hash(), {});
  const TtlLimits limits{.max = 500};
  (void)cache.store(make_set(name("a"), RrType::txt, 300), Trust::answer_authoritative, at(50));
  EXPECT_EQ(learnt_at(cache.find(name("a"), RrType::txt, at(60)).value(), limits), at(50));
}

}  // namespace
}  // namespace godwit::cache
