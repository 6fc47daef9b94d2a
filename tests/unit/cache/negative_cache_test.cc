#include "cache/negative_cache.h"

#include <gtest/gtest.h>

#include <random>

#include "tests/unit/cache/support.h"

namespace godwit::cache {
namespace {

using testing::at;
using testing::make_soa;
using testing::name;
using wire::RrType;

class NegativeCacheTest : public ::testing::Test {
 protected:
  NegativeCache cache_{testing::test_hash(), {}};
  wire::RRsetPtr soa_ = make_soa(name("test"), 600, 300);
};

TEST_F(NegativeCacheTest, nodata_denies_one_type_of_one_name) {
  cache_.store_nodata(name("a.test"), RrType::aaaa, soa_, at(0));
  const auto found = cache_.find(name("A.test"), RrType::aaaa, at(100));
  ASSERT_TRUE(found);
  EXPECT_EQ(found->kind, NegativeKind::nodata);
  EXPECT_EQ(found->owner, name("a.test"));
  EXPECT_EQ(found->soa, soa_);
  EXPECT_EQ(found->ttl_left, 200u);
  EXPECT_FALSE(cache_.find(name("a.test"), RrType::a, at(100)));
  EXPECT_FALSE(cache_.find(name("b.a.test"), RrType::aaaa, at(100)));
  EXPECT_FALSE(cache_.find(name("a.test"), RrType::aaaa, at(300)));
}

TEST_F(NegativeCacheTest, nxdomain_denies_every_type_and_all_below) {
  cache_.store_nxdomain(name("gone.test"), soa_, at(0));
  for (const char* text : {"gone.test", "www.gone.test", "a.b.c.GONE.test"}) {
    const auto found = cache_.find(name(text), RrType::mx, at(1));
    ASSERT_TRUE(found) << text;
    EXPECT_EQ(found->kind, NegativeKind::nxdomain);
    EXPECT_EQ(found->owner, name("gone.test"));
  }
  EXPECT_FALSE(cache_.find(name("test"), RrType::mx, at(1)));
  EXPECT_FALSE(cache_.find(name("notgone.test"), RrType::mx, at(1)));
  EXPECT_FALSE(cache_.find(name("www.gone.test"), RrType::mx, at(300)));
}

TEST_F(NegativeCacheTest, nxdomain_from_above_does_not_shadow_a_configured_zone) {
  cache_.store_nxdomain(name("corp.test"), soa_, at(0));
  cache_.store_nxdomain(name("no.corp.test"), soa_, at(0));
  EXPECT_TRUE(cache_.find(name("x.corp.test"), RrType::a, at(1), DenialWanted{1}));
  EXPECT_FALSE(cache_.find(name("x.corp.test"), RrType::a, at(1), DenialWanted{2}));
  EXPECT_FALSE(cache_.find(name("corp.test"), RrType::a, at(1), DenialWanted{2}));
  EXPECT_TRUE(cache_.find(name("no.corp.test"), RrType::a, at(1), DenialWanted{2}));
  EXPECT_TRUE(cache_.find(name("x.no.corp.test"), RrType::a, at(1), DenialWanted{2}));
  cache_.store_nodata(name("corp.test"), RrType::a, soa_, at(0));
  EXPECT_TRUE(cache_.find(name("corp.test"), RrType::a, at(1), DenialWanted{2}));
}

TEST_F(NegativeCacheTest, the_latest_word_counts) {
  cache_.store_nodata(name("a.test"), RrType::a, soa_, at(0));
  cache_.store_nodata(name("a.test"), RrType::mx, soa_, at(0));
  cache_.store_nxdomain(name("a.test"), soa_, at(1));
  EXPECT_EQ(cache_.use().entries, 1u);
  EXPECT_EQ(cache_.find(name("a.test"), RrType::a, at(1))->kind, NegativeKind::nxdomain);
  cache_.store_nodata(name("a.test"), RrType::mx, soa_, at(2));
  EXPECT_EQ(cache_.find(name("a.test"), RrType::mx, at(2))->kind, NegativeKind::nodata);
  EXPECT_FALSE(cache_.find(name("a.test"), RrType::a, at(2)));
}

TEST_F(NegativeCacheTest, ttl_is_that_of_the_soa_clamped) {
  const auto left = [&](std::uint32_t ttl, std::uint32_t minimum) {
    cache_.store_nodata(name("t.test"), RrType::a, make_soa(name("test"), ttl, minimum), at(0));
    const auto found = cache_.find(name("t.test"), RrType::a, at(0));
    return found ? found->ttl_left : 0;
  };
  EXPECT_EQ(left(100, 200), 100u);
  EXPECT_EQ(left(200, 100), 100u);
  EXPECT_EQ(left(3600, 3600), 3600u);
  EXPECT_EQ(left(86400, 86400), 3600u);
  EXPECT_EQ(left(0, 86400), 0u);
}

TEST_F(NegativeCacheTest, nothing_is_remembered_without_an_soa) {
  cache_.store_nxdomain(name("a.test"), nullptr, at(0));
  cache_.store_nodata(name("a.test"), RrType::a, testing::make_ns(name("test"), 60), at(0));
  EXPECT_EQ(cache_.use().entries, 0u);
}

TEST_F(NegativeCacheTest, erase_ends_what_denies_that_type) {
  cache_.store_nodata(name("a.test"), RrType::a, soa_, at(0));
  cache_.store_nodata(name("a.test"), RrType::mx, soa_, at(0));
  cache_.erase(name("a.test"), RrType::a);
  EXPECT_FALSE(cache_.find(name("a.test"), RrType::a, at(0)));
  EXPECT_TRUE(cache_.find(name("a.test"), RrType::mx, at(0)));
  cache_.store_nxdomain(name("b.test"), soa_, at(0));
  cache_.erase(name("b.test"), RrType::a);
  EXPECT_FALSE(cache_.find(name("b.test"), RrType::mx, at(0)));
}

TEST_F(NegativeCacheTest, types_of_one_name_are_bounded) {
  for (unsigned type = 1; type < 5000; ++type)
    cache_.store_nodata(name("a.test"), static_cast<RrType>(type), soa_, at(0));
  EXPECT_EQ(cache_.use().entries, 64u);
}

TEST(NegativeCache, stays_within_its_octets) {
  NegativeCache cache(testing::test_hash(), {.octets_max = 256 << 10});
  for (int i = 0; i < 10'000; ++i) {
    cache.store_nxdomain(name("x" + std::to_string(i) + ".test"), make_soa(name("test"), 600, 300),
                         at(i * 0.001));
    ASSERT_LE(cache.use().octets, std::size_t{256} << 10);
  }
  EXPECT_GT(cache.use().entries, 1000u);
  EXPECT_EQ(cache.snapshot(at(10)).size(), cache.use().entries);
  cache.clear();
  EXPECT_EQ(cache.use().entries, 0u);
}

TEST(NegativeCache, an_entry_over_its_limit_is_not_kept) {
  const auto soa = make_soa(name("test"), 600, 300);
  const std::size_t octets = soa->memory_octets() + 32;  // and the name
  for (const auto& [limit, kept] :
       {std::pair{octets - 1, 0u}, std::pair{octets, 1u}, std::pair{octets + 1, 1u}}) {
    NegativeCache cache(testing::test_hash(), {.entry_octets_max = limit});
    cache.store_nxdomain(name("a.test"), soa, at(0));
    EXPECT_EQ(cache.use().entries, kept);
  }
}

TEST_F(NegativeCacheTest, worse_evidence_does_not_replace_what_is_fresh) {
  const Evidence secure{Security::secure, nullptr};
  cache_.store_nodata(name("a.test"), RrType::a, soa_, at(0), secure);
  cache_.store_nxdomain(name("a.test"), soa_, at(1));
  const auto found = cache_.find(name("a.test"), RrType::a, at(2));
  ASSERT_TRUE(found);
  EXPECT_EQ(found->kind, NegativeKind::nodata);
  EXPECT_EQ(found->evidence.security, Security::secure);
  cache_.store_nxdomain(name("a.test"), soa_, at(300));
  EXPECT_EQ(cache_.find(name("a.test"), RrType::a, at(301))->kind, NegativeKind::nxdomain);
}

TEST_F(NegativeCacheTest, gives_what_is_as_good_as_wanted_alone) {
  cache_.store_nxdomain(name("gone.test"), soa_, at(0), {Security::insecure, nullptr});
  const DenialWanted insecure{.above_labels = 0, .least = Security::insecure};
  const DenialWanted secure{.above_labels = 0, .least = Security::secure};
  for (const char* text : {"gone.test", "a.gone.test"}) {
    EXPECT_TRUE(cache_.find(name(text), RrType::a, at(1), insecure));
    EXPECT_FALSE(cache_.find(name(text), RrType::a, at(1), secure));
  }
}

TEST_F(NegativeCacheTest, proofs_are_kept_with_what_they_prove_and_end_it) {
  const auto proof = testing::make_set(name("a.test"), RrType::nsec, 60);
  const auto proofs = std::make_shared<const std::vector<wire::RRsetPtr>>(1, proof);
  cache_.store_nxdomain(name("b.test"), soa_, at(0), {Security::secure, proofs});
  const auto found = cache_.find(name("b.test"), RrType::a, at(1));
  ASSERT_TRUE(found);
  EXPECT_EQ(found->evidence.proofs, proofs);
  EXPECT_EQ(found->ttl_left, 59u);
}

TEST_F(NegativeCacheTest, nothing_nearer_than_a_wildcard_denies_no_type) {
  const auto proof = testing::make_set(name("a.test"), RrType::nsec, 60);
  const auto proofs = std::make_shared<const std::vector<wire::RRsetPtr>>(1, proof);
  cache_.store_no_closer_match(name("w.test"), at(0), {Security::secure, nullptr});
  EXPECT_FALSE(cache_.find_no_closer_match(name("w.test"), at(1), Security::bogus));
  cache_.store_no_closer_match(name("w.test"), at(0), {Security::secure, proofs});
  EXPECT_TRUE(cache_.find_no_closer_match(name("W.test"), at(59), Security::secure));
  EXPECT_FALSE(cache_.find_no_closer_match(name("w.test"), at(60), Security::secure));
  EXPECT_FALSE(cache_.find(name("w.test"), RrType::none, at(1)));
  EXPECT_FALSE(cache_.find(name("w.test"), RrType::a, at(1)));
  cache_.store_nodata(name("w.test"), RrType::mx, soa_, at(1));
  EXPECT_TRUE(cache_.find_no_closer_match(name("w.test"), at(2), Security::secure));
  cache_.store_nxdomain(name("w.test"), soa_, at(2), {Security::secure, nullptr});
  EXPECT_FALSE(cache_.find_no_closer_match(name("w.test"), at(3), Security::secure));
}

TEST(NegativeCache, keeps_what_has_ended_and_tells_when_it_was_learnt) {
  const NegativeCacheOptions options{.ttl = {.negative_max = 200},
                                     .keep_expired = std::chrono::seconds(500)};
  NegativeCache cache(testing::test_hash(), options);
  cache.store_nxdomain(name("gone.test"), make_soa(name("test"), 600, 300), at(50));
  for (int i = 0; i < 1000; ++i)
    cache.store_nxdomain(name(std::to_string(i) + ".test"), make_soa(name("test"), 600, 300),
                         at(700));
  EXPECT_FALSE(cache.find(name("gone.test"), RrType::a, at(250)));
  const auto found = cache.find(name("gone.test"), RrType::a, at(700 - 500));
  ASSERT_TRUE(found);
  EXPECT_EQ(found->expires, at(250));
  EXPECT_EQ(learnt_at(*found, options.ttl), at(50));
}

}  // namespace
}  // namespace godwit::cache
