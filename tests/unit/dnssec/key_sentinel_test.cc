// The names by which others learn what is trusted.
#include "dnssec/key_sentinel.h"

#include <gtest/gtest.h>

#include "wire/name_text.h"

namespace godwit::dnssec {
namespace {

wire::Name name(std::string_view text) {
  return wire::parse_name(text).value();
}

TrustAnchor anchor(std::string_view text) {
  const auto read = read_anchors(text);
  EXPECT_EQ(read.error, "");
  return read.anchors.at(0);
}

// DS records with these tags.
TrustAnchor tagged(const std::vector<int>& tags, const std::string& zone = ".") {
  std::string text;
  for (const int tag : tags) text += zone + " DS " + std::to_string(tag) + " 8 200 00\n";
  return anchor(text);
}

std::string query_name(const TrustAnchor& of) {
  const auto made = key_tag_query_name(of);
  return made ? wire::to_text(*made) : "none";
}

TEST(KeyTagQuery, NamesTheBuiltInKeys) {
  EXPECT_EQ(trusted_tags(built_in_anchors().front()), (std::vector<std::uint16_t>{20326, 38696}));
  EXPECT_EQ(query_name(built_in_anchors().front()), "_ta-4f66-9728.");
}

TEST(KeyTagQuery, TagsAreOfFourDigitsAscendingAndOnce) {
  EXPECT_EQ(query_name(tagged({0x9728, 1, 0xabc, 1}, "example")), "_ta-0001-0abc-9728.example.");
}

TEST(KeyTagQuery, ALabelHasRoomForTwelve) {
  std::vector<int> tags;
  std::string twelve = "_ta";
  for (int tag = 1; tag <= 12; ++tag) {
    tags.push_back(tag);
    twelve += std::string("-000") + "0123456789abc"[tag];
  }
  EXPECT_EQ(query_name(tagged(tags)), twelve + '.');
  tags.push_back(13);
  EXPECT_EQ(query_name(tagged(tags)), twelve + '.');
}

TEST(KeyTagQuery, AZoneWithoutRoomForItHasNone) {
  std::string zone;
  for (int i = 0; i < 3; ++i) zone += std::string(63, 'a') + '.';
  EXPECT_NE(query_name(tagged({1}, zone + std::string(52, 'b'))), "none");
  EXPECT_EQ(query_name(tagged({1}, zone + std::string(53, 'b'))), "none");
}

TEST(KeySentinel, IsTheLeftmostLabelWithFiveDigits) {
  const auto is = read_key_sentinel(name("Root-Key-Sentinel-IS-TA-20326.example."));
  ASSERT_TRUE(is);
  EXPECT_TRUE(is->is_answered_if_trusted);
  EXPECT_EQ(is->key_tag, 20326);
  const auto is_not = read_key_sentinel(name("root-key-sentinel-not-ta-00001.example."));
  ASSERT_TRUE(is_not);
  EXPECT_FALSE(is_not->is_answered_if_trusted);
  EXPECT_EQ(is_not->key_tag, 1);
  EXPECT_TRUE(read_key_sentinel(name("root-key-sentinel-is-ta-65535.")));
  for (const auto* text : {"root-key-sentinel-is-ta-65536.", "root-key-sentinel-is-ta-2032.",
                           "root-key-sentinel-is-ta-020326.", "root-key-sentinel-is-ta-2032a.",
                           "root-key-sentinel-is-ta-.", "root-key-sentinel-is-ta.20326.",
                           "root-key-sentinel-ta-20326.", "a.root-key-sentinel-is-ta-20326.",
                           "xroot-key-sentinel-is-ta-20326.", "."})
    EXPECT_FALSE(read_key_sentinel(name(text))) << text;
}

TEST(KeySentinel, TheVerdictIsThatOfTheTable) {
  const std::vector<std::uint16_t> trusted{20326, 38696};
  EXPECT_TRUE(is_answered({true, 20326}, trusted));
  EXPECT_FALSE(is_answered({true, 1}, trusted));
  EXPECT_FALSE(is_answered({false, 38696}, trusted));
  EXPECT_TRUE(is_answered({false, 1}, trusted));
  EXPECT_FALSE(is_answered({true, 1}, {}));
  EXPECT_TRUE(is_answered({false, 1}, {}));
}

}  // namespace
}  // namespace godwit::dnssec
