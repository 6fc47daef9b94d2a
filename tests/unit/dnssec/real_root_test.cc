// The root's own DNSKEY set as it was published in October 2020, with its signature by the key
// 20326: genuine octets against the anchors that are built in.
#include <gtest/gtest.h>

#include "dnssec/ds.h"
#include "dnssec/trust_anchors.h"
#include "tests/unit/dnssec/check_support.h"

namespace godwit::dnssec {
namespace {

using test::Checked;

constexpr std::uint16_t ksk_2017 = 20326;
// From 2020-10-21T00:00:00Z to 2020-11-11T00:00:00Z.
constexpr std::uint32_t inception = 1'603'238'400;
constexpr std::uint32_t expiration = 1'605'052'800;
constexpr std::uint32_t skew_seconds = 60;

const std::vector<std::string> root_keys = {
    ". 172800 IN DNSKEY 256 3 8 "
    "AwEAAfC/6HLClwss6h7rPfoG2cliv4/SPJRd2HPEglRsvKZRbPP2RLfiobeAkczcdqaD5q8loEt14lcTgDqwzOIS"
    "Z3YvSVkM4JRMFwKzcjukKo5CsDVbMmhTD0C0yxWICRQ1M+Y5/XkZAT7mt4cb3fWcN9xgyq1wEXQX+zdLQHrNEVQS"
    "iL5SoA5cOtCSoQ45n8bKDXdw/0jjP9Rw1FVKsdzLVkQSrVMm8k30WUkHm/SK/n/954KENkdQOA6Li2vO9nicQdeg"
    "yAkDeNJCdPN/p3jEhCTQLyO4AlAmyaPcDHeeo7OXr/VsYu4NTDde9hBuS0zx/rewD+BvSnmnNHNmH2FjUE8=",
    ". 172800 IN DNSKEY 257 3 8 "
    "AwEAAaz/tAm8yTn4Mfeh5eyI96WSVexTBAvkMgJzkKTOiW1vkIbzxeF3+/4RgWOq7HrxRixHlFlExOLAJr5emLvN"
    "7SWXgnLh4+B5xQlNVz8Og8kvArMtNROxVQuCaSnIDdD5LKyWbRd2n9WGe2R8PzgCmr3EgVLrjyBxWezF0jLHwVN8"
    "efS3rCj/EWgvIWgb9tarpVUDK/b58Da+sqqls3eNbuv7pr+eoZG+SrDK6nWeL3c6H5Apxz7LjVc1uTIdsIXxuOLY"
    "A4/ilBmSVIzuDWfdRUfhHdY6+cn8HFRm+2hM8AnXGXws9555KrUB5qihylGa8subX2Nn6UwNR1AkUTV74bU="};
const std::string root_signature =
    ". 172800 IN RRSIG DNSKEY 8 0 172800 20201111000000 20201021000000 20326 . "
    "UfytpVL3Ka5rmqF/Lm/9frJl/ygXTjW0MEaGgecsmHbmLfTrJF3XAgPS5Tp/xc9TkaDf9HCEzk48R4cfHOI22Ul9"
    "AnyBGZX7FiVfVo0NaseADRwt6G3K9jsMwHMIuVmAMTnvFfR32/+CwMMgmXGhBXdZJVXR71aARAMKZlSgJK7DlOia"
    "8h2yC+RaWK0DvHMLwqyA+uwAeLxixmrtu3Olj2Rzmx2MSNDZZUP9I+vghq7K0rzK7CYrXiAgY2q5WvwtKjJPw6T/"
    "qB8Ojqru/XN1LxSa2zYeITAq58IyijgLr6EupAdA6HB3iPPfhHGKiwafsmcfcRcds90WfxG7UQFAMg==";

EntryKeys trusted_of(const wire::RRset& dnskeys) {
  const TrustAnchors anchors(built_in_anchors(), {});
  return entry_keys(*anchors.closest(wire::Name(), inception)->ds, dnskeys, {}, {});
}

Checked check_root(std::uint32_t time) {
  const auto plain = godwit::test::rrset(root_keys);
  const auto set =
      godwit::test::with_signatures(*plain, {godwit::test::record(root_signature).rdata});
  const EntryKeys entry = trusted_of(*plain);
  EXPECT_EQ(entry.keys.size(), 1u);
  return test::check(*set, entry.keys,
                     {.zone = wire::Name(), .clock = {.now = time, .skew_seconds = skew_seconds}});
}

TEST(RealRoot, keys_hold_within_their_time) {
  for (const std::uint32_t time : {inception - skew_seconds, inception, inception + 36'300,
                                   expiration, expiration + skew_seconds}) {
    const Checked checked = check_root(time);
    EXPECT_TRUE(checked.secure) << time << ": " << to_text(checked.failure);
    EXPECT_EQ(checked.steps, 1u);
  }
}

TEST(RealRoot, keys_do_not_hold_before) {
  const Checked checked = check_root(inception - skew_seconds - 1);
  EXPECT_FALSE(checked.secure);
  EXPECT_EQ(checked.failure.fault, Fault::signature_not_yet_valid);
  EXPECT_EQ(checked.failure.key_tag, ksk_2017);
  EXPECT_EQ(checked.failure.time, inception);
  EXPECT_EQ(checked.steps, 0u);
}

TEST(RealRoot, keys_do_not_hold_after) {
  const Checked checked = check_root(expiration + skew_seconds + 1);
  EXPECT_FALSE(checked.secure);
  EXPECT_EQ(checked.failure.fault, Fault::signature_expired);
  EXPECT_EQ(checked.failure.key_tag, ksk_2017);
  EXPECT_EQ(checked.failure.time, expiration);
  EXPECT_EQ(checked.steps, 0u);
}

TEST(RealRoot, a_changed_key_breaks_the_signature) {
  std::vector<std::string> changed = root_keys;
  // A character before the padding: one of the last octets of the modulus.
  char& digit = changed.at(0).at(changed.at(0).size() - 9);
  digit = digit == 'A' ? 'B' : 'A';
  const auto plain = godwit::test::rrset(changed);
  const auto set =
      godwit::test::with_signatures(*plain, {godwit::test::record(root_signature).rdata});
  const EntryKeys entry = trusted_of(*plain);
  const Checked checked =
      test::check(*set, entry.keys, {.zone = wire::Name(), .clock = {.now = inception + 36'300}});
  EXPECT_FALSE(checked.secure);
  EXPECT_EQ(checked.failure.fault, Fault::signature_wrong);
}

}  // namespace
}  // namespace godwit::dnssec
