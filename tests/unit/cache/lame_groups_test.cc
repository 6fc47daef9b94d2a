#include "cache/lame_groups.h"

#include <gtest/gtest.h>

#include "tests/unit/cache/support.h"

namespace godwit::cache {
namespace {

using testing::at;
using testing::v4;
using testing::v6;

TEST(LameGroups, a_group_without_lame_servers_has_none) {
  const LameGroups groups;
  EXPECT_FALSE(groups.may_have(v4(1), at(0)));
  EXPECT_FALSE(groups.may_have(v6(1), at(0)));
}

TEST(LameGroups, nobody_who_was_added_is_missed_before_his_time) {
  LameGroups groups;
  for (unsigned i = 0; i < 5000; ++i) {
    groups.add(v4(i), at(60));
    groups.add(v6(i), at(60));
  }
  for (unsigned i = 0; i < 5000; ++i) {
    EXPECT_TRUE(groups.may_have(v4(i), at(59.999)));
    EXPECT_TRUE(groups.may_have(v6(i), at(59.999)));
    EXPECT_FALSE(groups.may_have(v4(i), at(60)));
  }
}

TEST(LameGroups, the_latest_of_a_group_counts) {
  LameGroups groups;
  groups.add(v4(1), at(60));
  groups.add(v4(1), at(30));
  EXPECT_TRUE(groups.may_have(v4(1), at(59)));
}

TEST(LameGroups, neighbours_are_seldom_in_one_group) {
  LameGroups groups;
  groups.add(v4(0), at(60));
  unsigned met = 0;
  for (unsigned i = 1; i <= 256; ++i) met += groups.may_have(v4(i), at(0));
  EXPECT_LE(met, 4u);
}

}  // namespace
}  // namespace godwit::cache
