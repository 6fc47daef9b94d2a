// Walks through tables part by part, and what operators look at and have forgotten.
#include <gtest/gtest.h>

#include <atomic>
#include <random>
#include <set>
#include <thread>

#include "cache/answer_cache.h"
#include "cache/delegation_cache.h"
#include "cache/failure_cache.h"
#include "cache/negative_cache.h"
#include "cache/packed_copies.h"
#include "cache/proven_denials.h"
#include "tests/unit/cache/support.h"

namespace godwit::cache {
namespace {

using testing::at;
using testing::make_set;
using testing::make_soa;
using testing::name;
using testing::test_hash;
using wire::RrType;

std::string numbered(int number, const std::string& zone) {
  return "n" + std::to_string(number) + "." + zone;
}

// Erases all that is meant; how many parts it took is in `parts`.
template <class Cache>
std::size_t erase_all(Cache& cache, const EraseScope& what, std::size_t* parts = nullptr) {
  TablePlace place;
  std::size_t erased = 0;
  while (cache.erase_part(place, what, erased))
    if (parts != nullptr) ++*parts;
  return erased;
}

TEST(EraseScope, covers_a_name_and_what_is_below_it_in_any_letter_case) {
  const EraseScope zone{name("example.test"), std::nullopt};
  for (const char* in : {"example.test", "EXAMPLE.Test", "a.example.test", "b.a.eXample.test"})
    EXPECT_TRUE(zone.covers(name(in).wire())) << in;
  for (const char* out : {"test", ".", "xexample.test", "example.tes", "example.test.other"})
    EXPECT_FALSE(zone.covers(name(out).wire())) << out;
  // A label that holds what looks like the end of a name.
  std::vector<std::uint8_t> label{'x'};
  const wire::Name end = name("example.test");
  label.insert(label.end(), end.wire().begin(), end.wire().end() - 1);
  EXPECT_FALSE(zone.covers(wire::Name().with_label(label).value().wire()));
  EXPECT_TRUE((EraseScope{wire::Name(), std::nullopt}).covers(name("any.test").wire()));
  const EraseScope typed{name("test"), RrType::mx};
  EXPECT_TRUE(typed.covers(name("a.test").wire(), 15));
  EXPECT_FALSE(typed.covers(name("a.test").wire(), 1));
}

class RRsetWalk : public ::testing::Test {
 protected:
  static constexpr int names = 20'000;
  void fill() {
    for (int i = 0; i < names; ++i)
      store(numbered(i, i % 2 == 0 ? "even.test" : "odd.test"), RrType::a);
  }
  void store(const std::string& owner, RrType type, std::size_t octets = 4) {
    cache_.store(make_set(name(owner), type, 300, 1, octets), Trust::answer_authoritative, at(0));
  }
  ChangeStamps changes_{test_hash(), 1 << 16};
  RRsetCache cache_{test_hash(),
                    {.octets_max = 16u << 20, .entry_octets_max = 60'000, .changes = &changes_}};
};

TEST_F(RRsetWalk, a_walk_sees_each_set_once_in_parts_of_a_page) {
  fill();
  store("large.test", RrType::txt, 20'000);
  TablePlace place;
  std::multiset<std::string> seen;
  PackedCopies copies;
  std::size_t parts = 0;
  while (
      cache_.visit_part(place, [&](std::span<const std::uint64_t> words) { copies.add(words); })) {
    EXPECT_LT(copies.size(), 200u);
    copies.for_each([&](const PackedEntry& entry) {
      const CachedRRset read = RRsetCache::read(entry, at(100));
      EXPECT_EQ(read.ttl_left, 200u);
      EXPECT_EQ(read.trust, Trust::answer_authoritative);
      const wire::Bytes owner = read.set->owner_wire();
      seen.emplace(owner.begin(), owner.end());
    });
    copies.clear();
    ++parts;
  }
  EXPECT_GT(parts, 100u);
  EXPECT_EQ(seen.size(), std::size_t{names} + 1);
  EXPECT_EQ(std::set<std::string>(seen.begin(), seen.end()).size(), seen.size());
  EXPECT_FALSE(cache_.visit_part(place, [](std::span<const std::uint64_t>) { FAIL(); }));
}

TEST_F(RRsetWalk, a_zone_goes_and_the_others_stay) {
  fill();
  store("even.test", RrType::ns);
  store("large.even.test", RrType::txt, 20'000);
  std::size_t parts = 0;
  EXPECT_EQ(erase_all(cache_, {name("EVEN.test"), std::nullopt}, &parts), names / 2u + 2);
  EXPECT_GT(parts, 100u);
  EXPECT_EQ(cache_.use().entries, names / 2u);
  for (int i = 0; i < names; ++i) {
    const auto owner = name(numbered(i, i % 2 == 0 ? "even.test" : "odd.test"));
    ASSERT_EQ(cache_.find(owner, RrType::a, at(1)).has_value(), i % 2 != 0) << i;
  }
  EXPECT_FALSE(cache_.find(name("large.even.test"), RrType::txt, at(1)));
  EXPECT_EQ(erase_all(cache_, {name("even.test"), std::nullopt}), 0u);
  fill();  // what was given back can be taken again
  EXPECT_EQ(cache_.use().entries, std::size_t{names});
}

TEST_F(RRsetWalk, one_type_of_a_zone_goes) {
  for (int i = 0; i < 100; ++i)
    for (const RrType type : {RrType::a, RrType::mx}) store(numbered(i, "zone.test"), type);
  EXPECT_EQ(erase_all(cache_, {name("zone.test"), RrType::mx}), 100u);
  EXPECT_TRUE(cache_.find(name("n7.zone.test"), RrType::a, at(1)));
  EXPECT_FALSE(cache_.find(name("n7.zone.test"), RrType::mx, at(1)));
}

TEST_F(RRsetWalk, what_was_made_of_a_set_that_goes_is_out_of_date) {
  store("a.zone.test", RrType::a);
  const ChangeMark gone = changes_.mark(name("a.zone.test"));
  const ChangeMark other = changes_.mark(name("a.other.test"));
  (void)erase_all(cache_, {name("zone.test"), std::nullopt});
  EXPECT_FALSE(changes_.is_current(gone));
  EXPECT_TRUE(changes_.is_current(other));
  (void)cache_.erase_owner(name("a.other.test"), std::nullopt);  // nothing is there
  EXPECT_FALSE(changes_.is_current(other));
}

TEST_F(RRsetWalk, a_name_is_seen_with_what_has_ended_and_is_forgotten_whole_or_by_type) {
  store("a.test", RrType::a);
  store("A.test", RrType::mx);
  store("b.a.test", RrType::a);
  const auto found = cache_.of_owner(name("a.TEST"), at(400));
  ASSERT_EQ(found.size(), 2u);
  EXPECT_EQ(found[0].ttl_left, 0u);
  EXPECT_EQ(found[0].expires, at(300));
  EXPECT_TRUE(cache_.of_owner(name("test"), at(0)).empty());
  EXPECT_EQ(cache_.erase_owner(name("a.test"), RrType::mx), 1u);
  EXPECT_EQ(cache_.of_owner(name("a.test"), at(0)).size(), 1u);
  EXPECT_EQ(cache_.erase_owner(name("a.test"), std::nullopt), 1u);
  EXPECT_TRUE(cache_.find(name("b.a.test"), RrType::a, at(0)));
}

// Readers see whole sets or none while zones are forgotten and stored anew. For ThreadSanitizer,
// too.
TEST_F(RRsetWalk, readers_go_on_while_zones_are_forgotten) {
  std::atomic<bool> over = false;
  std::atomic<std::size_t> seen = 0;
  std::vector<wire::Name> owners;
  for (int i = 0; i < 500; ++i) owners.push_back(name(numbered(i, "zone.test")));
  const auto store_all = [&] {
    for (std::size_t i = 0; i < owners.size(); ++i)
      cache_.store(make_set(owners[i], RrType::a, 300, 1 + i % 20, 16, 7),
                   Trust::answer_authoritative, at(0));
  };
  std::thread reader([&] {
    for (std::size_t i = 0; !over || seen == 0; ++i) {
      const std::size_t index = i % owners.size();
      const auto found = cache_.find(owners[index], RrType::a, at(1));
      if (!found) continue;
      ++seen;
      ASSERT_EQ(found->set->owner(), owners[index]);
      ASSERT_EQ(found->set->size(), 1 + index % 20);
    }
  });
  for (int round = 0; round < 30; ++round) {
    store_all();
    (void)erase_all(cache_, {name("zone.test"), std::nullopt});
  }
  store_all();
  over = true;
  reader.join();
  EXPECT_EQ(cache_.use().entries, owners.size());
}

TEST(NegativeWalk, denials_are_seen_and_forgotten_by_name_by_type_and_from_above) {
  ChangeStamps changes(test_hash(), 1 << 16);
  NegativeCache cache(test_hash(), {.changes = &changes});
  const auto soa = make_soa(name("test"), 600, 300);
  cache.store_nodata(name("a.test"), RrType::a, soa, at(0));
  cache.store_nodata(name("a.test"), RrType::mx, soa, at(0));
  cache.store_nxdomain(name("gone.test"), soa, at(0));
  ASSERT_EQ(cache.of_owner(name("a.test"), at(1)).size(), 2u);
  EXPECT_EQ(cache.of_owner(name("gone.test"), at(1)).front().denial.kind, NegativeKind::nxdomain);
  std::vector<NegativeCache::Kept> seen;
  for (TablePlace place; cache.visit_part(place, at(1), seen);) {
  }
  EXPECT_EQ(seen.size(), 3u);
  seen.clear();
  for (TablePlace place; cache.visit_part(place, at(300), seen);) {
  }
  EXPECT_TRUE(seen.empty());

  EXPECT_EQ(cache.erase_owner(name("a.test"), RrType::mx), 1u);
  EXPECT_TRUE(cache.find(name("a.test"), RrType::a, at(1)));
  const ChangeMark below = changes.mark(name("gone.test"));
  EXPECT_EQ(cache.erase_above(name("x.y.gone.test")), 1u);
  EXPECT_FALSE(changes.is_current(below));
  EXPECT_FALSE(cache.find(name("x.y.gone.test"), RrType::a, at(1)));
  cache.store_nxdomain(name("gone.test"), soa, at(0));
  EXPECT_EQ(cache.erase_above(name("gone.test")), 0u);
  EXPECT_EQ(cache.erase_owner(name("gone.test"), RrType::mx), 1u);
}

TEST(NegativeWalk, a_zone_goes_and_the_others_stay) {
  NegativeCache cache(test_hash(), {.octets_max = 16u << 20});
  const auto soa = make_soa(name("test"), 600, 300);
  for (int i = 0; i < 5000; ++i) {
    cache.store_nxdomain(name(numbered(i, "in.test")), soa, at(0));
    cache.store_nodata(name(numbered(i, "out.test")), RrType::a, soa, at(0));
  }
  EXPECT_EQ(erase_all(cache, {name("in.test"), std::nullopt}), 5000u);
  EXPECT_EQ(cache.use().entries, 5000u);
  EXPECT_EQ(erase_all(cache, {name("out.test"), RrType::mx}), 0u);
  EXPECT_EQ(erase_all(cache, {wire::Name(), RrType::a}), 5000u);
}

TEST(FailureWalk, failures_are_seen_while_they_hold_and_forgotten_with_their_history) {
  FailureCache cache(test_hash(), {});
  cache.store(name("a.test"), RrType::a, 3, at(0));
  cache.store(name("a.test"), RrType::mx, 4, at(0));
  cache.store(name("b.test"), RrType::a, 5, at(0));
  const auto found = cache.of_owner(name("a.test"), at(1));
  ASSERT_EQ(found.size(), 2u);
  EXPECT_EQ(found[0].failure.seconds_left, 4u);
  EXPECT_TRUE(cache.of_owner(name("a.test"), at(5)).empty());
  EXPECT_EQ(cache.erase_owner(name("a.test"), RrType::a), 1u);
  cache.store(name("a.test"), RrType::a, 3, at(5));
  EXPECT_EQ(cache.find(name("a.test"), RrType::a, at(5))->seconds_left, 5u);  // not doubled
  EXPECT_EQ(erase_all(cache, {name("a.test"), std::nullopt}), 2u);
  EXPECT_EQ(cache.use().entries, 1u);
}

TEST(DelegationWalk, a_zone_goes_with_those_below_it) {
  DelegationCache cache(test_hash(), {});
  for (const char* cut : {"test", "zone.test", "sub.zone.test", "other.test"})
    cache.store({testing::make_ns(name(cut), 3600), {}, {}}, at(0));
  EXPECT_EQ(erase_all(cache, {name("zone.test"), std::nullopt}), 2u);
  EXPECT_EQ(cache.closest(name("www.sub.zone.test"), at(1))->cut(), name("test"));
  std::size_t seen = 0;
  for (TablePlace place; cache.visit_part(place, [&](std::span<const std::uint64_t> words) {
         EXPECT_TRUE(
             DelegationCache::read(PackedEntry(words.data()))->cut().is_at_or_below(name("test")));
         ++seen;
       });) {
  }
  EXPECT_EQ(seen, 2u);
}

TEST(ProvenWalk, zones_go_however_many_sets_they_have) {
  ProvenDenials table(test_hash(), {.octets_max = 16u << 20});
  const auto fill = [&](const char* apex, int sets) {
    table.store_soa(name(apex), {make_soa(name(apex), 60, 60), at(60)}, at(0));
    for (int i = 0; i < sets; ++i) {
      const auto owner = name(numbered(i, apex));
      table.store_nsec(name(apex), {make_set(owner, RrType::nsec, 60, 1, 40), at(60)}, at(0));
    }
  };
  fill("in.test", 1000);
  fill("sub.in.test", 64);
  fill("out.test", 10);
  EXPECT_EQ(erase_all(table, {name("in.test"), std::nullopt}), 1066u);
  EXPECT_FALSE(table.closest_zone(name("a.in.test"), at(1)));
  EXPECT_TRUE(table.closest_zone(name("a.out.test"), at(1)));
  EXPECT_EQ(table.erase(name("out.test")), 11u);
  EXPECT_EQ(table.erase(name("out.test")), 0u);
  EXPECT_EQ(table.use().entries, 0u);
}

TEST(AnswerWalk, kept_answers_are_seen_while_they_would_be_found_and_forgotten_by_name) {
  ChangeStamps changes(test_hash(), 1 << 16);
  AnswerCache cache(test_hash(), 4u << 20, changes);
  const auto owner = name("a.test");
  const auto keep = [&](RrType type, AnswerVariant variant) {
    const std::vector<std::uint8_t> body{0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 1, 2, 3, 4};
    const ReadySet set{.octets = 16, .records = 1, .rotated = 0, .expires = at(60)};
    const ChangeMark mark = changes.mark(owner);
    ReadyParts parts;
    parts.answer_count = 1;
    parts.body = body;
    parts.sets = {&set, 1};
    parts.marks = {&mark, 1};
    parts.epoch = cache.epoch();
    const PackedKey key{test_hash().owner(owner.wire()), owner.wire(),
                        static_cast<std::uint16_t>(type), variant.to_octet()};
    return cache.put(key, parts, at(60), at(0));
  };
  ASSERT_TRUE(keep(RrType::a, {}));
  ASSERT_TRUE(keep(RrType::a, {.dnssec_ok = true}));
  ASSERT_TRUE(keep(RrType::mx, {.checking_disabled = true}));
  const auto found = cache.of_owner(owner, at(20));
  ASSERT_EQ(found.size(), 3u);
  EXPECT_EQ(found[0].seconds_left, 40u);
  EXPECT_TRUE(cache.of_owner(owner, at(60)).empty());
  EXPECT_EQ(cache.erase_owner(owner, RrType::a), 2u);
  ASSERT_EQ(cache.of_owner(owner, at(20)).size(), 1u);
  EXPECT_TRUE(cache.of_owner(owner, at(20))[0].variant.checking_disabled);
  changes.changed(test_hash().owner(owner.wire()));
  EXPECT_TRUE(cache.of_owner(owner, at(20)).empty());
  EXPECT_EQ(cache.erase_owner(owner, std::nullopt), 1u);
}

}  // namespace
}  // namespace godwit::cache
