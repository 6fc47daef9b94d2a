#include "cache/delegation_cache.h"

#include "cache/packed_memory.h"

#include <gtest/gtest.h>

#include "tests/unit/cache/support.h"

namespace godwit::cache {
namespace {

using testing::at;
using testing::make_ns;
using testing::name;

class DelegationCacheTest : public ::testing::Test {
 protected:
  DelegationPtr store(const char* cut, std::uint32_t ttl, double now) {
    Delegation delegation;
    delegation.ns = make_ns(name(cut), ttl);
    delegation.glue.push_back({0, testing::v4(1)});
    return cache_.store(std::move(delegation), at(now));
  }
  DelegationCache cache_{testing::test_hash(), {}};
};

TEST_F(DelegationCacheTest, closest_is_the_nearest_fresh_cut_at_or_above) {
  EXPECT_FALSE(cache_.closest(name("www.example.test"), at(0)));
  store(".", 1000, 0);
  store("test", 500, 0);
  store("example.test", 100, 0);
  const auto cut = [&](const char* text, double now) {
    const auto found = cache_.closest(name(text), at(now));
    return found ? found->cut() : name("none");
  };
  EXPECT_EQ(cut("www.EXAMPLE.test", 1), name("example.test"));
  EXPECT_EQ(cut("example.test", 1), name("example.test"));
  EXPECT_EQ(cut("other.test", 1), name("test"));
  EXPECT_EQ(cut("example.other", 1), name("."));
  EXPECT_EQ(cut(".", 1), name("."));
  EXPECT_EQ(cut("www.example.test", 100), name("test"));
  EXPECT_EQ(cut("www.example.test", 500), name("."));
  EXPECT_EQ(cut("www.example.test", 1000), name("none"));
}

TEST_F(DelegationCacheTest, find_is_exact) {
  store("example.test", 100, 0);
  EXPECT_TRUE(cache_.find(name("example.test"), at(1)));
  EXPECT_FALSE(cache_.find(name("www.example.test"), at(1)));
  EXPECT_FALSE(cache_.find(name("test"), at(1)));
}

TEST_F(DelegationCacheTest, a_fresh_entry_may_be_replaced_but_not_prolonged) {
  store("ghost.test", 100, 0);
  Delegation other;
  other.ns = make_ns(name("ghost.test"), 86400, name("ns.other"));
  const auto replaced = cache_.store(std::move(other), at(50));
  EXPECT_EQ(replaced->expires, at(100));
  const auto found = cache_.find(name("ghost.test"), at(99.9));
  ASSERT_TRUE(found);
  EXPECT_EQ(wire::Name::from_valid_wire(found->ns->records().front()), name("ns.other"));
  EXPECT_FALSE(cache_.find(name("ghost.test"), at(100)));
}

TEST_F(DelegationCacheTest, a_fresh_entry_may_be_shortened) {
  store("a.test", 1000, 0);
  store("a.test", 100, 10);
  EXPECT_EQ(cache_.find(name("a.test"), at(20))->expires, at(110));
}

TEST_F(DelegationCacheTest, after_expiry_it_starts_anew) {
  store("a.test", 100, 0);
  EXPECT_EQ(store("a.test", 100, 100)->expires, at(200));
}

TEST_F(DelegationCacheTest, ttl_has_a_floor_and_a_cap) {
  EXPECT_EQ(store("zero.test", 0, 0)->expires, at(60));
  EXPECT_EQ(store("low.test", 59, 0)->expires, at(60));
  EXPECT_EQ(store("fit.test", 61, 0)->expires, at(61));
  EXPECT_EQ(store("day.test", 86400, 0)->expires, at(86400));
  EXPECT_EQ(store("week.test", 604800, 0)->expires, at(86400));
}

TEST_F(DelegationCacheTest, a_child_does_not_outlive_the_cut_that_referred_to_it) {
  Delegation child;
  child.ns = make_ns(name("sub.ghost.test"), 86400);
  EXPECT_EQ(cache_.store_until(child, at(100), at(10))->expires, at(100));
  EXPECT_TRUE(cache_.find(name("sub.ghost.test"), at(99)));
  EXPECT_FALSE(cache_.find(name("sub.ghost.test"), at(100)));
  const auto late = cache_.store_until(child, at(100), at(100));  // in force for nobody else
  ASSERT_TRUE(late);
  EXPECT_FALSE(cache_.find(name("sub.ghost.test"), at(100)));
}

TEST_F(DelegationCacheTest, without_ns_nothing_is_stored) {
  EXPECT_FALSE(cache_.store(Delegation{}, at(0)));
  EXPECT_EQ(cache_.use().entries, 0u);
}

TEST_F(DelegationCacheTest, gives_back_what_it_charged) {
  const std::size_t empty = cache_.use().octets;
  (void)store("a.test", 100, 0);
  EXPECT_GT(cache_.use().octets, empty);
  EXPECT_EQ(cache_.snapshot(at(1)).size(), 1u);
  EXPECT_TRUE(cache_.snapshot(at(100)).empty());
  cache_.erase(name("A.test"));
  cache_.clear();
  EXPECT_EQ(cache_.use().entries, 0u);
  EXPECT_LT(cache_.use().octets, empty + page_octets);
}

TEST(DelegationCache, stays_within_its_octets) {
  DelegationCache cache(testing::test_hash(), {.octets_max = 256 << 10});
  for (int i = 0; i < 5000; ++i) {
    Delegation delegation;
    delegation.ns = make_ns(name("z" + std::to_string(i) + ".test"), 3600);
    delegation.glue.assign(static_cast<std::size_t>(i % 16), {0, testing::v4(1)});
    ASSERT_TRUE(cache.store(std::move(delegation), at(i * 0.01)));
    ASSERT_LE(cache.use().octets, std::size_t{256} << 10);
  }
  EXPECT_GT(cache.use().evictions, 1000u);
  cache.clear();
  EXPECT_EQ(cache.use().entries, 0u);
}

}  // namespace
}  // namespace godwit::cache
