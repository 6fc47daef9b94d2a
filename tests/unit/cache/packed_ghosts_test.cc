#include "cache/packed_ghosts.h"

#include <gtest/gtest.h>

namespace godwit::cache {
namespace {

constexpr std::size_t mib = 1 << 20;

TEST(PackedGhosts, recall_once_what_was_remembered) {
  PackedGhosts ghosts(mib);
  EXPECT_FALSE(ghosts.recall(7).known);
  EXPECT_EQ(ghosts.memory_octets(), 0u);
  ghosts.remember(7, 5);
  EXPECT_LE(ghosts.memory_octets(), mib / PackedGhosts::share);
  const auto recalled = ghosts.recall(7);
  EXPECT_TRUE(recalled.known);
  EXPECT_EQ(recalled.heat, 5);
  EXPECT_FALSE(ghosts.recall(7).known);
}

TEST(PackedGhosts, keep_the_warmest_of_a_bucket_and_of_equals_the_newest) {
  PackedGhosts ghosts(8 * PackedGhosts::share);  // one bucket
  for (std::uint32_t tag = 1; tag <= 4; ++tag) ghosts.remember(tag, 2);
  ghosts.remember(5, 1);  // colder than all that are there
  EXPECT_FALSE(ghosts.recall(5).known);
  ghosts.remember(6, 2);
  EXPECT_FALSE(ghosts.recall(1).known);
  ghosts.remember(7, 9);
  EXPECT_FALSE(ghosts.recall(2).known);
  for (const std::uint32_t tag : {3u, 4u, 6u, 7u}) EXPECT_TRUE(ghosts.recall(tag).known) << tag;
}

TEST(PackedGhosts, take_the_same_entry_in_place) {
  PackedGhosts ghosts(8 * PackedGhosts::share);
  for (std::uint32_t tag = 1; tag <= 4; ++tag) ghosts.remember(tag, 2);
  ghosts.remember(3, 4);
  for (const std::uint32_t tag : {1u, 2u, 4u}) EXPECT_EQ(ghosts.recall(tag).heat, 2) << tag;
  EXPECT_EQ(ghosts.recall(3).heat, 4);
}

TEST(PackedGhosts, age_by_halves_and_hold_no_more_than_they_can) {
  PackedGhosts ghosts(mib);
  ghosts.remember(1, 15);
  ghosts.remember(2, 200);
  ghosts.age();
  EXPECT_EQ(ghosts.recall(1).heat, 7);
  EXPECT_EQ(ghosts.recall(2).heat, 7);
  ghosts.remember(0, 1);
  ghosts.age();
  ghosts.age();
  EXPECT_TRUE(ghosts.recall(0).known);
}

TEST(PackedGhosts, tell_what_had_expired_and_are_looked_at_without_being_forgotten) {
  PackedGhosts ghosts(mib);
  EXPECT_FALSE(ghosts.look_at(7).known);
  ghosts.remember(7, 15, true);
  ghosts.remember(8, 15);
  ghosts.age();
  EXPECT_TRUE(ghosts.look_at(7).had_expired);
  EXPECT_FALSE(ghosts.look_at(8).had_expired);
  EXPECT_EQ(ghosts.look_at(7).heat, 7);
  EXPECT_TRUE(ghosts.recall(7).had_expired);
  EXPECT_FALSE(ghosts.look_at(7).known);
  ghosts.remember(7, 9);
  EXPECT_FALSE(ghosts.look_at(7).had_expired);
}

TEST(PackedGhosts, of_no_memory_remember_nothing) {
  PackedGhosts ghosts(0);
  ghosts.remember(1, 1);
  ghosts.age();
  EXPECT_FALSE(ghosts.recall(1).known);
}

}  // namespace
}  // namespace godwit::cache
