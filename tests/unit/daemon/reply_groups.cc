// Which answers leave together: those of one length to one destination, and perhaps a shorter one.
#include "daemon/reply_groups.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

namespace godwit::daemon {
namespace {

using Groups = std::vector<std::vector<int>>;

Groups group(const std::vector<ReplyShape>& replies, bool together = true) {
  const auto result = group_replies(replies, together);
  Groups out;
  std::size_t at = 0;
  for (std::size_t i = 0; i < result.count; ++i) {
    out.emplace_back();
    for (; at < result.ends[i]; ++at) out.back().push_back(result.order[at]);
  }
  return out;
}

TEST(ReplyGroups, of_nothing_are_none) {
  EXPECT_EQ(group({}), Groups{});
}

TEST(ReplyGroups, hold_answers_of_one_length_to_one_destination) {
  EXPECT_EQ(group({{0, 60}, {1, 60}, {0, 60}, {1, 61}, {1, 60}}), (Groups{{0, 2}, {1, 4}, {3}}));
}

TEST(ReplyGroups, take_one_shorter_answer_as_their_last) {
  EXPECT_EQ(group({{0, 60}, {0, 59}, {0, 60}}), (Groups{{0, 2, 1}}));
  EXPECT_EQ(group({{0, 59}, {0, 60}}), (Groups{{1, 0}}));
  EXPECT_EQ(group({{0, 60}, {0, 59}, {0, 58}}), (Groups{{0, 1}, {2}}));
  EXPECT_EQ(group({{0, 60}, {1, 59}}), (Groups{{0}, {1}}));
}

TEST(ReplyGroups, stand_alone_where_the_kernel_cannot_cut) {
  EXPECT_EQ(group({{0, 60}, {0, 60}}, false), (Groups{{0}, {1}}));
}

TEST(ReplyGroups, hold_no_answer_that_might_be_fragmented) {
  EXPECT_EQ(group({{0, 1232}, {0, 1232}}), (Groups{{0, 1}}));
  EXPECT_EQ(group({{0, 1233}, {0, 1233}}), (Groups{{0}, {1}}));
  EXPECT_EQ(group({{0, 1233}, {0, 60}}), (Groups{{0}, {1}}));
}

TEST(ReplyGroups, are_no_larger_than_a_packet) {
  const std::vector<ReplyShape> replies(64, {0, 1232});
  const auto groups = group(replies);
  ASSERT_EQ(groups.size(), 2u);
  EXPECT_EQ(groups[0].size(), 52u);
  EXPECT_EQ(groups[1].size(), 12u);
  EXPECT_LE(52u * 1232, group_octets_max);
  EXPECT_GT(53u * 1232, group_octets_max);
  EXPECT_EQ(group(std::vector<ReplyShape>(64, {0, 1015})).size(), 1u);
  EXPECT_EQ(group(std::vector<ReplyShape>(64, {0, 1016})).size(), 2u);
}

TEST(ReplyGroups, hold_every_answer_once_and_only_what_belongs_together) {
  std::mt19937 random(3);
  for (int i = 0; i < 5000; ++i) {
    std::vector<ReplyShape> replies(random() % 65);
    const auto destinations = 1 + random() % 64;
    const auto lengths = 1 + random() % 1300;
    for (auto& reply : replies)
      reply = {static_cast<std::uint8_t>(random() % destinations),
               static_cast<std::uint16_t>(12 + random() % lengths)};
    std::vector<int> seen;
    for (const auto& one : group(replies)) {
      std::size_t octets = 0;
      const auto& first = replies[static_cast<std::size_t>(one.front())];
      for (const int index : one) {
        const auto& reply = replies[static_cast<std::size_t>(index)];
        EXPECT_EQ(reply.destination, first.destination);
        EXPECT_TRUE(reply.octets == first.octets ||
                    (index == one.back() && reply.octets < first.octets));
        octets += reply.octets;
        seen.push_back(index);
      }
      EXPECT_TRUE(one.size() == 1 ||
                  (octets <= group_octets_max && first.octets <= segment_octets_max));
    }
    std::ranges::sort(seen);
    ASSERT_EQ(seen.size(), replies.size());
    for (std::size_t k = 0; k < seen.size(); ++k) EXPECT_EQ(seen[k], static_cast<int>(k));
  }
}

}  // namespace
}  // namespace godwit::daemon
