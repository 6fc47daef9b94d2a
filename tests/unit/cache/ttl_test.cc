#include "cache/ttl.h"

#include <gtest/gtest.h>

#include "cache/heap_octets.h"
#include "tests/unit/cache/support.h"

namespace godwit::cache {
namespace {

using testing::at;

TEST(Ttl, is_clamped_to_its_limits) {
  const TtlLimits limits{.min = 5, .max = 100, .negative_max = 50, .delegation_min = 60};
  EXPECT_EQ(limits.clamp(4), 5u);
  EXPECT_EQ(limits.clamp(5), 5u);
  EXPECT_EQ(limits.clamp(100), 100u);
  EXPECT_EQ(limits.clamp(101), 100u);
  EXPECT_EQ(limits.clamp_delegation(59), 60u);
  EXPECT_EQ(limits.clamp_delegation(61), 61u);
  EXPECT_EQ(limits.clamp_delegation(0xffffffff), 100u);
}

TEST(Ttl, of_a_denial_is_the_lesser_of_ttl_and_minimum) {
  const TtlLimits limits;
  EXPECT_EQ(limits.clamp_negative(300, 200), 200u);
  EXPECT_EQ(limits.clamp_negative(100, 200), 100u);
  EXPECT_EQ(limits.clamp_negative(4000, 3601), 3600u);
  EXPECT_EQ(limits.clamp_negative(0, 3600), 0u);
}

TEST(Ttl, floor_of_delegations_yields_to_the_maximum) {
  const TtlLimits limits{.min = 0, .max = 30};
  EXPECT_EQ(limits.clamp_delegation(1), 30u);
}

TEST(Ttl, counts_down_in_whole_seconds_rounded_up) {
  const Time expires = expiry(at(10), 5);
  EXPECT_EQ(ttl_left(expires, at(10)), 5u);
  EXPECT_EQ(ttl_left(expires, at(10.001)), 5u);
  EXPECT_EQ(ttl_left(expires, at(11)), 4u);
  EXPECT_EQ(ttl_left(expires, at(14.999)), 1u);
  EXPECT_EQ(ttl_left(expires, at(15)), 0u);
  EXPECT_EQ(ttl_left(expires, at(99)), 0u);
}

TEST(HeapOctets, are_what_the_allocator_takes) {
  EXPECT_EQ(heap_octets(0), 0u);
  EXPECT_EQ(heap_octets(1), 32u);
  EXPECT_EQ(heap_octets(24), 32u);
  EXPECT_EQ(heap_octets(25), 48u);
  EXPECT_EQ(heap_octets(40), 48u);
}

}  // namespace
}  // namespace godwit::cache
