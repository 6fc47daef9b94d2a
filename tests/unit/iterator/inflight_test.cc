#include "iterator/inflight.h"

#include <gtest/gtest.h>

#include "tests/support/message_text.h"

namespace godwit::iterator {
namespace {

using Ints = InFlight<int, std::string>;

class InFlightTest : public ::testing::Test {
 protected:
  [[nodiscard]] FlightKey key(const char* name, wire::RrType type = wire::RrType::a) const {
    return {hash_, godwit::test::name(name), type};
  }
  cache::KeyedHash hash_{{}};
  Ints table_;
};

TEST_F(InFlightTest, the_first_leads_and_the_others_wait_for_the_same) {
  const Ints::Entered first = table_.enter(key("name."), "zone");
  EXPECT_TRUE(first.leads);
  const Ints::Entered second = table_.enter(key("name."), "zone");
  EXPECT_FALSE(second.leads);
  EXPECT_TRUE(second.wants_the_same);
  EXPECT_EQ(first.flight, second.flight);
}

TEST_F(InFlightTest, who_wants_something_else_under_the_key_is_told) {
  const Ints::Entered first = table_.enter(key("name."), "zone");
  const Ints::Entered second = table_.enter(key("name."), "another");
  EXPECT_FALSE(second.leads);
  EXPECT_FALSE(second.wants_the_same);
  table_.finish(first.flight, std::make_shared<const int>(1));
  const Ints::Entered third = table_.enter(key("name."), "another");
  EXPECT_TRUE(third.leads);
  EXPECT_TRUE(third.wants_the_same);
}

TEST_F(InFlightTest, other_keys_are_nobody_elses) {
  EXPECT_TRUE(table_.enter(key("name."), "zone").leads);
  EXPECT_TRUE(table_.enter(key("another."), "zone").leads);
  EXPECT_TRUE(table_.enter(key("name.", wire::RrType::aaaa), "zone").leads);
  EXPECT_EQ(table_.size(), 3u);
}

TEST_F(InFlightTest, letter_case_makes_no_other_key) {
  EXPECT_TRUE(table_.enter(key("name."), "zone").leads);
  EXPECT_FALSE(table_.enter(key("NAME."), "zone").leads);
}

TEST_F(InFlightTest, keys_whose_hashes_meet_are_told_apart) {
  FlightKey one = key("name."), other = key("another.");
  one.hash = other.hash = 1;
  const Ints::Entered first = table_.enter(one, "zone");
  const Ints::Entered second = table_.enter(other, "zone");
  EXPECT_TRUE(second.leads);
  table_.finish(first.flight, nullptr);
  EXPECT_TRUE(table_.enter(one, "zone").leads);
  EXPECT_FALSE(table_.enter(other, "zone").leads);
}

TEST_F(InFlightTest, a_leader_that_leaves_without_a_word_frees_the_key) {
  {
    const Ints::Entered first = table_.enter(key("name."), "zone");
    const FlightGuard<Ints> guard(table_, first.flight);
    EXPECT_EQ(table_.size(), 1u);
  }
  EXPECT_EQ(table_.size(), 0u);
  EXPECT_TRUE(table_.enter(key("name."), "zone").leads);
}

TEST_F(InFlightTest, finishing_late_does_not_free_the_key_of_the_next) {
  const Ints::Entered first = table_.enter(key("name."), "zone");
  table_.finish(first.flight, nullptr);
  EXPECT_TRUE(table_.enter(key("name."), "zone").leads);
  table_.finish(first.flight, nullptr);
  EXPECT_EQ(table_.size(), 1u);
}

}  // namespace
}  // namespace godwit::iterator
