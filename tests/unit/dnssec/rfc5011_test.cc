// Trust anchors followed through the rollovers of RFC 5011, on keys of the tests and their time.
#include "dnssec/rfc5011.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/support/message_text.h"
#include "tests/support/signer.h"

namespace godwit::dnssec {
namespace {

using test::SigningKey;

constexpr std::int64_t t0 = 1'750'000'000;
constexpr std::int64_t hour = 3'600, day = 86'400;
constexpr std::uint32_t ttl = 2 * 86'400;

// A zone with two key signing keys and one zone signing key, and a resolver that follows it.
class Rollover : public testing::Test {
 protected:
  Rollover() { configured_.dnskeys = test::dnskey_set(zone_, {&old_}); }

  // The set with these keys, signed until `expiration`.
  wire::RRsetPtr set(std::vector<const SigningKey*> keys, std::int64_t expiration = 0) {
    keys.push_back(&zsk_);
    const auto bare = test::dnskey_set(zone_, keys, ttl);
    const auto ends = expiration == 0 ? now_ + 14 * day : expiration;
    return test::signed_set(*bare, old_,
                            {.zone = zone_, .expiration = static_cast<std::uint32_t>(ends)});
  }

  // A secure set is seen.
  std::vector<KeyChange> see(const std::vector<const SigningKey*>& keys, bool is_secure = true) {
    const auto seen = set(keys);
    return observe_set(*seen, is_secure);
  }
  std::vector<KeyChange> observe_set(const wire::RRset& seen, bool is_secure = true) {
    auto observed = observe(point_, configured_,
                            {.dnskeys = seen,
                             .is_secure = is_secure,
                             .is_signed_by =
                                 [this](wire::Bytes key) {
                                   ++asked_;
                                   return std::ranges::any_of(signed_by_, [&](const auto* one) {
                                     return std::ranges::equal(one->dnskey_rdata(), key);
                                   });
                                 },
                             .now = now_});
    point_ = std::move(observed.next);
    return observed.changes;
  }

  // "start": not followed.
  std::string state_of(const SigningKey& key) const {
    for (const auto& known : point_.keys)
      if (known.rdata == key.dnskey_rdata()) return std::string(to_text(known.state));
    return "start";
  }
  bool is_trusted(const SigningKey& key) const {
    const auto anchor = trusted_now(point_, configured_);
    if (!anchor || !anchor->dnskeys) return false;
    return std::ranges::any_of(anchor->dnskeys->records(), [&](wire::Bytes rdata) {
      return std::ranges::equal(rdata, key.dnskey_rdata());
    });
  }
  const wire::Name zone_;
  SigningKey old_{Algorithm::ed25519, 1};
  SigningKey new_{Algorithm::ed25519, 2};
  SigningKey old_revoked_{Algorithm::ed25519, 1, test::key_signing | test::revoked_bit};
  SigningKey new_revoked_{Algorithm::ed25519, 2, test::key_signing | test::revoked_bit};
  SigningKey zsk_{Algorithm::ed25519, 4, test::zone_signing};
  TrustAnchor configured_;
  TrustPoint point_;
  std::vector<const SigningKey*> signed_by_;
  int asked_ = 0;
  std::int64_t now_ = t0;
};

TEST_F(Rollover, ConfiguredKeysAreValidAtOnce) {
  EXPECT_TRUE(is_trusted(old_));
  const auto changes = see({&old_});
  ASSERT_EQ(changes.size(), 1u);
  EXPECT_EQ(changes[0].key_tag, old_.tag());
  EXPECT_EQ(changes[0].before, std::nullopt);
  EXPECT_EQ(changes[0].after, KeyState::valid);
  EXPECT_EQ(state_of(old_), "valid");
  EXPECT_TRUE(is_trusted(old_));
  EXPECT_TRUE(see({&old_}).empty());
}

TEST_F(Rollover, KeysThatADigestNamesAreValidAtOnce) {
  configured_.dnskeys = nullptr;
  configured_.ds = test::ds_set(zone_, {&old_, &new_});
  EXPECT_EQ(trusted_now(point_, configured_)->ds->size(), 2u);
  see({&old_});
  EXPECT_EQ(state_of(old_), "valid");
  const auto anchor = trusted_now(point_, configured_);
  EXPECT_TRUE(is_trusted(old_));
  EXPECT_EQ(anchor->ds->size(), 1u) << "the digest of the key that is not there yet";
  see({&old_, &new_});
  EXPECT_EQ(state_of(new_), "valid");
  EXPECT_EQ(trusted_now(point_, configured_)->ds, nullptr);
}

TEST_F(Rollover, ANewKeyIsTrustedAfterThirtyDays) {
  see({&old_});
  see({&old_, &new_});
  EXPECT_EQ(state_of(new_), "pending");
  EXPECT_FALSE(is_trusted(new_));
  now_ = t0 + add_hold_down - 1;
  see({&old_, &new_});
  EXPECT_EQ(state_of(new_), "pending");
  now_ = t0 + add_hold_down;
  EXPECT_FALSE(is_trusted(new_)) << "time alone is not enough";
  see({&old_, &new_});
  EXPECT_EQ(state_of(new_), "valid");
  EXPECT_TRUE(is_trusted(new_));
}

TEST_F(Rollover, ALongTtlLengthensTheHoldDown) {
  const std::uint32_t long_ttl = 40 * 86'400;
  const auto seen =
      test::signed_set(*test::dnskey_set(zone_, {&old_, &new_}, long_ttl), old_, {.zone = zone_});
  observe_set(*seen);
  now_ = t0 + long_ttl - 1;
  see({&old_, &new_});
  EXPECT_EQ(state_of(new_), "pending");
  now_ = t0 + long_ttl;
  see({&old_, &new_});
  EXPECT_EQ(state_of(new_), "valid");
}

TEST_F(Rollover, ANewKeyThatGoesBeginsAnew) {
  see({&old_, &new_});
  now_ += 20 * day;
  const auto changes = see({&old_});
  EXPECT_EQ(state_of(new_), "start");
  ASSERT_EQ(changes.size(), 1u);
  EXPECT_EQ(changes[0].after, std::nullopt);
  now_ += 20 * day;
  see({&old_, &new_});
  now_ += add_hold_down - 1;
  see({&old_, &new_});
  EXPECT_EQ(state_of(new_), "pending");
}

TEST_F(Rollover, AnInsecureSetAddsNothing) {
  see({&old_});
  see({&old_, &new_}, false);
  EXPECT_EQ(state_of(new_), "start");
  see({&old_, &new_});
  now_ += add_hold_down;
  see({&old_, &new_}, false);
  EXPECT_EQ(state_of(new_), "pending");
  see({&new_}, false);
  EXPECT_EQ(state_of(old_), "valid");
}

TEST_F(Rollover, KeysThatSignZonesAreNotTakenUp) {
  see({&old_});
  EXPECT_EQ(point_.keys.size(), 1u);
}

TEST_F(Rollover, KeysOfUnknownAlgorithmsAreNotTakenUp) {
  auto unknown = new_.dnskey_rdata();
  unknown[3] = 200;
  wire::RRsetBuilder builder(zone_, wire::RrType::dnskey);
  builder.add(old_.dnskey_rdata(), ttl);
  builder.add(unknown, ttl);
  observe_set(*builder.build());
  EXPECT_EQ(point_.keys.size(), 1u);
}

TEST_F(Rollover, AMissingKeyStaysTrusted) {
  see({&old_});
  see({});
  EXPECT_EQ(state_of(old_), "missing");
  EXPECT_TRUE(is_trusted(old_));
  see({&old_});
  EXPECT_EQ(state_of(old_), "valid");
}

TEST_F(Rollover, ARevokedKeyIsTrustedNoMore) {
  see({&old_, &new_});
  now_ += add_hold_down;
  see({&old_, &new_});
  signed_by_ = {&old_revoked_};
  see({&old_revoked_, &new_});
  EXPECT_EQ(state_of(old_), "revoked");
  EXPECT_FALSE(is_trusted(old_));
  EXPECT_TRUE(is_trusted(new_));
}

TEST_F(Rollover, NobodyElseCanRevokeAKey) {
  see({&old_});
  see({&old_revoked_});
  EXPECT_EQ(asked_, 1);
  EXPECT_EQ(state_of(old_), "missing");
  EXPECT_TRUE(is_trusted(old_));
}

TEST_F(Rollover, ARevocationCountsInASetThatIsNotSecure) {
  see({&old_});
  signed_by_ = {&old_revoked_};
  see({&old_revoked_}, false);
  EXPECT_EQ(state_of(old_), "revoked");
}

TEST_F(Rollover, AMissingKeyCanBeRevoked) {
  see({&old_});
  see({});
  signed_by_ = {&old_revoked_};
  see({&old_revoked_});
  EXPECT_EQ(state_of(old_), "revoked");
}

TEST_F(Rollover, APendingKeyCanBeRevoked) {
  see({&old_, &new_});
  signed_by_ = {&new_revoked_};
  see({&old_, &new_revoked_});
  EXPECT_EQ(state_of(new_), "revoked");
  now_ += 2 * add_hold_down;
  see({&old_, &new_});
  EXPECT_FALSE(is_trusted(new_));
}

TEST_F(Rollover, AConfiguredKeyThatWasRevokedBeforeTheFirstLookIsNotTrusted) {
  configured_.dnskeys = test::dnskey_set(zone_, {&old_, &new_});
  signed_by_ = {&old_revoked_};
  see({&old_revoked_, &new_});
  EXPECT_EQ(state_of(old_), "revoked");
  EXPECT_FALSE(is_trusted(old_));
  EXPECT_TRUE(is_trusted(new_));
}

TEST_F(Rollover, RevokedKeysThatNobodyKnowsCostNoCheck) {
  see({&old_});
  see({&old_, &new_revoked_});
  EXPECT_EQ(asked_, 0);
  EXPECT_EQ(state_of(new_), "start");
}

TEST_F(Rollover, ARevokedKeyIsRemovedAfterThirtyDaysAndNeverComesBack) {
  see({&old_, &new_});
  now_ += add_hold_down;
  see({&old_, &new_});
  signed_by_ = {&old_revoked_};
  see({&old_revoked_, &new_});
  now_ += remove_hold_down - 1;
  see({&new_});
  EXPECT_EQ(state_of(old_), "revoked");
  now_ += 1;
  see({&new_});
  EXPECT_EQ(state_of(old_), "removed");
  see({&old_, &new_});
  now_ += 2 * add_hold_down;
  see({&old_, &new_});
  EXPECT_EQ(state_of(old_), "removed");
  EXPECT_FALSE(is_trusted(old_)) << "although it is configured";
}

TEST_F(Rollover, WhenAllAreRevokedTheZoneIsAsNeverConfigured) {
  see({&old_});
  signed_by_ = {&old_revoked_};
  see({&old_revoked_});
  EXPECT_EQ(trusted_now(point_, configured_), std::nullopt);
}

// A newer program may know a key that is still pending here.
TEST_F(Rollover, TheConfigurationSpeaksForAPendingKey) {
  see({&old_, &new_});
  configured_.dnskeys = test::dnskey_set(zone_, {&old_, &new_});
  EXPECT_TRUE(is_trusted(new_));
  see({&old_, &new_});
  EXPECT_EQ(state_of(new_), "valid");
}

TEST_F(Rollover, LooksAgainAfterHalfTheTtlOrHalfTheSignaturesLife) {
  see({&old_});
  EXPECT_EQ(point_.next_look, t0 + ttl / 2);
  observe_set(*set({&old_}, t0 + 20 * hour));
  EXPECT_EQ(point_.next_look, t0 + 10 * hour);
  observe_set(*set({&old_}, t0 + 2 * hour));
  EXPECT_EQ(point_.next_look, t0 + hour);
  observe_set(*set({&old_}, t0 + hour));
  EXPECT_EQ(point_.next_look, t0 + hour) << "never sooner";
  observe_set(*set({&old_}, t0 - day));
  EXPECT_EQ(point_.next_look, t0 + hour);
  const auto seen = test::signed_set(*test::dnskey_set(zone_, {&old_}, 90 * 86'400), old_,
                                     {.zone = zone_, .expiration = 1'900'000'000});
  observe_set(*seen);
  EXPECT_EQ(point_.next_look, t0 + 15 * day) << "never later";
}

TEST_F(Rollover, AFailureIsTriedAgainSooner) {
  EXPECT_EQ(after_failure(point_, t0).next_look, t0 + hour);
  see({&old_});
  EXPECT_EQ(after_failure(point_, t0).next_look, t0 + ttl / 10);
  EXPECT_EQ(after_failure(point_, t0 + 13 * day).next_look, t0 + 13 * day + day / 10);
  EXPECT_EQ(after_failure(point_, t0 + 15 * day).next_look, t0 + 15 * day + hour);
  point_.original_ttl = 90 * 86'400;
  point_.signatures_end = t0 + 90 * day;
  EXPECT_EQ(after_failure(point_, t0).next_look, t0 + day) << "a day at most";
  EXPECT_EQ(after_failure(point_, t0).looked, point_.looked);
}

TEST_F(Rollover, E17_SignaturesAcrossTheEndOf32BitsAreCounted) {
  now_ = (std::int64_t{1} << 32) - 100;
  const auto bare = test::dnskey_set(zone_, {&old_}, ttl);
  const auto seen = test::signed_set(
      *bare, old_, {.zone = zone_, .inception = 0xffff'0000, .expiration = 20 * hour - 100});
  observe_set(*seen);
  EXPECT_EQ(point_.signatures_end, now_ + 20 * hour);
  EXPECT_EQ(point_.next_look, now_ + 10 * hour);
}

// A clock that goes back lengthens a hold-down; one that was ahead for a moment shortens none.
TEST_F(Rollover, E17_AClockThatIsSetBackMakesNoKeyValidSooner) {
  see({&old_, &new_});
  now_ = t0 - 400 * day;
  see({&old_, &new_});
  EXPECT_EQ(state_of(new_), "pending");
  now_ = t0 + add_hold_down - 1;
  see({&old_, &new_});
  EXPECT_EQ(state_of(new_), "pending");
}

TEST_F(Rollover, NewKeysAreTakenUpWithinALimit) {
  wire::RRsetBuilder builder(zone_, wire::RrType::dnskey);
  builder.add(old_.dnskey_rdata(), ttl);
  auto key = new_.dnskey_rdata();
  for (std::size_t i = 1; i < followed_keys_max + 10; ++i) {
    wire::store_u16(key.data() + 4, static_cast<std::uint16_t>(i));
    builder.add(key, ttl);
  }
  observe_set(*builder.build());
  EXPECT_EQ(point_.keys.size(), followed_keys_max);
}

}  // namespace
}  // namespace godwit::dnssec
