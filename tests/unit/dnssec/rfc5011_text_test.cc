// The state of trust anchors as text: what is written reads back, and nothing else is read.
#include "dnssec/rfc5011_text.h"

#include <gtest/gtest.h>

#include "tests/support/message_text.h"
#include "tests/support/signer.h"

namespace godwit::dnssec {
namespace {

std::vector<TrustPoint> some_points() {
  TrustPoint root;
  root.source = "built-in";
  root.looked = 1'750'000'000;
  root.next_look = 1'750'086'400;
  root.original_ttl = 172'800;
  root.signatures_end = 1'751'000'000;
  std::uint64_t seed = 1;
  for (const auto state : {KeyState::valid, KeyState::add_pend, KeyState::missing,
                           KeyState::revoked, KeyState::removed}) {
    FollowedKey key;
    key.state = state;
    key.since = 1'740'000'000;
    key.until = state == KeyState::add_pend ? 1'760'000'000 : 0;
    key.rdata = test::SigningKey(Algorithm::ed25519, seed++).dnskey_rdata();
    root.keys.push_back(std::move(key));
  }
  TrustPoint other;
  other.zone = test::name("a\\032b.example.");
  other.source = "0123abcd";
  return {root, other};
}

// The body with the sum that fits it.
std::string with_sum(const std::string& body) {
  std::string out = body + "sum ";
  wire::append_hex(
      out, hash_of(Hash::sha256, {reinterpret_cast<const std::uint8_t*>(body.data()), body.size()})
               .bytes());
  return out + '\n';
}

constexpr std::string_view head = "godwit trust anchor state 1\n";
constexpr std::string_view zone_line = "zone . source s looked 1 next 2 ttl 3 ends 4\n";

std::string error_of(std::string_view lines) {
  return read_trust_points(with_sum(std::string(head) + std::string(lines))).error;
}

TEST(AnchorState, WhatIsWrittenReadsBack) {
  for (const auto& points : {some_points(), std::vector<TrustPoint>{}}) {
    const auto read = read_trust_points(write_trust_points(points));
    EXPECT_EQ(read.error, "");
    EXPECT_EQ(read.points, points);
  }
}

TEST(AnchorState, E18_ATextThatWasCutShortIsNotRead) {
  const auto text = write_trust_points(some_points());
  for (std::size_t size = 0; size < text.size(); ++size) {
    const auto read = read_trust_points(text.substr(0, size));
    EXPECT_NE(read.error, "") << size;
    EXPECT_TRUE(read.points.empty());
  }
}

TEST(AnchorState, E18_ATextThatWasChangedIsNotRead) {
  const auto text = write_trust_points(some_points());
  for (std::size_t i = 0; i < text.size(); ++i) {
    auto changed = text;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    EXPECT_NE(read_trust_points(changed).error, "") << i;
  }
  EXPECT_NE(read_trust_points(text + '\n').error, "");
  EXPECT_NE(read_trust_points(text + text).error, "");
}

// A line that is longer than anybody expects is read whole or not at all.
TEST(AnchorState, E18_ALongLineHidesNothing) {
  auto points = some_points();
  points[0].keys.resize(1);
  points[0].keys[0].rdata.resize(65'000, 1);
  EXPECT_EQ(read_trust_points(write_trust_points(points)).points, points);
}

TEST(AnchorState, AnotherVersionIsNotRead) {
  auto body = std::string(head);
  body[body.size() - 2] = '2';
  EXPECT_EQ(read_trust_points(with_sum(body)).error,
            "it does not begin as a file of trust anchor states, version 1");
  EXPECT_EQ(read_trust_points("").error,
            "it does not begin as a file of trust anchor states, version 1");
}

TEST(AnchorState, LinesAreReadStrictlyEvenWithAGoodSum) {
  const std::string zone(zone_line);
  EXPECT_EQ(error_of(zone + "key valid 1 2 257 3 15 AQID\n"), "");
  for (const std::string& lines :
       {std::string("key valid 1 2 257 3 15 AQID\n"),
        zone + zone,
        std::string("nonsense\n"),
        std::string("\n"),
        zone + "key good 1 2 257 3 15 AQID\n",
        zone + "key valid 1 2 257 3 15 AQID extra\n",
        zone + "key valid 1 2 257 3 15 AQID \n",
        zone + "key valid  1 2 257 3 15 AQID\n",
        zone + "key valid -1 2 257 3 15 AQID\n",
        zone + "key valid 1 2 257 3 15 AQI\n",
        zone + "key valid 1 2 257 3 15\n",
        zone + "key valid 1 2 256 3 15 AQID\nkey valid 1 2 256 3 15 AQID\n",
        zone + "key valid 1 2 65536 3 15 AQID\n",
        zone + "key valid 1 2 1 3 15 AQID\n",
        zone + "key valid 1 2 257 2 15 AQID\n",
        zone + "key valid 1 2 385 3 15 AQID\n",
        zone + "key valid 99999999999999999999 2 257 3 15 AQID\n",
        zone + "key valid 253402300800 2 257 3 15 AQID\n",
        zone + "key valid 1 2 257 3 15 AQID",
        std::string("zone . source s looked 1 next 2 ttl 4294967296 ends 4\n"),
        std::string("zone .. source s looked 1 next 2 ttl 3 ends 4\n"),
        std::string("zone . source s looked 1 next 2 ttl 3 ends\n")})
    EXPECT_NE(error_of(lines), "") << lines;
}

}  // namespace
}  // namespace godwit::dnssec
