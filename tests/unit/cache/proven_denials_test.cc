#include "cache/proven_denials.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "cache/canonical_key.h"
#include "tests/unit/cache/support.h"

namespace godwit::cache {
namespace {

using testing::at;
using testing::make_set;
using testing::name;
using wire::Name;
using wire::RRsetPtr;
using wire::RrType;

RRsetPtr nsec(std::string_view owner, std::size_t octets = 40) {
  return make_set(name(owner), RrType::nsec, 60, 1, octets);
}

OwnerHash hash(int first) {
  OwnerHash octets{};
  octets[0] = static_cast<std::uint8_t>(first);
  return octets;
}

// NSEC3 of so many iterations.
RRsetPtr nsec3(std::uint8_t iterations = 0, std::string_view owner = "h.example") {
  const std::vector<std::uint8_t> rdata{1, 0, 0, iterations, 1, 0xaa, 1, 0};
  wire::RRsetBuilder builder(name(owner), RrType::nsec3);
  builder.add(rdata, 60);
  return builder.build();
}

struct ProvenDenialsTest : ::testing::Test {
  ProvenDenials table{testing::test_hash(), {.octets_max = 1u << 20}};
  Name zone = name("example");
  RRsetPtr soa = testing::make_soa(zone, 60, 60);

  // The owner found, as text of its first label; "-": none.
  std::string found(std::string_view asked, double when = 1) {
    const auto proven = table.nsec_at_or_before(zone, name(asked), at(when));
    if (!proven) return "-";
    const Name owner = proven->set->owner();
    const wire::Bytes label = owner.label(0);
    return {label.begin(), label.end()};
  }
};

std::vector<std::uint8_t> key_of(const Name& of) {
  const CanonicalKey key(of);
  return {key.octets().begin(), key.octets().end()};
}

TEST(CanonicalKey, orders_names_as_rfc_4034_does) {
  std::vector<Name> names;
  for (const std::string_view text : {"example", "a.example", "yljkjljk.a.example", "Z.a.example",
                                      "zABC.a.EXAMPLE", "z.example", "*.z.example"})
    names.push_back(name(text));
  std::mt19937 random(1);
  // Every octet value counts, also those with which labels end.
  for (int i = 0; i < 400; ++i) {
    Name made = random() % 2 ? name("example") : Name();
    for (unsigned labels = random() % 4; labels != 0; --labels) {
      std::vector<std::uint8_t> label(1 + random() % 3);
      for (auto& c : label) c = static_cast<std::uint8_t>(random() % 3 ? random() % 4 : random());
      made = made.with_label(label).value();
    }
    names.push_back(made);
  }
  for (const Name& a : names)
    for (const Name& b : names) EXPECT_EQ(key_of(a) < key_of(b), a < b);
}

TEST(CanonicalKey, holds_the_longest_name) {
  Name longest;
  for (const std::size_t octets : {61u, 63u, 63u, 63u})
    longest = longest.with_label(std::vector<std::uint8_t>(octets, 0)).value();
  EXPECT_EQ(longest.size(), wire::name_octets_max);
  EXPECT_EQ(CanonicalKey(longest).octets().size(), 2u * 250 + 4);
  Name deepest;
  while (const auto deeper = deepest.with_label(std::vector<std::uint8_t>(1, 1))) deepest = *deeper;
  EXPECT_EQ(CanonicalKey(deepest).octets().size(), 3u * 127);
  EXPECT_EQ(CanonicalKey(deepest, 127).octets().size(), 0u);
  EXPECT_EQ(CanonicalKey(deepest, 128).octets().size(), 0u);
}

TEST_F(ProvenDenialsTest, finds_the_set_at_or_before_a_name) {
  for (const std::string_view owner : {"example", "b.example", "D.example", "x.d.example"})
    table.store_nsec(zone, {nsec(owner), at(60)}, at(0));
  EXPECT_EQ(found("example"), "example");
  EXPECT_EQ(found("a.example"), "example");
  EXPECT_EQ(found("b.example"), "b");
  EXPECT_EQ(found("B.EXAMPLE"), "b");
  EXPECT_EQ(found("a.b.example"), "b");
  EXPECT_EQ(found("c.example"), "b");
  EXPECT_EQ(found("d.example"), "D");
  EXPECT_EQ(found("y.d.example"), "x");
  EXPECT_EQ(found("z.example"), "x");
}

TEST_F(ProvenDenialsTest, finds_nothing_before_the_first) {
  EXPECT_EQ(found("a.example"), "-");
  table.store_nsec(zone, {nsec("b.example"), at(60)}, at(0));
  EXPECT_EQ(found("a.example"), "-");
  EXPECT_EQ(found("b.example"), "b");
}

TEST_F(ProvenDenialsTest, finds_the_hash_at_or_before_over_the_end) {
  const auto first = nsec3(), second = nsec3();
  EXPECT_FALSE(table.nsec3_at_or_before(zone, hash(1), at(0)));
  table.store_nsec3(zone, hash(10), {first, at(60)}, at(0));
  table.store_nsec3(zone, hash(20), {second, at(60)}, at(0));
  const auto set = [&](int of) { return table.nsec3_at_or_before(zone, hash(of), at(1))->set; };
  EXPECT_EQ(set(10), first);
  EXPECT_EQ(set(15), first);
  EXPECT_EQ(set(20), second);
  EXPECT_EQ(set(255), second);
  EXPECT_EQ(set(9), second);
}

TEST_F(ProvenDenialsTest, a_set_takes_the_place_of_the_one_with_its_owner) {
  const auto old = nsec("b.example"), young = nsec("B.example");
  table.store_nsec(zone, {old, at(60)}, at(0));
  const CacheUse before = table.use();
  table.store_nsec(zone, {young, at(90)}, at(0));
  EXPECT_EQ(table.nsec_at_or_before(zone, name("c.example"), at(70))->set, young);
  EXPECT_EQ(table.use().octets, before.octets);
  EXPECT_EQ(table.use().entries, 1u);
  EXPECT_EQ(table.use().evictions, 0u);
}

TEST_F(ProvenDenialsTest, tells_who_gave_a_set) {
  const Giver one = wire::IpAddress::parse("192.0.2.1");
  const Giver other = wire::IpAddress::parse("2001:db8::2");
  table.store_soa(zone, {soa, at(60), one}, at(0));
  table.store_nsec(zone, {nsec("b.example"), at(60), other}, at(0));
  table.store_nsec3(zone, hash(10), {nsec3(), at(60)}, at(0));
  EXPECT_EQ(table.closest_zone(zone, at(1)).value().soa.giver, one);
  EXPECT_EQ(table.nsec_at_or_before(zone, name("c.example"), at(1)).value().giver, other);
  EXPECT_EQ(table.nsec3_at_or_before(zone, hash(10), at(1)).value().giver, Giver());
}

TEST_F(ProvenDenialsTest, sets_are_found_until_they_expire) {
  table.store_nsec(zone, {nsec("b.example"), at(60)}, at(0));
  EXPECT_EQ(found("c.example", 59.9), "b");
  EXPECT_EQ(found("c.example", 60), "-");
  // It is gone then, and so is its zone.
  EXPECT_EQ(table.use().entries, 0u);
  table.store_nsec(zone, {nsec("b.example"), at(60)}, at(60));
  EXPECT_EQ(table.use().entries, 0u);
}

TEST_F(ProvenDenialsTest, the_closest_zone_is_the_one_with_a_fresh_soa) {
  const Name sub = name("sub.example");
  EXPECT_FALSE(table.closest_zone(name("a.sub.example"), at(0)));
  table.store_soa(zone, {soa, at(60)}, at(0));
  table.store_soa(sub, {testing::make_soa(sub, 60, 60), at(30)}, at(0));
  table.store_nsec(name("a.sub.example"), {nsec("a.sub.example"), at(60)}, at(0));
  EXPECT_EQ(table.closest_zone(name("b.a.sub.example"), at(1))->apex, sub);
  EXPECT_EQ(table.closest_zone(name("SUB.example"), at(1))->apex, sub);
  EXPECT_EQ(table.closest_zone(name("b.example"), at(1))->apex, zone);
  EXPECT_EQ(table.closest_zone(name("b.a.sub.example"), at(30))->apex, zone);
  EXPECT_FALSE(table.closest_zone(name("test"), at(1)));
  EXPECT_FALSE(table.closest_zone(name("example"), at(60)));
}

TEST_F(ProvenDenialsTest, a_zone_tells_what_it_has) {
  table.store_soa(zone, {soa, at(60)}, at(0));
  auto known = table.closest_zone(zone, at(1));
  EXPECT_EQ(known->soa.set, soa);
  EXPECT_EQ(known->soa.expires, at(60));
  EXPECT_FALSE(known->has_nsec || known->nsec3);
  table.store_nsec(zone, {nsec("b.example"), at(60)}, at(0));
  const auto hashed = nsec3();
  table.store_nsec3(zone, hash(1), {hashed, at(60)}, at(0));
  known = table.closest_zone(zone, at(1));
  EXPECT_TRUE(known->has_nsec);
  EXPECT_EQ(known->nsec3, hashed);
}

TEST_F(ProvenDenialsTest, zones_are_kept_apart) {
  const Name sub = name("sub.example");
  table.store_nsec(sub, {nsec("b.sub.example"), at(60)}, at(0));
  EXPECT_EQ(found("c.sub.example"), "-");
  EXPECT_TRUE(table.nsec_at_or_before(sub, name("c.sub.example"), at(1)));
}

TEST_F(ProvenDenialsTest, hashes_with_other_parameters_take_the_place_of_those_before) {
  table.store_soa(zone, {soa, at(60)}, at(0));
  for (int i = 0; i < 100; ++i) table.store_nsec3(zone, hash(i), {nsec3(0), at(60)}, at(0));
  // Some go with each call; the new one is kept when all are gone.
  const auto young = nsec3(1);
  table.store_nsec3(zone, hash(7), {young, at(60)}, at(0));
  EXPECT_NE(table.closest_zone(zone, at(1))->nsec3, young);
  EXPECT_LT(table.use().entries, 100u);
  table.store_nsec3(zone, hash(7), {young, at(60)}, at(0));
  EXPECT_EQ(table.closest_zone(zone, at(1))->nsec3, young);
  EXPECT_EQ(table.use().entries, 2u);
}

TEST_F(ProvenDenialsTest, hashes_with_other_parameters_may_be_all_that_a_zone_has) {
  table.store_nsec3(zone, hash(1), {nsec3(0), at(60)}, at(0));
  const auto young = nsec3(1);
  table.store_nsec3(zone, hash(2), {young, at(60)}, at(0));
  EXPECT_EQ(table.nsec3_at_or_before(zone, hash(1), at(1))->set, young);
  EXPECT_EQ(table.use().entries, 1u);
}

TEST_F(ProvenDenialsTest, a_zone_keeps_no_more_sets_than_its_limit_and_loses_the_oldest) {
  ProvenDenials small(testing::test_hash(), {.octets_max = 1u << 20, .sets_per_zone_max = 3});
  small.store_soa(zone, {soa, at(60)}, at(0));
  for (const std::string_view owner : {"a.example", "b.example", "c.example"})
    small.store_nsec(zone, {nsec(owner), at(60)}, at(0));
  EXPECT_EQ(small.use().entries, 4u);
  EXPECT_EQ(small.use().evictions, 0u);
  small.store_nsec(zone, {nsec("d.example"), at(60)}, at(0));
  EXPECT_EQ(small.use().entries, 4u);
  EXPECT_EQ(small.use().evictions, 1u);
  EXPECT_FALSE(small.nsec_at_or_before(zone, name("a.example"), at(1)));
  EXPECT_TRUE(small.closest_zone(zone, at(1)));
  ProvenDenials none(testing::test_hash(), {.octets_max = 1u << 20, .sets_per_zone_max = 0});
  none.store_nsec(zone, {nsec("a.example"), at(60)}, at(0));
  EXPECT_EQ(none.use().entries, 0u);
}

TEST_F(ProvenDenialsTest, D11_never_takes_more_than_its_limit) {
  constexpr std::size_t limit = 64 << 10;
  ProvenDenials small(testing::test_hash(), {.octets_max = limit});
  for (int i = 0; i < 2000; ++i) {
    const Name apex = name("zone" + std::to_string(i % 300) + ".test");
    small.store_nsec(
        apex,
        {make_set(name("n" + std::to_string(i) + ".zone" + std::to_string(i % 300) + ".test"),
                  RrType::nsec, 60, 1, 20 + static_cast<std::size_t>(i) % 300),
         at(i + 600)},
        at(i));
    ASSERT_LE(small.use().octets, limit);
  }
  EXPECT_GT(small.use().octets, limit - 2048);
  EXPECT_GT(small.use().evictions, 0u);
}

TEST_F(ProvenDenialsTest, D11_all_that_was_charged_is_given_back) {
  const std::size_t empty = table.use().octets;
  for (int i = 0; i < 100; ++i) {
    const std::string apex = "zone" + std::to_string(i) + ".test";
    table.store_soa(name(apex), {testing::make_soa(name(apex), 60, 60), at(60)}, at(0));
    table.store_nsec(name(apex), {nsec("a." + apex), at(60)}, at(0));
    table.store_nsec3(name(apex), hash(i), {nsec3(), at(60)}, at(0));
  }
  EXPECT_EQ(table.use().entries, 300u);
  for (int i = 0; i < 100; ++i) table.erase(name("zone" + std::to_string(i) + ".test"));
  EXPECT_EQ(table.use().octets, empty);
  EXPECT_EQ(table.use().entries, 0u);
  table.store_nsec(zone, {nsec("b.example"), at(60)}, at(0));
  table.clear();
  EXPECT_EQ(table.use().octets, empty);
  EXPECT_EQ(found("b.example"), "-");
}

TEST_F(ProvenDenialsTest, D11_what_has_expired_makes_room_first) {
  for (int i = 0; i < 3; ++i)
    table.store_nsec(zone, {nsec("n" + std::to_string(i) + ".example"), at(10)}, at(0));
  table.store_nsec(name("test"), {nsec("a.test"), at(60)}, at(20));
  EXPECT_EQ(table.use().entries, 1u);
  EXPECT_EQ(table.use().evictions, 0u);
}

TEST_F(ProvenDenialsTest, D11_what_has_expired_is_not_evicted) {
  ProvenDenials small(testing::test_hash(), {.octets_max = 12 << 10});
  const auto store = [&](int i, std::size_t octets, Time expires, Time now) {
    small.store_nsec(zone, {nsec("n" + std::to_string(i) + ".example", octets), expires}, now);
  };
  for (int i = 0; i < 20; ++i) store(i, 40, at(10), at(0));
  EXPECT_EQ(small.use().entries, 20u);
  store(20, 9000, at(60), at(20));
  EXPECT_LT(small.use().entries, 17u);  // more than are looked for at each store
  EXPECT_EQ(small.use().evictions, 0u);
  store(21, 9000, at(60), at(20));
  EXPECT_EQ(small.use().evictions, 1u);
}

TEST_F(ProvenDenialsTest, D11_sets_over_the_limit_of_an_entry_or_of_the_table_are_not_kept) {
  const ProvenDenialsOptions options{.octets_max = 1u << 20, .entry_octets_max = 1024};
  ProvenDenials small(testing::test_hash(), options);
  small.store_nsec(zone, {nsec("b.example", 2000), at(60)}, at(0));
  EXPECT_EQ(small.use().entries, 0u);
  small.store_nsec(zone, {nsec("b.example", 200), at(60)}, at(0));
  EXPECT_EQ(small.use().entries, 1u);
  ProvenDenials none(testing::test_hash(), {.octets_max = 0});
  none.store_nsec(zone, {nsec("b.example"), at(60)}, at(0));
  EXPECT_EQ(none.use().entries, 0u);
}

TEST_F(ProvenDenialsTest, D12_a_flood_of_zones_leaves_what_is_used) {
  ProvenDenials small(testing::test_hash(), {.octets_max = 128 << 10});
  small.store_soa(zone, {soa, at(6000)}, at(0));
  for (const std::string_view owner : {"a.example", "b.example", "c.example"})
    small.store_nsec(zone, {nsec(owner), at(6000)}, at(0));
  ASSERT_TRUE(small.nsec_at_or_before(zone, name("c.example"), at(1)));
  for (int i = 0; i < 3000; ++i) {
    const std::string apex = "zone" + std::to_string(i) + ".test";
    small.store_nsec(name(apex), {nsec("a." + apex), at(6000)}, at(0));
    if (i % 50 != 0) continue;
    ASSERT_TRUE(small.closest_zone(zone, at(1))) << i;
    ASSERT_TRUE(small.nsec_at_or_before(zone, name("a.example"), at(1))) << i;
  }
  // Nobody asked for the second, and only once for the third.
  EXPECT_GT(small.use().evictions, 0u);
  const auto proven = small.nsec_at_or_before(zone, name("c.example"), at(1));
  EXPECT_EQ(proven->set->owner(), name("a.example"));
}

}  // namespace
}  // namespace godwit::cache
