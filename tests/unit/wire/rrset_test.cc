#include "wire/rrset.h"

#include <gtest/gtest.h>

#include "tests/unit/wire/wire_support.h"
#include "wire/rdata_names.h"

namespace godwit::wire {
namespace {

using test::name_octets;
using test::name_of;
using test::Random;
using test::operator+;

Octets u32_octets(std::uint32_t v) {
  Octets out(4);
  store_u32(out.data(), v);
  return out;
}

RRsetPtr set_of(std::string_view owner, RrType type, const std::vector<Octets>& records,
                std::uint32_t ttl = 300) {
  RRsetBuilder builder(name_of(owner), type);
  for (const Octets& rdata : records) builder.add(rdata, ttl);
  return builder.build();
}

TEST(RRset, holds_what_was_added_in_that_order) {
  const Octets signature = u32_octets(7) + u32_octets(8);
  RRsetBuilder builder(name_of("www.Example.com"), RrType::a, RrClass::ch);
  EXPECT_TRUE(builder.add(u32_octets(9), 300));
  EXPECT_TRUE(builder.add(u32_octets(1), 300));
  EXPECT_TRUE(builder.add_signature(signature, 300));
  const RRsetPtr set = builder.build();
  ASSERT_TRUE(set);
  EXPECT_TRUE(set->owner().is_identical(name_of("www.Example.com")));
  EXPECT_EQ(set->type(), RrType::a);
  EXPECT_EQ(set->rr_class(), RrClass::ch);
  EXPECT_EQ(set->ttl(), 300u);
  EXPECT_EQ(set->size(), 2u);
  EXPECT_EQ(set->records().size(), 2u);
  EXPECT_TRUE(std::ranges::equal(set->records().front(), u32_octets(9)));
  EXPECT_TRUE(std::ranges::equal(*std::next(set->records().begin()), u32_octets(1)));
  EXPECT_EQ(std::next(set->records().begin(), 2), set->records().end());
  EXPECT_EQ(set->signatures().size(), 1u);
  EXPECT_TRUE(std::ranges::equal(set->signatures().front(), signature));
}

TEST(RRset, is_null_when_nothing_was_added) {
  EXPECT_FALSE(RRsetBuilder(Name(), RrType::a).build());
}

TEST(RRset, may_hold_signatures_alone) {
  RRsetBuilder builder(Name(), RrType::a);
  builder.add_signature(u32_octets(1), 5);
  const RRsetPtr set = builder.build();
  ASSERT_TRUE(set);
  EXPECT_EQ(set->size(), 0u);
  EXPECT_TRUE(set->records().empty());
  EXPECT_EQ(set->records().begin(), set->records().end());
  EXPECT_EQ(set->signatures().size(), 1u);
}

TEST(RRset, records_may_be_empty) {
  RRsetBuilder builder(Name(), RrType::null);
  EXPECT_TRUE(builder.add({}, 1));
  EXPECT_FALSE(builder.add({}, 1));
  EXPECT_EQ(builder.build()->records().front().size(), 0u);
}

TEST(RRset, lives_as_long_as_somebody_refers_to_it) {
  RRsetPtr second;
  {
    const RRsetPtr first = set_of("a.example", RrType::a, {u32_octets(1)});
    second = first;
  }
  EXPECT_TRUE(std::ranges::equal(second->records().front(), u32_octets(1)));
}

TEST(RRset, charges_its_block_as_malloc_rounds) {
  for (const std::size_t rdata : {0u, 1u, 15u, 16u, 17u, 100u, 65535u}) {
    const RRsetPtr set = set_of("a.example", RrType::null, {Octets(rdata)});
    const std::size_t block = sizeof(RRset) + set->owner_wire().size() + 2 + rdata;
    EXPECT_GE(set->memory_octets(), block + 8);
    EXPECT_LT(set->memory_octets(), block + 8 + 16);
    EXPECT_EQ(set->memory_octets() % 16, 0u);
  }
}

TEST(RRsetBuilder, takes_the_lowest_ttl) {
  RRsetBuilder builder(Name(), RrType::a);
  builder.add(u32_octets(1), 300);
  builder.add(u32_octets(2), 100);
  builder.add(u32_octets(3), 200);
  EXPECT_EQ(builder.ttl(), 100u);
  builder.add(u32_octets(3), 50);
  EXPECT_EQ(builder.ttl(), 50u);
  builder.add_signature(u32_octets(3), 40);
  EXPECT_EQ(builder.build()->ttl(), 40u);
  builder.set_ttl(7);
  EXPECT_EQ(builder.build()->ttl(), 7u);
}

TEST(RRsetBuilder, ttl_with_the_top_bit_is_zero) {
  RRsetBuilder builder(Name(), RrType::a);
  builder.add(u32_octets(1), 0x7fffffff);
  EXPECT_EQ(builder.ttl(), 0x7fffffffu);
  builder.add(u32_octets(2), 0x80000000);
  EXPECT_EQ(builder.ttl(), 0u);
}

TEST(RRsetBuilder, drops_duplicates) {
  RRsetBuilder builder(Name(), RrType::a);
  for (int i = 0; i < 1000; ++i) EXPECT_EQ(builder.add(u32_octets(1), 300), i == 0);
  for (int i = 0; i < 1000; ++i) EXPECT_EQ(builder.add_signature(u32_octets(1), 300), i == 0);
  EXPECT_EQ(builder.size(), 1u);
  EXPECT_EQ(builder.signature_count(), 1u);
}

TEST(RRsetBuilder, drops_records_that_differ_in_the_case_of_a_name) {
  RRsetBuilder mx(Name(), RrType::mx);
  EXPECT_TRUE(mx.add(Octets{0, 10} + name_octets("Mail.example"), 1));
  EXPECT_FALSE(mx.add(Octets{0, 10} + name_octets("mail.EXAMPLE"), 1));
  EXPECT_TRUE(mx.add(Octets{0, 11} + name_octets("mail.example"), 1));
  RRsetBuilder txt(Name(), RrType::txt);
  EXPECT_TRUE(txt.add(Octets{1, 'a'}, 1));
  EXPECT_TRUE(txt.add(Octets{1, 'A'}, 1));
}

TEST(RRsetBuilder, finds_duplicates_among_many) {
  for (const unsigned distinct : {1u, 15u, 16u, 17u, 31u, 32u, 33u, 100u, 1000u}) {
    Random random(distinct);
    RRsetBuilder builder(Name(), RrType::a);
    std::vector<bool> seen(distinct);
    for (unsigned i = 0; i < 4 * distinct; ++i) {
      const unsigned value = random.below(distinct);
      EXPECT_EQ(builder.add(u32_octets(value * 2654435761u), 1), !seen[value]);
      seen[value] = true;
    }
    const RRsetPtr set = builder.build();
    EXPECT_EQ(set->size(), static_cast<std::size_t>(std::ranges::count(seen, true)));
    EXPECT_EQ(static_cast<std::size_t>(std::distance(set->records().begin(), set->records().end())),
              set->size());
  }
}

TEST(RRsetBuilder, takes_65535_records_and_not_one_more) {
  RRsetBuilder builder(Name(), RrType::a);
  for (std::uint32_t i = 0; i < 65535; ++i) ASSERT_TRUE(builder.add(u32_octets(i), 1));
  EXPECT_FALSE(builder.add(u32_octets(65535), 1));
  EXPECT_EQ(builder.build()->size(), 65535u);
}

TEST(RRsetBuilder, takes_rdata_of_65535_octets_and_not_one_more) {
  RRsetBuilder builder(Name(), RrType::null);
  EXPECT_TRUE(builder.add(Octets(65535), 1));
  EXPECT_FALSE(builder.add(Octets(65536), 1));
}

TEST(RRset, has_the_same_data_in_any_order_and_case) {
  const auto one = u32_octets(1);
  const auto two = u32_octets(2);
  const RRsetPtr set = set_of("a.example", RrType::a, {one, two}, 300);
  EXPECT_TRUE(set->has_same_data(*set));
  EXPECT_TRUE(set->has_same_data(*set_of("A.Example", RrType::a, {two, one}, 5)));
  EXPECT_FALSE(set->has_same_data(*set_of("a.example", RrType::a, {one})));
  EXPECT_FALSE(set->has_same_data(*set_of("a.example", RrType::a, {one, u32_octets(3)})));
  EXPECT_FALSE(set->has_same_data(*set_of("b.example", RrType::a, {one, two})));
  EXPECT_FALSE(set->has_same_data(*set_of("a.example", RrType::null, {one, two})));
  const RRsetPtr servers =
      set_of("example", RrType::ns, {name_octets("A.example"), name_octets("b.example")});
  EXPECT_TRUE(servers->has_same_data(
      *set_of("example", RrType::ns, {name_octets("B.example"), name_octets("a.EXAMPLE")})));
}

TEST(RRset, class_tells_sets_apart) {
  RRsetBuilder in(Name(), RrType::a);
  RRsetBuilder chaos(Name(), RrType::a, RrClass::ch);
  in.add(u32_octets(1), 1);
  chaos.add(u32_octets(1), 1);
  EXPECT_FALSE(in.build()->has_same_data(*chaos.build()));
}

TEST(FindNames, finds_the_names_of_each_shape) {
  const Octets www = name_octets("www.example");
  const auto ns = find_names(RrType::ns, www);
  ASSERT_EQ(ns.count, 1u);
  EXPECT_EQ(ns.names[0].begin, 0);
  EXPECT_EQ(ns.names[0].end, www.size());
  EXPECT_EQ(ns.names[0].field, RdataField::name_compressible);
  const auto soa = find_names(RrType::soa, www + name_octets("h.example") + Octets(20));
  ASSERT_EQ(soa.count, 2u);
  EXPECT_EQ(soa.names[1].begin, www.size());
  const auto srv = find_names(RrType::srv, Octets(6) + www);
  ASSERT_EQ(srv.count, 1u);
  EXPECT_EQ(srv.names[0].begin, 6);
  EXPECT_NE(srv.names[0].field, RdataField::name_compressible);
  const auto naptr = find_names(RrType::naptr, Octets{0, 1, 0, 2, 1, 'u', 0, 2, 'r', 'e'} + www);
  ASSERT_EQ(naptr.count, 1u);
  EXPECT_EQ(naptr.names[0].begin, 10);
  EXPECT_EQ(find_names(RrType::a, u32_octets(1)).count, 0u);
  EXPECT_EQ(find_names(RrType{65280}, www).count, 0u);
}

TEST(FindNames, stops_at_a_fault) {
  EXPECT_EQ(find_names(RrType::ns, {}).count, 0u);
  EXPECT_EQ(find_names(RrType::ns, Octets{3, 'a'}).count, 0u);
  EXPECT_EQ(find_names(RrType::ns, Octets{0xc0, 12}).count, 0u);
  EXPECT_EQ(find_names(RrType::ns, test::long_name(256)).count, 0u);
  EXPECT_EQ(find_names(RrType::mx, Octets{1}).count, 0u);
  EXPECT_EQ(find_names(RrType::soa, name_octets("a") + Octets{5}).count, 1u);
}

std::strong_ordering compare(RrType type, const Octets& a, const Octets& b) {
  return RdataOrder(type).compare(a, b);
}

TEST(RdataOrder, is_that_of_octets_and_length) {
  EXPECT_TRUE(compare(RrType::txt, {1, 'a'}, {1, 'a'}) == 0);
  EXPECT_TRUE(compare(RrType::txt, {1, 'A'}, {1, 'a'}) < 0);
  EXPECT_TRUE(compare(RrType::null, {1}, {1, 0}) < 0);
  EXPECT_TRUE(compare(RrType::null, {}, {0}) < 0);
  EXPECT_TRUE(RdataOrder(RrType::null).equal({}, {}));
  EXPECT_FALSE(RdataOrder(RrType::null).equal({}, Octets{0}));
}

TEST(RdataOrder, folds_the_case_of_names_and_of_nothing_else) {
  EXPECT_TRUE(compare(RrType::ns, name_octets("B.x"), name_octets("a.x")) > 0);
  EXPECT_TRUE(compare(RrType::ns, name_octets("B.x"), name_octets("b.X")) == 0);
  EXPECT_TRUE(compare(RrType::mx, Octets{'A', 'A'} + name_octets("a"),
                      Octets{'a', 'A'} + name_octets("a")) < 0);
}

TEST(RdataOrder, keeps_the_case_of_types_that_do) {
  const Octets bitmap = {0, 1, 0x40};
  EXPECT_TRUE(compare(RrType::nsec, name_octets("A") + bitmap, name_octets("a") + bitmap) < 0);
}

}  // namespace
}  // namespace godwit::wire
