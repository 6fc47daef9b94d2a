// Why there is no entry: as tables and the caches on them tell it.
#include <gtest/gtest.h>

#include "cache/negative_cache.h"
#include "cache/packed_table.h"
#include "cache/rrset_cache.h"
#include "tests/unit/cache/support.h"

namespace godwit::cache {
namespace {

using testing::at;
using testing::name;
using testing::test_hash;

PackedKey packed_key_of(const wire::Name& owner, std::uint16_t type = 1) {
  return {test_hash().owner(owner.wire()), owner.wire(), type, 0};
}

TEST(Absence, of_what_ended_went_for_want_of_room_or_never_was) {
  PackedTable table(test_hash(), {.octets_max = 1 << 20});
  const std::vector<std::uint8_t> payload(100);
  const wire::Name brief = name("brief.example");
  ASSERT_TRUE(table.put(packed_key_of(brief), {at(5), 3, payload}, at(0)));
  EXPECT_EQ(table.absence(packed_key_of(brief), at(5)), Absence::expired);
  EXPECT_EQ(table.absence(packed_key_of(brief, 28), at(5)), Absence::unknown);
  constexpr int names = 20'000;
  for (int i = 0; i < names; ++i) {
    const wire::Name owner = name("n" + std::to_string(i) + ".example");
    ASSERT_TRUE(table.put(packed_key_of(owner), {at(1'000), 3, payload}, at(6)));
  }
  const std::uint64_t evictions = table.use().evictions;
  EXPECT_GT(evictions, 0u);
  std::uint64_t evicted = 0, gone = 0, said_expired = 0;
  for (int i = 0; i < names; ++i) {
    const wire::Name owner = name("n" + std::to_string(i) + ".example");
    PackedBuffer buffer;
    if (table.find(packed_key_of(owner), at(7), buffer)) continue;
    ++gone;
    const Absence why = table.absence(packed_key_of(owner), at(7));
    if (why == Absence::evicted) ++evicted;
    if (why == Absence::expired) ++said_expired;
  }
  EXPECT_EQ(gone, evictions);
  EXPECT_GT(evicted, gone / 4);          // as many as there is room to remember
  EXPECT_LE(said_expired, names / 500);  // taken for the one that did
}

TEST(Absence, of_a_set_and_of_the_alias_in_its_stead) {
  RRsetCache sets(test_hash(), {});
  const auto of = [&sets](const char* text, wire::RrType type, double seconds) {
    const wire::Name owner = name(text);
    return sets.absences({test_hash(), owner}, type, at(seconds));
  };
  const auto store = [&sets](const char* text, wire::RrType type) {
    sets.store(testing::make_set(name(text), type, 60), Trust::glue, at(0));
  };
  store("data.example", wire::RrType::a);
  store("alias.example", wire::RrType::cname);
  EXPECT_EQ(of("DATA.example", wire::RrType::a, 60).data, Absence::expired);
  EXPECT_EQ(of("data.example", wire::RrType::a, 60).alias, Absence::unknown);
  EXPECT_EQ(of("data.example", wire::RrType::mx, 60).data, Absence::unknown);
  EXPECT_TRUE(of("alias.example", wire::RrType::a, 59).has_alias);
  EXPECT_FALSE(of("alias.example", wire::RrType::cname, 59).has_alias) << "it is what is asked for";
  EXPECT_FALSE(of("alias.example", wire::RrType::a, 60).has_alias);
  EXPECT_EQ(of("alias.example", wire::RrType::a, 60).alias, Absence::expired);
  EXPECT_EQ(of("alias.example", wire::RrType::a, 60).data, Absence::unknown);
  EXPECT_FALSE(of("other.example", wire::RrType::a, 0).has_alias);
}

TEST(Absence, of_a_denial_that_has_ended) {
  NegativeCache negatives(test_hash(), {});
  const wire::RRsetPtr soa = testing::make_soa(name("example"), 60, 60);
  negatives.store_nxdomain(name("none.example"), soa, at(0));
  negatives.store_nodata(name("some.example"), wire::RrType::mx, soa, at(0));
  const auto has_ended = [&negatives](const char* text, wire::RrType type, Time now) {
    const wire::Name owner = name(text);
    return negatives.has_ended({test_hash(), owner}, type, now);
  };
  EXPECT_FALSE(has_ended("none.example", wire::RrType::a, at(59)));
  EXPECT_TRUE(has_ended("none.example", wire::RrType::a, at(60)));
  EXPECT_TRUE(has_ended("some.example", wire::RrType::mx, at(60)));
  EXPECT_FALSE(has_ended("some.example", wire::RrType::a, at(60)));
  EXPECT_FALSE(has_ended("other.example", wire::RrType::a, at(60)));
}

}  // namespace
}  // namespace godwit::cache
