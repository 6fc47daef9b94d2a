#include "cache/rrset_cache.h"

#include <gtest/gtest.h>

#include <random>

#include "cache/heap_octets.h"
#include "tests/unit/cache/support.h"

namespace godwit::cache {
namespace {

using testing::at;
using testing::make_set;
using testing::name;
using wire::RrType;

class RRsetCacheTest : public ::testing::Test {
 protected:
  RRsetCache cache_{testing::test_hash(), {}};
};

TEST_F(RRsetCacheTest, gives_back_what_was_stored_with_the_ttl_run_down) {
  const auto set = make_set(name("www.test"), RrType::a, 300);
  EXPECT_EQ(cache_.store(set, Trust::answer_authoritative, at(0)), StoreOutcome::stored);
  const auto found = cache_.find(name("WWW.Test"), RrType::a, at(100));
  ASSERT_TRUE(found);
  EXPECT_TRUE(found->set->has_same_data(*set));
  EXPECT_EQ(found->set->ttl(), 300u);
  EXPECT_EQ(found->ttl_left, 200u);
  EXPECT_EQ(found->trust, Trust::answer_authoritative);
  EXPECT_FALSE(cache_.find(name("www.test"), RrType::aaaa, at(100)));
  EXPECT_FALSE(cache_.find(name("ww.test"), RrType::a, at(100)));
}

TEST_F(RRsetCacheTest, tells_who_gave_a_set_as_long_as_that_is_known) {
  const auto long_form = make_set(name("www.test"), RrType::txt, 300, 2, 70);
  for (const auto& set : {make_set(name("www.test"), RrType::a, 300), long_form})
    for (const Giver& giver : {Giver(testing::v4(1)), Giver(testing::v6(2)), Giver()}) {
      cache_.store(set, Trust::answer_authoritative, at(0), giver);
      const auto found = cache_.find(set->owner(), set->type(), at(1));
      ASSERT_TRUE(found);
      EXPECT_EQ(found->giver, giver);
      EXPECT_EQ(found->trust, Trust::answer_authoritative);
      EXPECT_TRUE(found->set->has_same_data(*set));
      const auto of_owner = cache_.of_owner(set->owner(), at(1));
      EXPECT_TRUE(std::ranges::any_of(of_owner, [&](const CachedRRset& one) {
        return one.set->type() == set->type() && one.giver == giver;
      }));
    }
}

TEST_F(RRsetCacheTest, gives_back_sets_of_every_form) {
  const auto expect_back = [&](const wire::RRsetPtr& set) {
    ASSERT_EQ(cache_.store(set, Trust::answer_authoritative, at(0)), StoreOutcome::stored);
    const auto found = cache_.find(set->owner(), set->type(), at(0));
    ASSERT_TRUE(found);
    EXPECT_TRUE(std::ranges::equal(found->set->owner_wire(), set->owner_wire()));
    EXPECT_TRUE(std::ranges::equal(found->set->records().packed(), set->records().packed()));
    EXPECT_TRUE(std::ranges::equal(found->set->signatures().packed(), set->signatures().packed()));
    EXPECT_EQ(found->set->size(), set->size());
    EXPECT_EQ(found->set->signatures().size(), set->signatures().size());
  };
  const wire::Name owner = name("Forms.test");
  for (const std::size_t octets : {4u, 64u, 65u, 500u, 4000u})
    for (const std::size_t count : {1u, 2u, 3u})
      expect_back(make_set(owner, RrType::txt, 60, count, octets));
  for (const std::size_t records : {0u, 1u, 2u}) {
    wire::RRsetBuilder builder(owner, RrType::a);
    for (std::size_t i = 0; i < records; ++i)
      builder.add(std::array<std::uint8_t, 4>{192, 0, 2, static_cast<std::uint8_t>(i)}, 60);
    builder.add_signature(std::array<std::uint8_t, 30>{1}, 60);
    builder.add_signature(std::array<std::uint8_t, 40>{2}, 60);
    expect_back(builder.build());
  }
}

TEST_F(RRsetCacheTest, forgets_at_the_expiry_and_not_before) {
  cache_.store(make_set(name("a.test"), RrType::a, 10), Trust::glue, at(5));
  EXPECT_EQ(cache_.find(name("a.test"), RrType::a, at(14.999))->ttl_left, 1u);
  EXPECT_FALSE(cache_.find(name("a.test"), RrType::a, at(15)));
}

TEST_F(RRsetCacheTest, lower_trust_does_not_replace_a_fresh_set) {
  const auto high = make_set(name("a.test"), RrType::a, 10, 1, 4, 1);
  const auto low = make_set(name("a.test"), RrType::a, 10, 1, 4, 2);
  cache_.store(high, Trust::answer_authoritative, at(0));
  for (const Trust trust : {Trust::glue, Trust::authority_nonauthoritative,
                            Trust::answer_nonauthoritative, Trust::authority_authoritative})
    EXPECT_EQ(cache_.store(low, trust, at(9)), StoreOutcome::kept_higher_standing);
  EXPECT_TRUE(cache_.find(name("a.test"), RrType::a, at(9))->set->has_same_data(*high));
  EXPECT_EQ(cache_.store(low, Trust::glue, at(10)), StoreOutcome::stored);
  EXPECT_TRUE(cache_.find(name("a.test"), RrType::a, at(10))->set->has_same_data(*low));
}

TEST_F(RRsetCacheTest, equal_and_higher_trust_replace) {
  const auto first = make_set(name("a.test"), RrType::a, 1000, 1, 4, 1);
  const auto equal = make_set(name("a.test"), RrType::a, 10, 1, 4, 2);
  const auto higher = make_set(name("a.test"), RrType::a, 5, 1, 4, 3);
  cache_.store(first, Trust::answer_nonauthoritative, at(0));
  EXPECT_EQ(cache_.store(equal, Trust::answer_nonauthoritative, at(1)), StoreOutcome::stored);
  EXPECT_EQ(cache_.find(name("a.test"), RrType::a, at(1))->ttl_left, 10u);
  EXPECT_EQ(cache_.store(higher, Trust::answer_authoritative, at(1)), StoreOutcome::stored);
  EXPECT_TRUE(cache_.find(name("a.test"), RrType::a, at(1))->set->has_same_data(*higher));
  EXPECT_EQ(cache_.use().entries, 1u);
}

TEST_F(RRsetCacheTest, what_dnssec_says_counts_before_where_it_came_from) {
  const auto low = make_set(name("a.test"), RrType::a, 10, 1, 4, 1);
  const auto high = make_set(name("a.test"), RrType::a, 10, 1, 4, 2);
  for (const Security security : {Security::insecure, Security::secure}) {
    cache_.erase(name("a.test"), RrType::a);
    cache_.store(low, {Trust::answer_authoritative, Security::indeterminate}, at(0));
    EXPECT_EQ(cache_.store(high, {Trust::answer_nonauthoritative, security}, at(1)),
              StoreOutcome::stored);
    EXPECT_EQ(cache_.find(name("a.test"), RrType::a, at(1))->security, security);
    for (const Security worse : {Security::bogus, Security::indeterminate})
      EXPECT_EQ(cache_.store(low, {Trust::answer_authoritative, worse}, at(2)),
                StoreOutcome::kept_higher_standing);
    EXPECT_TRUE(cache_.find(name("a.test"), RrType::a, at(2))->set->has_same_data(*high));
  }
}

TEST_F(RRsetCacheTest, ttl_zero_is_kept_for_nobody_and_ends_what_was) {
  const auto zero = make_set(name("a.test"), RrType::a, 0);
  EXPECT_EQ(cache_.store(zero, Trust::answer_authoritative, at(0)), StoreOutcome::stored);
  EXPECT_FALSE(cache_.find(name("a.test"), RrType::a, at(0)));
  cache_.store(make_set(name("a.test"), RrType::a, 100), Trust::answer_authoritative, at(0));
  EXPECT_EQ(cache_.store(zero, Trust::glue, at(1)), StoreOutcome::kept_higher_standing);
  EXPECT_TRUE(cache_.find(name("a.test"), RrType::a, at(1)));
  EXPECT_EQ(cache_.store(zero, Trust::answer_authoritative, at(1)), StoreOutcome::stored);
  EXPECT_FALSE(cache_.find(name("a.test"), RrType::a, at(1)));
}

TEST(RRsetCache, clamps_ttls) {
  RRsetCache cache(testing::test_hash(), {.ttl = {.min = 5, .max = 100}});
  cache.store(make_set(name("low.test"), RrType::a, 0), Trust::glue, at(0));
  cache.store(make_set(name("high.test"), RrType::a, 101), Trust::glue, at(0));
  EXPECT_EQ(cache.find(name("low.test"), RrType::a, at(0))->ttl_left, 5u);
  EXPECT_EQ(cache.find(name("high.test"), RrType::a, at(0))->ttl_left, 100u);
}

TEST_F(RRsetCacheTest, store_until_ends_at_the_earlier_of_both) {
  const auto set = make_set(name("ns.test"), RrType::a, 100);
  cache_.store_until(set, Trust::glue, at(30), at(0));
  EXPECT_EQ(cache_.find(name("ns.test"), RrType::a, at(0))->ttl_left, 30u);
  cache_.store_until(set, Trust::glue, at(500), at(0));
  EXPECT_EQ(cache_.find(name("ns.test"), RrType::a, at(0))->ttl_left, 100u);
  cache_.store_until(set, Trust::glue, at(10), at(10));
  EXPECT_FALSE(cache_.find(name("ns.test"), RrType::a, at(10)));
}

TEST_F(RRsetCacheTest, takes_as_many_records_as_the_limit_and_no_more) {
  const auto store = [&](std::size_t count) {
    return cache_.store(make_set(name("many.test"), RrType::a, 60, count), Trust::glue, at(0));
  };
  EXPECT_EQ(store(127), StoreOutcome::stored);
  EXPECT_EQ(store(128), StoreOutcome::stored);
  EXPECT_EQ(store(129), StoreOutcome::too_large);
  EXPECT_EQ(cache_.find(name("many.test"), RrType::a, at(0))->set->size(), 128u);
}

TEST(RRsetCache, takes_as_many_octets_as_the_limit_and_no_more) {
  const auto set = make_set(name("big.test"), RrType::txt, 60, 10, 1000);
  const std::size_t octets = set->memory_octets();
  for (const auto& [limit, outcome] :
       {std::pair{octets - 1, StoreOutcome::too_large}, std::pair{octets, StoreOutcome::stored},
        std::pair{octets + 1, StoreOutcome::stored}}) {
    RRsetCache cache(testing::test_hash(), {.entry_octets_max = limit});
    EXPECT_EQ(cache.store(set, Trust::glue, at(0)), outcome);
  }
}

TEST_F(RRsetCacheTest, keeps_at_most_so_many_types_of_one_owner) {
  const wire::Name owner = name("types.test");
  const auto store = [&](unsigned type) {
    cache_.store(make_set(owner, static_cast<RrType>(type), 60), Trust::answer_authoritative,
                 at(0));
  };
  store(1);
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(cache_.find(owner, RrType::a, at(0)));
  for (unsigned type = 1000; type < 1062; ++type) store(type);
  EXPECT_EQ(cache_.use().entries, 63u);
  store(1062);
  EXPECT_EQ(cache_.use().entries, 64u);
  store(1063);
  EXPECT_EQ(cache_.use().entries, 64u);
  for (unsigned type = 2000; type < 2500; ++type) store(type);
  EXPECT_EQ(cache_.use().entries, 64u);
  EXPECT_TRUE(cache_.find(owner, RrType::a, at(0)));  // in use, so it stays
  EXPECT_TRUE(cache_.find(owner, static_cast<RrType>(2499), at(0)));
}

TEST_F(RRsetCacheTest, charges_what_a_set_takes_and_gives_it_back) {
  const std::size_t empty = cache_.use().octets;
  for (int i = 0; i < 1000; ++i)
    cache_.store(make_set(name("n" + std::to_string(i) + ".test"), RrType::txt, 60, 8, 200),
                 Trust::glue, at(0));
  EXPECT_GE(cache_.use().octets, empty + 1000u * 8 * 200);
  EXPECT_LE(cache_.use().octets, empty + 1000u * 10 * 200 + (512u << 10));
  for (int i = 0; i < 1000; ++i) cache_.erase(name("n" + std::to_string(i) + ".test"), RrType::txt);
  EXPECT_LE(cache_.use().octets, empty + (128u << 10));  // tables that have grown stay
  EXPECT_EQ(cache_.use().entries, 0u);
}

TEST(RRsetCache, stays_within_its_octets_under_random_sets) {
  for (const std::size_t limit : {std::size_t{128} << 10, std::size_t{3} << 20}) {
    RRsetCache cache(testing::test_hash(), {.octets_max = limit});
    std::mt19937 random(11);
    for (int i = 0; i < 30'000; ++i) {
      const auto owner = name("n" + std::to_string(random() % 40'000) + ".test");
      const std::size_t octets = 4 + random() % (i % 7 == 0 ? 1500 : 60);
      const auto ttl = static_cast<std::uint32_t>(1 + random() % 1000);
      cache.store(make_set(owner, RrType::txt, ttl, 1 + random() % 4, octets),
                  Trust::answer_authoritative, at(i * 0.01));
      if (i % 64 == 0) {
        ASSERT_LE(cache.use().octets, limit);
      }
    }
    EXPECT_GT(cache.use().evictions, 0u);
    EXPECT_GT(cache.use().octets, limit * 8 / 10);
  }
}

TEST_F(RRsetCacheTest, snapshot_shows_what_is_fresh) {
  cache_.store(make_set(name("a.test"), RrType::a, 10), Trust::glue, at(0));
  cache_.store(make_set(name("b.test"), RrType::a, 20), Trust::answer_authoritative, at(0));
  EXPECT_EQ(cache_.snapshot(at(5)).size(), 2u);
  const auto later = cache_.snapshot(at(15));
  ASSERT_EQ(later.size(), 1u);
  EXPECT_EQ(later[0].set->owner(), name("b.test"));
  EXPECT_EQ(later[0].ttl_left, 5u);
  cache_.clear();
  EXPECT_TRUE(cache_.snapshot(at(5)).empty());
}

TEST(Trust, only_answers_are_for_clients) {
  EXPECT_FALSE(may_answer_clients(Trust::glue));
  EXPECT_FALSE(may_answer_clients(Trust::authority_nonauthoritative));
  EXPECT_FALSE(may_answer_clients(Trust::authority_authoritative));
  EXPECT_TRUE(may_answer_clients(Trust::answer_nonauthoritative));
  EXPECT_TRUE(may_answer_clients(Trust::answer_authoritative));
}

}  // namespace
}  // namespace godwit::cache
