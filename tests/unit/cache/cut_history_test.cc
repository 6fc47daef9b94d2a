#include "cache/cut_history.h"

#include <gtest/gtest.h>

#include "tests/support/message_text.h"
#include "tests/unit/cache/support.h"

namespace godwit::cache {
namespace {

using godwit::test::rrset;
using testing::at;
using testing::name;

class CutHistoryTest : public ::testing::Test {
 protected:
  void note(const std::vector<std::string>& servers, double now) {
    std::vector<std::string> lines;
    for (const auto& server : servers) lines.push_back("zone.test. 60 NS " + server);
    history_.note(*rrset(lines), std::chrono::seconds(100), at(now));
  }
  CutHistory history_{testing::test_hash(), 1 << 20};
};

TEST_F(CutHistoryTest, the_same_servers_in_any_order_and_case_are_no_change) {
  EXPECT_FALSE(history_.since(name("zone.test"), at(0)));
  note({"a.test.", "b.test."}, 1);
  EXPECT_EQ(history_.since(name("ZONE.test"), at(1)), at(1));
  note({"B.test.", "a.TEST."}, 50);
  EXPECT_EQ(history_.since(name("zone.test"), at(149)), at(1));
  EXPECT_FALSE(history_.since(name("zone.test"), at(150)));
  EXPECT_FALSE(history_.since(name("other.test"), at(50)));
}

TEST_F(CutHistoryTest, one_server_more_less_or_another_is_a_change) {
  note({"a.test.", "b.test."}, 1);
  note({"a.test."}, 2);
  EXPECT_EQ(history_.since(name("zone.test"), at(2)), at(2));
  note({"a.test.", "b.test."}, 3);
  EXPECT_EQ(history_.since(name("zone.test"), at(3)), at(3));
  note({"a.test.", "c.test."}, 4);
  EXPECT_EQ(history_.since(name("zone.test"), at(4)), at(4));
}

TEST_F(CutHistoryTest, servers_after_a_gap_count_as_new) {
  note({"a.test."}, 1);
  note({"a.test."}, 101);
  EXPECT_EQ(history_.since(name("zone.test"), at(101)), at(101));
}

}  // namespace
}  // namespace godwit::cache
