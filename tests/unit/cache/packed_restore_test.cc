// Many entries put into a PackedTable at once, as a snapshot's are.
#include <gtest/gtest.h>

#include "cache/packed_table.h"
#include "tests/unit/cache/support.h"

namespace godwit::cache {
namespace {

using testing::at;
using testing::name;
using testing::test_hash;

constexpr std::size_t restored_octets = 20;

// Whether it was put; all of its payload is `mark`.
bool restore(PackedTable& table, const std::string& text, std::uint8_t mark, Time expires, Time now,
             std::uint16_t type = 1) {
  const wire::Name owner = name(text);
  const std::vector<std::uint8_t> payload(restored_octets, mark);
  const PackedKey key{test_hash().owner(owner.wire()), owner.wire(), type, 0};
  return table.put_if_absent(key, {expires, 0, payload, 1}, now);
}

// The mark of what is found; 0: nothing.
std::uint8_t mark_of(const PackedTable& table, const std::string& text, Time now) {
  const wire::Name owner = name(text);
  PackedBuffer buffer;
  const auto entry = table.find({test_hash().owner(owner.wire()), owner.wire(), 1, 0}, now, buffer);
  return entry ? entry->payload.front() : std::uint8_t{0};
}

std::string numbered_name(int i) {
  return "n" + std::to_string(i) + ".test";
}

TEST(PackedRestore, takes_the_place_of_what_has_ended_alone) {
  PackedTable table(test_hash(), {.octets_max = 1 << 20});
  EXPECT_TRUE(restore(table, "a.test", 1, at(5), at(0)));
  EXPECT_FALSE(restore(table, "a.test", 2, at(9), at(5) - Duration(1)));
  EXPECT_EQ(mark_of(table, "a.test", at(1)), 1);
  EXPECT_TRUE(restore(table, "a.test", 3, at(9), at(5)));
  EXPECT_EQ(mark_of(table, "a.test", at(5)), 3);
  EXPECT_EQ(table.use().entries, 1u);
}

TEST(PackedRestore, a_name_has_so_many_entries_and_no_more) {
  constexpr std::uint16_t most = 3;
  PackedTable table(test_hash(), {.octets_max = 1 << 20, .per_owner_max = most});
  for (std::uint16_t type = 1; type <= most; ++type)
    EXPECT_TRUE(restore(table, "a.test", 1, at(5), at(0), type));
  EXPECT_EQ(table.use().evictions, 0u);
  EXPECT_TRUE(restore(table, "a.test", 1, at(5), at(0), most + 1));
  EXPECT_EQ(table.use().entries, most);
  EXPECT_EQ(table.use().evictions, 1u);
}

TEST(PackedRestore, looks_for_what_has_ended_only_when_all_memory_was_used) {
  constexpr int small = 2'000, large = 20'000;
  PackedTable table(test_hash(), {.octets_max = 1 << 20});
  for (int i = 0; i < small; ++i) ASSERT_TRUE(restore(table, numbered_name(i), 1, at(5), at(0)));
  for (int i = small; i < 2 * small; ++i)
    ASSERT_TRUE(restore(table, numbered_name(i), 2, at(50), at(5)));
  EXPECT_EQ(table.use().entries, 2u * small);
  for (int i = 2 * small; i < large; ++i)
    ASSERT_TRUE(restore(table, numbered_name(i), 3, at(50), at(5)));
  EXPECT_LE(table.use().octets, 1u << 20);
  EXPECT_EQ(mark_of(table, numbered_name(large - 1), at(5)), 3);
  int ended = 0;
  for (int i = 0; i < small; ++i) ended += mark_of(table, numbered_name(i), at(4)) == 1;
  EXPECT_EQ(ended, 0);
}

}  // namespace
}  // namespace godwit::cache
