// A clock that cannot be right.
#include "dnssec/clock_sanity.h"

#include <gtest/gtest.h>

#include "tests/support/message_text.h"
#include "tests/support/signer.h"

namespace godwit::dnssec {
namespace {

constexpr std::int64_t build = 1'795'308'623;  // 2026-11-22 00:50:23

// The root's DNSKEY set with a signature from each of these times.
wire::RRsetPtr signed_from(const std::vector<std::uint32_t>& inceptions) {
  const test::SigningKey key(Algorithm::ed25519);
  const auto bare = test::dnskey_set(wire::Name(), {&key});
  std::vector<test::Octets> rrsigs;
  for (const auto inception : inceptions)
    rrsigs.push_back(test::rrsig_rdata(
        *bare, key, {.zone = {}, .inception = inception, .expiration = inception + 1'000'000}));
  return test::with_signatures(*bare, rrsigs);
}

TEST(ClockSanity, E17_AClockBeforeTheBuildIsWrong) {
  EXPECT_FALSE(judge_clock(build, build));
  EXPECT_FALSE(judge_clock(build + 100 * 365 * 86'400LL, build));
  EXPECT_FALSE(judge_clock(build - build_date_margin, build));
  const auto verdict = judge_clock(build - build_date_margin - 1, build);
  EXPECT_EQ(verdict.fault, ClockFault::before_build);
  EXPECT_EQ(verdict.least, build);
  EXPECT_EQ(judge_clock(0, build).fault, ClockFault::before_build);
}

TEST(ClockSanity, E17_AClockBeforeAllSignaturesIsWrong) {
  const std::uint32_t first = 1'800'000'000;
  const auto set = signed_from({first + 500, first});
  EXPECT_FALSE(judge_clock(first, *set, 60));
  EXPECT_FALSE(judge_clock(first - 60, *set, 60));
  const auto verdict = judge_clock(first - 61, *set, 60);
  EXPECT_EQ(verdict.fault, ClockFault::before_signatures);
  EXPECT_EQ(verdict.least, first);
  EXPECT_FALSE(judge_clock(first + 10'000'000, *set, 60)) << "expired is another matter";
}

TEST(ClockSanity, E17_SignaturesBeyondTheEndOf32BitsAreCounted) {
  const std::int64_t now = (std::int64_t{1} << 32) - 100;
  const auto set = signed_from({900});
  const auto verdict = judge_clock(now, *set, 60);
  EXPECT_EQ(verdict.fault, ClockFault::before_signatures);
  EXPECT_EQ(verdict.least, (std::int64_t{1} << 32) + 900);
}

TEST(ClockSanity, OneGoodSignatureIsEnough) {
  EXPECT_FALSE(judge_clock(1'800'000'000, *signed_from({1'900'000'000, 1'799'999'999}), 60));
}

TEST(ClockSanity, ASetWithoutSignaturesOfTheRootSaysNothing) {
  const test::SigningKey key(Algorithm::ed25519);
  const auto bare = test::dnskey_set(wire::Name(), {&key});
  EXPECT_FALSE(judge_clock(0, *bare, 60));
  const auto foreign = test::signed_set(
      *bare, key, {.zone = test::name("test."), .inception = 1'900'000'000, .labels = 0});
  EXPECT_FALSE(judge_clock(1'800'000'000, *foreign, 60));
}

TEST(ClockSanity, SaysBothTimes) {
  EXPECT_EQ(to_text(judge_clock(12, build)),
            "the clock is wrong: it says 1970-01-01 00:00:12 UTC, but this program was built on "
            "2026-11-22 00:50:23 UTC; no signature can be judged until it is set");
  EXPECT_EQ(to_text(judge_clock(1'790'000'000, *signed_from({1'800'000'000}), 60)),
            "the clock is wrong: it says 2026-09-21 14:13:20 UTC, but the root's signatures begin "
            "at 2027-01-15 08:00:00 UTC; no signature can be judged until it is set");
  EXPECT_EQ(to_text(ClockVerdict()), "");
}

}  // namespace
}  // namespace godwit::dnssec
