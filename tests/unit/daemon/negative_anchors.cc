// Negative trust anchors that are added while the program runs.
#include "daemon/negative_anchors.h"

#include <gtest/gtest.h>

#include "tests/support/message_text.h"

namespace godwit::daemon {
namespace {

using test::name;

constexpr std::int64_t now = 1'800'000'000;
constexpr std::int64_t days_30 = 30 * 86'400;

dnssec::TrustAnchorsPtr root_with(std::vector<dnssec::NegativeTrustAnchor> negative) {
  return std::make_shared<const dnssec::TrustAnchors>(dnssec::built_in_anchors(),
                                                      std::move(negative));
}

TEST(NegativeAnchors, last_until_their_end_which_is_bounded) {
  NegativeAnchors anchors;
  EXPECT_NE(anchors.add(name("a."), now, now), "");
  EXPECT_NE(anchors.add(name("a."), now - 1, now), "");
  EXPECT_NE(anchors.add(name("a."), now + days_30 + 1, now), "");
  EXPECT_NE(anchors.add(name("a."), INT64_MAX, now), "");
  EXPECT_TRUE(anchors.all().empty());
  EXPECT_EQ(anchors.next_end(), std::nullopt);
  EXPECT_EQ(anchors.add(name("a."), now + days_30, now), "");
  EXPECT_EQ(anchors.add(name("b."), now + 1, now), "");
  EXPECT_EQ(anchors.next_end(), now + 1);
  EXPECT_TRUE(anchors.take_ended(now).empty());
  EXPECT_EQ(anchors.take_ended(now + 1), std::vector{name("b.")});
  EXPECT_EQ(anchors.next_end(), now + days_30);
}

TEST(NegativeAnchors, of_one_name_are_one) {
  NegativeAnchors anchors;
  EXPECT_EQ(anchors.add(name("a."), now + 10, now), "");
  EXPECT_EQ(anchors.add(name("A."), now + 20, now), "");
  EXPECT_EQ(anchors.all().size(), 1u);
  EXPECT_EQ(anchors.next_end(), now + 20);
  EXPECT_TRUE(anchors.remove(name("a.")));
  EXPECT_FALSE(anchors.remove(name("a.")));
}

TEST(NegativeAnchors, are_so_many) {
  NegativeAnchors anchors;
  for (std::size_t i = 0; i < NegativeAnchors::count_max; ++i)
    ASSERT_EQ(anchors.add(name("n" + std::to_string(i) + "."), now + 1, now), "");
  EXPECT_NE(anchors.add(name("one.more."), now + 1, now), "");
  EXPECT_EQ(anchors.add(name("n0."), now + 2, now), "") << "one that is there";
}

TEST(NegativeAnchors, count_beside_those_of_the_configuration) {
  NegativeAnchors anchors;
  const auto stated = root_with({{name("stated."), 0}});
  EXPECT_EQ(anchors.beside(stated), stated);
  ASSERT_EQ(anchors.add(name("added."), now + 10, now), "");
  EXPECT_EQ(anchors.beside(nullptr), nullptr);
  const auto both = anchors.beside(stated);
  EXPECT_EQ(both->closest(name("www.added."), now + 9), nullptr);
  EXPECT_NE(both->closest(name("www.added."), now + 10), nullptr);
  EXPECT_EQ(both->closest(name("www.stated."), now), nullptr);
  EXPECT_NE(both->closest(name("www.other."), now), nullptr);
}

}  // namespace
}  // namespace godwit::daemon
