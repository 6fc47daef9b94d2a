// Anchors from text, and which one is nearest.
#include "dnssec/trust_anchors.h"

#include <gtest/gtest.h>
#include <openssl/evp.h>

#include <algorithm>
#include <array>

#include "wire/name_text.h"
#include "wire/rdata_text.h"

namespace godwit::dnssec {
namespace {

constexpr std::string_view digest =
    "E06D44B80B8F1D39A95C0B0D7C65D08458E880409BBC683457104237C7F8EC8D";

wire::Name name(std::string_view text) {
  return *wire::parse_name(text);
}

std::string ds_line(std::string_view owner, int tag = 1) {
  return std::string(owner) + " IN DS " + std::to_string(tag) + " 8 2 " + std::string(digest) +
         "\n";
}

TrustAnchors anchors_at(std::initializer_list<std::string_view> zones,
                        std::vector<NegativeTrustAnchor> negative = {}) {
  std::string text;
  for (const auto zone : zones) text += ds_line(zone);
  auto read = read_anchors(text);
  EXPECT_EQ(read.error, "");
  return {std::move(read.anchors), std::move(negative)};
}

std::string zone_of(const TrustAnchor* anchor) {
  return anchor == nullptr ? "none" : wire::to_text(anchor->zone);
}

TEST(TrustAnchors, TheNearestAtOrAboveIsFound) {
  const auto anchors = anchors_at({"test", ".", "a.b.test", "other"});
  EXPECT_EQ(zone_of(anchors.closest(name("x.a.b.test"), 0)), "a.b.test.");
  EXPECT_EQ(zone_of(anchors.closest(name("A.B.TEST"), 0)), "a.b.test.");
  EXPECT_EQ(zone_of(anchors.closest(name("b.test"), 0)), "test.");
  EXPECT_EQ(zone_of(anchors.closest(name("example"), 0)), ".");
  EXPECT_EQ(zone_of(anchors.closest(wire::Name(), 0)), ".");
}

TEST(TrustAnchors, WithoutTheRootOtherNamesHaveNone) {
  const auto anchors = anchors_at({"test"});
  EXPECT_EQ(anchors.closest(name("example"), 0), nullptr);
  EXPECT_EQ(anchors.closest(wire::Name(), 0), nullptr);
  EXPECT_FALSE(anchors.is_excluded(name("example"), 0));
}

TEST(TrustAnchors, ANegativeAnchorStandsBetween) {
  const auto anchors = anchors_at({"."}, {{name("broken.test"), 0}});
  EXPECT_EQ(anchors.closest(name("www.broken.test"), 0), nullptr);
  EXPECT_EQ(anchors.closest(name("broken.test"), 0), nullptr);
  EXPECT_TRUE(anchors.is_excluded(name("broken.test"), 0));
  EXPECT_EQ(zone_of(anchors.closest(name("test"), 0)), ".");
  EXPECT_FALSE(anchors.is_excluded(name("xbroken.test"), 0));
}

TEST(TrustAnchors, ANegativeAnchorAtTheAnchorItselfWins) {
  const auto anchors = anchors_at({".", "test"}, {{name("test"), 0}});
  EXPECT_EQ(anchors.closest(name("www.test"), 0), nullptr);
  EXPECT_TRUE(anchors.is_excluded(name("www.test"), 0));
}

TEST(TrustAnchors, AnAnchorBelowANegativeOneHolds) {
  const auto anchors = anchors_at({".", "good.test"}, {{name("test"), 0}});
  EXPECT_EQ(zone_of(anchors.closest(name("www.good.test"), 0)), "good.test.");
  EXPECT_FALSE(anchors.is_excluded(name("www.good.test"), 0));
  EXPECT_TRUE(anchors.is_excluded(name("www.test"), 0));
}

TEST(TrustAnchors, TheNearerOfTwoNegativeAnchorsCounts) {
  const auto anchors = anchors_at({".", "b.test"}, {{name("test"), 0}, {name("a.b.test"), 0}});
  EXPECT_EQ(anchors.closest(name("a.b.test"), 0), nullptr);
  EXPECT_TRUE(anchors.is_excluded(name("a.b.test"), 0));
  EXPECT_EQ(zone_of(anchors.closest(name("c.b.test"), 0)), "b.test.");
  EXPECT_FALSE(anchors.is_excluded(name("c.b.test"), 0));
}

TEST(TrustAnchors, ANegativeAnchorEndsAtItsTime) {
  const auto anchors = anchors_at({"."}, {{name("test"), 1000}});
  EXPECT_TRUE(anchors.is_excluded(name("test"), 999));
  EXPECT_EQ(anchors.closest(name("test"), 999), nullptr);
  EXPECT_FALSE(anchors.is_excluded(name("test"), 1000));
  EXPECT_EQ(zone_of(anchors.closest(name("test"), 1000)), ".");
}

TEST(TrustAnchors, RecordsOfOneZoneAreOneAnchor) {
  const auto read = read_anchors(ds_line("test", 1) + ds_line("TEST.", 2) + ds_line("test", 1) +
                                 "test. 3600 IN DNSKEY 257 3 8 AwEAAQ== ; a comment\n");
  ASSERT_EQ(read.error, "");
  ASSERT_EQ(read.anchors.size(), 1u);
  EXPECT_EQ(read.anchors[0].ds->size(), 2u);
  EXPECT_EQ(read.anchors[0].dnskeys->size(), 1u);
}

TEST(TrustAnchors, WhatIsNoAnchorIsNamed) {
  EXPECT_EQ(read_anchors(ds_line("test") + "test. NS ns.test.\n").error,
            "record 2 (test. NS) is no trust anchor: it is neither DS nor DNSKEY");
  EXPECT_EQ(read_anchors("test. CH DS 1 8 2 00\n").error,
            "record 1 (test. DS) is no trust anchor: its class is not IN");
  EXPECT_EQ(read_anchors("test. DS 1 8 2 0011\n").error,
            "record 1 (test. DS) is no trust anchor: its digest has not the length of its digest "
            "type");
  EXPECT_EQ(read_anchors("test. DNSKEY 1 3 8 AwEAAQ==\n").error,
            "record 1 (test. DNSKEY) is no trust anchor: it is not the key of a zone");
  EXPECT_EQ(read_anchors("test. DNSKEY 257 2 8 AwEAAQ==\n").error,
            "record 1 (test. DNSKEY) is no trust anchor: it is not the key of a zone");
  EXPECT_EQ(read_anchors("test. DNSKEY 385 3 8 AwEAAQ==\n").error,
            "record 1 (test. DNSKEY) is no trust anchor: it is revoked");
  EXPECT_EQ(read_anchors("\ntest. DNSKEY 257 3\n").error.substr(0, 7), "line 2:");
}

TEST(TrustAnchors, AnErrorLeavesNoAnchors) {
  EXPECT_TRUE(read_anchors(ds_line("test") + "test. NS ns.test.\n").anchors.empty());
  EXPECT_TRUE(read_anchors(ds_line("test") + "nonsense\n").anchors.empty());
}

TEST(TrustAnchors, AnEmptyTextHoldsNone) {
  const auto read = read_anchors("; nothing but a comment\n\n");
  EXPECT_EQ(read.error, "");
  EXPECT_TRUE(read.anchors.empty());
}

TEST(TrustAnchors, UnknownAlgorithmsAndDigestsAreRead) {
  EXPECT_EQ(read_anchors("test. DS 1 8 200 00\ntest. DNSKEY 257 3 200 AQ==\n").error, "");
}

// The digests are of the keys: two statements of the same fact.
TEST(TrustAnchors, TheBuiltInDigestsAreThoseOfTheBuiltInKeys) {
  const auto built_in = built_in_anchors();
  ASSERT_EQ(built_in.size(), 1u);
  const auto& root = built_in.front();
  EXPECT_TRUE(root.zone.is_root());
  ASSERT_EQ(root.ds->size(), 2u);
  ASSERT_EQ(root.dnskeys->size(), 2u);
  std::vector<int> tags;
  for (const auto key : root.dnskeys->records()) {
    std::vector<std::uint8_t> input{0};
    input.insert(input.end(), key.begin(), key.end());
    std::array<std::uint8_t, 32> hash{};
    ASSERT_EQ(EVP_Digest(input.data(), input.size(), hash.data(), nullptr, EVP_sha256(), nullptr),
              1);
    for (const auto ds : root.ds->records()) {
      if (std::ranges::equal(ds.subspan(4), hash)) tags.push_back(wire::load_u16(ds.data()));
    }
  }
  std::ranges::sort(tags);
  EXPECT_EQ(tags, (std::vector{20326, 38696}));
}

}  // namespace
}  // namespace godwit::dnssec
