// Snapshots of the caches: what comes back, what does not.
#include "tests/unit/cache/snapshot_support.h"

namespace godwit::cache::snapshots {
namespace {

TEST_F(SnapshotTest, everything_comes_back_with_what_it_is_worth) {
  fill();
  const auto loaded = load(after_, write(before_, 1000));
  EXPECT_EQ(loaded.fault, SnapshotFault::none);
  EXPECT_EQ(loaded.taken, filled);
  EXPECT_EQ(loaded.dropped, 0u);

  const auto plain = after_.rrsets.find(name("WWW.test"), RrType::a, at(10));
  ASSERT_TRUE(plain);
  EXPECT_EQ(plain->ttl_left, 300u);
  EXPECT_EQ(plain->trust, Trust::answer_authoritative);
  EXPECT_EQ(plain->security, Security::indeterminate);
  EXPECT_EQ(plain->giver, cache::testing::v4(5));
  const auto secure = after_.rrsets.find(name("sec.test"), RrType::a, at(10));
  ASSERT_TRUE(secure);
  EXPECT_EQ(secure->security, Security::secure);
  EXPECT_TRUE(secure->set->has_same_data(*make_signed(name("sec.test"), 300)));
  EXPECT_EQ(secure->set->signatures().size(), 1u);
  EXPECT_FALSE(secure->giver);
  EXPECT_EQ(after_.rrsets.find(name("ns.test"), RrType::a, at(10))->trust, Trust::glue);

  const auto delegation = after_.delegations.find(name("deleg.test"), at(10));
  ASSERT_TRUE(delegation);
  EXPECT_TRUE(delegation->ns->has_same_data(*make_delegation("deleg.test").ns));
  ASSERT_EQ(delegation->glue.size(), 2u);
  EXPECT_EQ(delegation->glue[1].address, testing::v6(2));
  EXPECT_EQ(delegation->expires, at(10 + 3600));
  EXPECT_EQ(delegation->giver, cache::testing::v4(6));

  const auto gone = after_.negatives.find(name("x.gone.test"), RrType::mx, at(10));
  ASSERT_TRUE(gone);
  EXPECT_EQ(gone->kind, NegativeKind::nxdomain);
  EXPECT_EQ(gone->evidence.security, Security::secure);
  EXPECT_EQ(gone->evidence.giver, cache::testing::v6(7));
  ASSERT_TRUE(gone->evidence.proofs);
  EXPECT_EQ(gone->evidence.proofs->size(), 2u);
  EXPECT_TRUE(after_.negatives.find(name("www.test"), RrType::aaaa, at(10)));
  EXPECT_TRUE(after_.negatives.find_no_closer_match(name("wild.test"), at(10), Security::secure));
}

TEST_F(SnapshotTest, nothing_lives_longer_for_it) {
  fill();
  const auto file = write(before_, 1100);
  EXPECT_EQ(load(after_, file, 50'000).taken, filled);
  EXPECT_EQ(after_.rrsets.find(name("www.test"), RrType::a, at(10))->ttl_left, 150u);
  EXPECT_EQ(after_.delegations.find(name("deleg.test"), at(10))->expires, at(10 + 3600 - 150));
  EXPECT_EQ(after_.negatives.find(name("gone.test"), RrType::a, at(10))->ttl_left, 150u);

  AllCaches too_late;
  EXPECT_EQ(load(too_late, file, 199'999).taken, filled);
  AllCaches far_too_late;
  const auto loaded = load(far_too_late, file, 200'000);
  EXPECT_EQ(loaded.taken, 1u);  // the delegation
  EXPECT_EQ(loaded.dropped, filled - 1);
  EXPECT_EQ(loaded.age_milliseconds, 200'000);
}

TEST_F(SnapshotTest, expired_entries_are_not_written) {
  fill();
  AllCaches none;
  EXPECT_EQ(load(none, write(before_, 1000 + 3600)).taken, 0u);
}

TEST_F(SnapshotTest, a_clock_that_was_set_back_gives_no_more_time) {
  fill();
  const auto file = write(before_, 1100);
  const std::int64_t most = snapshot_from_future_max.count();
  for (const std::int64_t back : {std::int64_t{1}, most - 1, most}) {
    AllCaches caches;
    EXPECT_EQ(load(caches, file, -back).taken, filled);
    EXPECT_EQ(caches.rrsets.find(name("www.test"), RrType::a, at(10))->ttl_left, 200u);
  }
  const auto loaded = load(after_, file, -most - 1);
  EXPECT_EQ(loaded.fault, SnapshotFault::from_future);
  EXPECT_EQ(after_.rrsets.use().entries, 0u);
}

TEST_F(SnapshotTest, is_as_old_as_the_clock_says_that_says_more) {
  fill();
  constexpr std::int64_t up = 5'000'000;
  const auto file = write(before_, 1100, {t0, {1}, {2}, up});
  struct Case {
    std::int64_t by_wall, by_uptime, age;
    bool is_certain;
  };
  for (const Case& c : {Case{50'000, 50'000, 50'000, true}, Case{50'000, 52'000, 52'000, true},
                        Case{50'000, 52'001, 52'001, false}, Case{-50'000, 20'000, 20'000, false},
                        Case{90'000, 20'000, 90'000, false}, Case{90'000, -up, 90'000, false}}) {
    AllCaches caches;
    const auto loaded = load(caches, file, c.by_wall, {0, {1}, {2}, up + c.by_uptime});
    EXPECT_EQ(loaded.age_milliseconds, c.age);
    EXPECT_EQ(loaded.is_age_certain, c.is_certain) << c.by_uptime;
    EXPECT_EQ(caches.delegations.find(name("deleg.test"), at(10))->expires,
              at(10 + 3600 - 100) - std::chrono::milliseconds(c.age));
  }
}

TEST_F(SnapshotTest, what_rests_on_several_bases_rests_on_none) {
  fill();
  const auto loaded = load(after_, write(before_, 1000, {t0, {}, {2}, 0}), 0, {0, {}, {2}, 0});
  EXPECT_EQ(loaded.fault, SnapshotFault::none);
  EXPECT_FALSE(loaded.is_trusted);
  EXPECT_EQ(load(after_, write(before_, 1000, {t0, {1}, {}, 0}), 0, {0, {1}, {}, 0}).fault,
            SnapshotFault::other_sources);
}

TEST_F(SnapshotTest, limits_that_are_lower_now_hold) {
  fill();
  AllCaches lower({.max = 100, .negative_max = 40});
  EXPECT_EQ(load(lower, write(before_, 1000)).taken, filled);
  EXPECT_EQ(lower.rrsets.find(name("www.test"), RrType::a, at(10))->ttl_left, 100u);
  EXPECT_EQ(lower.delegations.find(name("deleg.test"), at(10))->expires, at(110));
  EXPECT_EQ(lower.negatives.find(name("gone.test"), RrType::a, at(10))->ttl_left, 40u);
}

TEST_F(SnapshotTest, what_is_fresh_stays) {
  fill();
  const auto fresh = make_set(name("www.test"), RrType::a, 60, 1, 4, 99);
  after_.rrsets.store(fresh, Trust::answer_nonauthoritative, at(10));
  after_.negatives.store_nxdomain(name("gone.test"), make_soa(name("test"), 20, 20), at(10));
  const auto loaded = load(after_, write(before_, 1000));
  EXPECT_EQ(loaded.taken, filled - 2);
  EXPECT_EQ(loaded.dropped, 2u);
  EXPECT_TRUE(after_.rrsets.find(name("www.test"), RrType::a, at(10))->set->has_same_data(*fresh));
  EXPECT_EQ(after_.negatives.find(name("gone.test"), RrType::a, at(10))->ttl_left, 20u);
}

TEST_F(SnapshotTest, with_other_anchors_nothing_counts_as_validated) {
  fill();
  const auto loaded = load(after_, write(before_, 1000), 0, {0, {7}, {2}, 0});
  EXPECT_FALSE(loaded.is_trusted);
  EXPECT_EQ(loaded.taken, filled);
  EXPECT_EQ(after_.rrsets.find(name("sec.test"), RrType::a, at(10))->security,
            Security::indeterminate);
  EXPECT_EQ(after_.negatives.find(name("gone.test"), RrType::a, at(10))->evidence.security,
            Security::indeterminate);
}

TEST_F(SnapshotTest, with_other_sources_nothing_is_taken) {
  fill();
  const auto loaded = load(after_, write(before_, 1000), 0, {0, {1}, {7}, 0});
  EXPECT_EQ(loaded.fault, SnapshotFault::other_sources);
  EXPECT_EQ(loaded.taken + loaded.dropped, 0u);
}

TEST_F(SnapshotTest, bogus_data_do_not_come_back) {
  before_.rrsets.store(make_set(name("bad.test"), RrType::a, 300),
                       {Trust::answer_authoritative, Security::bogus}, at(1000));
  const auto loaded = load(after_, write(before_, 1000));
  EXPECT_EQ(loaded.fault, SnapshotFault::none);
  EXPECT_EQ(loaded.taken, 0u);
}

TEST_F(SnapshotTest, comes_in_blocks_what_is_asked_for_first) {
  constexpr std::uint32_t count = 5'000;
  const auto number = [](std::uint32_t i) { return name("n" + std::to_string(i) + ".test"); };
  for (std::uint32_t i = 0; i < count; ++i)
    before_.rrsets.store(make_set(number(i), RrType::txt, 300, 1, 4), Trust::glue, at(1000));
  for (std::uint32_t i = 0; i < count; i += 100)
    EXPECT_TRUE(before_.rrsets.find(number(i), RrType::txt, at(1000)));
  std::vector<std::uint8_t> file;
  std::size_t first_block = 0;
  const auto written =
      write_snapshot(before_.all, {t0, {1}, {2}}, at(1000), no_limit, [&](wire::Bytes octets) {
        EXPECT_LE(octets.size(), snapshot_block_octets + 1024);
        file.insert(file.end(), octets.begin(), octets.end());
        if (file.size() > snapshot_head_octets + 28 && first_block == 0) first_block = file.size();
        return true;
      });
  EXPECT_EQ(written.entries, count);
  EXPECT_EQ(load(after_, wire::Bytes(file).first(first_block)).fault, SnapshotFault::cut_short);
  for (std::uint32_t i = 0; i < count; i += 100)
    EXPECT_TRUE(after_.rrsets.find(number(i), RrType::txt, at(10))) << i;
}

TEST_F(SnapshotTest, is_no_larger_than_it_may_be) {
  for (std::uint32_t i = 0; i < 5'000; ++i)
    before_.rrsets.store(make_set(name("n" + std::to_string(i) + ".test"), RrType::a, 300),
                         Trust::glue, at(1000));
  const auto file = write(before_, 1000, {t0, {1}, {2}}, 100'000);
  EXPECT_LE(file.size(), 100'000u + snapshot_block_octets);
  const auto loaded = load(after_, file);
  EXPECT_EQ(loaded.fault, SnapshotFault::none);
  EXPECT_GT(loaded.taken, 1'000u);
}

TEST_F(SnapshotTest, ends_when_no_more_can_be_taken) {
  fill();
  int times = 0;
  const auto written = write_snapshot(before_.all, {}, at(1000), no_limit,
                                      [&times](wire::Bytes) { return ++times < 2; });
  EXPECT_FALSE(written.whole);
  EXPECT_EQ(times, 2);
}

}  // namespace
}  // namespace godwit::cache::snapshots
