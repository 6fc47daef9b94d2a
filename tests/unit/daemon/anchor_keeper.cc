// What is trusted, from the configuration, the state of before and what is seen.
#include "daemon/anchor_keeper.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "conf/read_file.h"
#include "tests/support/message_text.h"
#include "tests/support/signer.h"

namespace godwit::daemon {
namespace {

namespace fs = std::filesystem;
using conf::Rollover;
using dnssec::Algorithm;
using test::SigningKey;

constexpr std::int64_t t0 = 1'750'000'000;

class Keeper : public testing::Test {
 protected:
  Keeper() : folder_(testing::TempDir() + "godwit-keeper." + std::to_string(::getpid())) {
    fs::remove_all(folder_);
    fs::create_directories(folder_);
  }
  ~Keeper() override {
    fs::remove_all(folder_);
    ::close(ends_[0]);
    ::close(ends_[1]);
  }

  AnchorKeeper keeper() { return {path(), log_}; }
  [[nodiscard]] std::string path() const { return folder_ + "/state"; }

  // Anchors of these keys for the root, as if built in.
  static ConfiguredAnchors built_in(std::initializer_list<const SigningKey*> keys) {
    auto out = stated(".", keys);
    out.has_built_in = true;
    return out;
  }
  static ConfiguredAnchors stated(std::string_view zone,
                                  std::initializer_list<const SigningKey*> keys) {
    dnssec::TrustAnchor anchor;
    anchor.zone = test::name(zone);
    anchor.ds = test::ds_set(anchor.zone, keys);
    ConfiguredAnchors out;
    out.anchors = std::make_shared<const dnssec::TrustAnchors>(
        std::vector{anchor}, std::vector<dnssec::NegativeTrustAnchor>{{test::name("nta."), 0}});
    return out;
  }

  static ConfiguredAnchors with(ConfiguredAnchors anchors, Rollover rollover) {
    anchors.rollover = rollover;
    return anchors;
  }

  static wire::RRsetPtr set(std::initializer_list<const SigningKey*> keys,
                            std::initializer_list<const SigningKey*> signers,
                            const wire::Name& zone = {}) {
    const auto bare = test::dnskey_set(zone, keys, 2 * 86'400);
    std::vector<test::Octets> rrsigs;
    for (const auto* key : signers)
      rrsigs.push_back(test::rrsig_rdata(*bare, *key, {.zone = zone}));
    return test::with_signatures(*bare, rrsigs);
  }

  // Whether a key is trusted of the zone, be it by its digest.
  static bool trusts(const AnchorKeeper& keeper, const SigningKey& key,
                     const wire::Name& zone = {}) {
    if (!keeper.anchors()) return false;
    const auto* anchor = keeper.anchors()->closest(zone, t0);
    if (anchor == nullptr || anchor->zone != zone) return false;
    const auto has = [](const wire::RRsetPtr& from, wire::Bytes rdata) {
      return from && std::ranges::any_of(from->records(), [&](wire::Bytes one) {
               return std::ranges::equal(one, rdata);
             });
    };
    return has(anchor->dnskeys, key.dnskey_rdata()) ||
           has(anchor->ds, test::ds_rdata(zone, key.dnskey_rdata()));
  }

  // What was logged since the last call.
  std::string logged() {
    std::string out(1 << 16, '\0');
    std::ignore = ::write(ends_[1], "\n", 1);
    const auto size = ::read(ends_[0], out.data(), out.size());
    out.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
    return out;
  }

  const std::string folder_;
  int ends_[2] = {-1, -1};
  Log log_{[this] {
             if (ends_[1] < 0 && ::pipe(ends_) != 0) ADD_FAILURE();
             return ends_[1];
           }(),
           false};
  SigningKey old_{Algorithm::ed25519, 1};
  SigningKey new_{Algorithm::ed25519, 2};
  SigningKey old_revoked_{Algorithm::ed25519, 1, test::key_signing | test::revoked_bit};
};

TEST_F(Keeper, ShowsWhatItFollowsAndWhenItLooks) {
  auto one = keeper();
  one.configure(with(built_in({&old_}), Rollover::built_in), t0);
  auto shown = one.shown({});
  ASSERT_NE(shown.point, nullptr);
  EXPECT_EQ(shown.point->source, "built-in");
  EXPECT_EQ(shown.next_look, t0);
  one.on_dnskey_set(*set({&old_, &new_}, {&old_}), true, t0);
  shown = one.shown({});
  ASSERT_EQ(shown.point->keys.size(), 2u);
  EXPECT_EQ(shown.point->looked, t0);
  EXPECT_GT(shown.next_look, t0);
  EXPECT_EQ(one.shown(test::name("other.")).point, nullptr);
  EXPECT_EQ(one.shown(test::name("other.")).next_look, std::nullopt);
  one.configure(with(built_in({&old_}), Rollover::none), t0);
  EXPECT_EQ(one.shown({}).point, nullptr) << "not followed";
  EXPECT_EQ(one.state_file(), path());
  EXPECT_TRUE(one.is_state_kept());
}

// RFC 8145: whoever rolls a key over wants to know who has the new one, followed or not.
TEST_F(Keeper, LooksAtWhatIsNotFollowedSoThatItsServersAreTold) {
  auto one = keeper();
  auto configured = with(built_in({&old_}), Rollover::none);
  one.configure(configured, t0);
  EXPECT_FALSE(one.next_look());
  configured.tells_servers = true;
  one.configure(configured, t0);
  ASSERT_TRUE(one.next_look());
  EXPECT_TRUE(one.next_look()->zone.is_root());
  EXPECT_EQ(one.next_look()->when, t0);
  one.on_failure({}, t0);
  EXPECT_EQ(one.next_look()->when, t0 + 3'600);
  EXPECT_FALSE(one.on_dnskey_set(*set({&old_, &new_}, {&old_}), true, t0));
  EXPECT_FALSE(trusts(one, new_));
  EXPECT_EQ(one.next_look()->when, t0 + 86'400);
  one.configure(configured, t0 + 1);
  EXPECT_EQ(one.next_look()->when, t0 + 86'400);
  EXPECT_FALSE(fs::exists(path()));
}

// One of each kind: the earlier one is first.
TEST_F(Keeper, LooksAtBothKindsInTheirTime) {
  auto configured = with(built_in({&old_}), Rollover::built_in);
  configured.tells_servers = true;
  std::vector<dnssec::TrustAnchor> both = configured.anchors->anchors();
  both.push_back(stated("example.", {&new_}).anchors->anchors().front());
  configured.anchors = std::make_shared<const dnssec::TrustAnchors>(
      std::move(both), std::vector<dnssec::NegativeTrustAnchor>{});
  auto one = keeper();
  one.configure(configured, t0);
  EXPECT_TRUE(one.next_look()->zone.is_root());
  std::ignore = one.on_dnskey_set(*set({&old_}, {&old_}), true, t0);
  EXPECT_EQ(one.next_look()->zone, test::name("example."));
  one.on_failure(test::name("example."), t0);
  EXPECT_EQ(one.next_look()->zone, test::name("example."));
  EXPECT_EQ(one.next_look()->when, t0 + 3'600);
}

TEST_F(Keeper, WithoutValidationThereIsNothing) {
  auto one = keeper();
  one.configure(with({}, Rollover::built_in), t0);
  EXPECT_EQ(one.anchors(), nullptr);
  EXPECT_FALSE(one.next_look());
  EXPECT_FALSE(fs::exists(path()));
}

TEST_F(Keeper, BuiltInAnchorsAreFollowedAndStatedOnesAreNot) {
  auto one = keeper();
  one.configure(with(built_in({&old_}), Rollover::built_in), t0);
  ASSERT_TRUE(one.next_look());
  EXPECT_TRUE(one.next_look()->zone.is_root());
  EXPECT_EQ(one.next_look()->when, t0);
  const auto configured = stated(".", {&old_});
  one.configure(with(configured, Rollover::built_in), t0);
  EXPECT_FALSE(one.next_look());
  EXPECT_EQ(one.anchors()->anchors().size(), 1u);
  one.configure(with(configured, Rollover::all), t0);
  EXPECT_TRUE(one.next_look());
  one.configure(with(built_in({&old_}), Rollover::none), t0);
  EXPECT_FALSE(one.next_look());
  EXPECT_TRUE(trusts(one, old_));
}

TEST_F(Keeper, NegativeAnchorsStay) {
  auto one = keeper();
  one.configure(with(built_in({&old_}), Rollover::built_in), t0);
  EXPECT_EQ(one.anchors()->negative().size(), 1u);
}

TEST_F(Keeper, ARolloverIsFollowedOverRestarts) {
  {
    auto one = keeper();
    one.configure(with(built_in({&old_}), Rollover::built_in), t0);
    EXPECT_TRUE(trusts(one, old_));
    EXPECT_TRUE(one.on_dnskey_set(*set({&old_, &new_}, {&old_}), true, t0));
    EXPECT_FALSE(trusts(one, new_));
    EXPECT_EQ(one.next_look()->when, t0 + 86'400);
  }
  {
    auto one = keeper();
    one.configure(with(built_in({&old_}), Rollover::built_in), t0 + 1);
    EXPECT_EQ(one.next_look()->when, t0 + 86'400) << "no sooner for a restart";
    EXPECT_TRUE(trusts(one, old_));
    const auto later = t0 + dnssec::add_hold_down;
    EXPECT_TRUE(one.on_dnskey_set(*set({&old_, &new_}, {&old_}), true, later));
    EXPECT_TRUE(trusts(one, new_));
    EXPECT_TRUE(
        one.on_dnskey_set(*set({&old_revoked_, &new_}, {&old_revoked_, &new_}), true, later));
    EXPECT_FALSE(trusts(one, old_));
  }
  auto one = keeper();
  one.configure(with(built_in({&old_}), Rollover::built_in), t0);
  EXPECT_FALSE(trusts(one, old_)) << "built in, but revoked";
  EXPECT_TRUE(trusts(one, new_));
}

TEST_F(Keeper, ARevocationNeedsTheKeysOwnSignature) {
  auto one = keeper();
  one.configure(with(built_in({&old_}), Rollover::built_in), t0);
  one.on_dnskey_set(*set({&old_}, {&old_}), true, t0);
  // Its signature, but over another set.
  const auto other = set({&old_revoked_}, {&old_revoked_});
  wire::RRsetBuilder forged(wire::Name(), wire::RrType::dnskey);
  forged.add(old_revoked_.dnskey_rdata(), 3600);
  forged.add(new_.dnskey_rdata(), 3600);
  forged.add_signature(other->signatures().front(), 3600);
  one.on_dnskey_set(*forged.build(), false, t0);
  EXPECT_TRUE(trusts(one, old_));
  one.on_dnskey_set(*set({&old_revoked_, &new_}, {&new_}), false, t0);
  EXPECT_TRUE(trusts(one, old_));
  EXPECT_TRUE(one.on_dnskey_set(*set({&old_revoked_, &new_}, {&old_revoked_}), false, t0));
  EXPECT_FALSE(trusts(one, old_));
}

TEST_F(Keeper, WhenAllAreRevokedItSaysSo) {
  auto one = keeper();
  one.configure(with(built_in({&old_}), Rollover::built_in), t0);
  logged();
  one.on_dnskey_set(*set({&old_revoked_}, {&old_revoked_}), false, t0);
  EXPECT_NE(logged().find("trust-anchors-all-revoked"), std::string::npos);
  EXPECT_TRUE(one.anchors()->anchors().empty());
}

TEST_F(Keeper, AFailureIsTriedAgain) {
  auto one = keeper();
  one.configure(with(built_in({&old_}), Rollover::built_in), t0);
  one.on_failure(wire::Name(), t0);
  EXPECT_EQ(one.next_look()->when, t0 + 3'600);
  EXPECT_FALSE(one.on_dnskey_set(*set({&new_}, {&new_}), false, t0 + 10));
  EXPECT_EQ(one.next_look()->when, t0 + 3'610);
}

TEST_F(Keeper, OtherAnchorsBeginAnew) {
  const auto zone = test::name("test.");
  const auto of_zone = set({&old_, &new_}, {&old_}, zone);
  auto one = keeper();
  one.configure(with(stated("test.", {&old_}), Rollover::all), t0);
  one.on_dnskey_set(*of_zone, true, t0);
  one.on_dnskey_set(*of_zone, true, t0 + dnssec::add_hold_down);
  EXPECT_TRUE(trusts(one, new_, zone));
  one.configure(with(stated("test.", {&old_}), Rollover::all), t0);
  EXPECT_TRUE(trusts(one, new_, zone)) << "the same anchors";
  const SigningKey third(Algorithm::ed25519, 3);
  one.configure(with(stated("test.", {&third}), Rollover::all), t0);
  EXPECT_TRUE(trusts(one, third, zone));
  EXPECT_FALSE(trusts(one, new_, zone));
  EXPECT_FALSE(trusts(one, old_, zone));
}

TEST_F(Keeper, ANewProgramsBuiltInKeyIsTrustedBesidesTheState) {
  auto one = keeper();
  one.configure(with(built_in({&old_}), Rollover::built_in), t0);
  one.on_dnskey_set(*set({&old_, &new_}, {&old_}), true, t0);
  auto two = keeper();
  two.configure(with(built_in({&old_, &new_}), Rollover::built_in), t0);
  EXPECT_TRUE(trusts(two, old_));
  EXPECT_TRUE(trusts(two, new_));
}

TEST_F(Keeper, StateOfZonesThatAreNotFollowedNowIsKept) {
  auto one = keeper();
  one.configure(with(built_in({&old_}), Rollover::built_in), t0);
  one.on_dnskey_set(*set({&old_}, {&old_}), true, t0);
  const auto before = AnchorStore(path()).read().points;
  auto two = keeper();
  two.configure(with(stated("test.", {&old_}), Rollover::all), t0);
  auto after = AnchorStore(path()).read().points;
  ASSERT_EQ(after.size(), 2u);
  EXPECT_EQ(after[0], before[0]);
}

TEST_F(Keeper, E18_ADamagedStateIsNotBelieved) {
  {
    auto one = keeper();
    one.configure(with(built_in({&old_}), Rollover::built_in), t0);
    one.on_dnskey_set(*set({&old_, &new_}, {&old_}), true, t0);
    one.on_dnskey_set(*set({&old_, &new_}, {&old_}), true, t0 + dnssec::add_hold_down);
    EXPECT_TRUE(trusts(one, new_));
  }
  // Somebody shortens the hold-down of a key, or a disk fails.
  auto text = *conf::read_file(path(), 1 << 20);
  text[text.find("valid") + 6] ^= 1;
  std::ofstream(path(), std::ios::binary) << text;
  logged();
  auto one = keeper();
  one.configure(with(built_in({&old_}), Rollover::built_in), t0);
  EXPECT_NE(logged().find("trust-anchor-state-refused"), std::string::npos);
  EXPECT_TRUE(trusts(one, old_));
  EXPECT_FALSE(trusts(one, new_));
  EXPECT_EQ(*conf::read_file(path() + ".damaged", 1 << 20), text);
  EXPECT_EQ(AnchorStore(path()).read().found, AnchorStore::Found::good);
}

TEST_F(Keeper, WithoutAPlaceForItTheStateIsInMemoryAndThatIsSaidOnce) {
  AnchorKeeper one(folder_ + "/none/state", log_);
  one.configure(with(built_in({&old_}), Rollover::built_in), t0);
  EXPECT_NE(logged().find("trust-anchor-state-not-kept"), std::string::npos);
  one.on_dnskey_set(*set({&old_, &new_}, {&old_}), true, t0);
  one.on_dnskey_set(*set({&old_, &new_}, {&old_}), true, t0 + dnssec::add_hold_down);
  EXPECT_TRUE(trusts(one, new_));
  EXPECT_EQ(logged().find("trust-anchor-state-not-kept"), std::string::npos);
  fs::create_directories(folder_ + "/none");
  one.on_dnskey_set(*set({&old_, &new_}, {&old_}), true, t0 + dnssec::add_hold_down);
  EXPECT_NE(logged().find("trust-anchor-state-kept"), std::string::npos);
  EXPECT_TRUE(fs::exists(folder_ + "/none/state"));
}

TEST_F(Keeper, SetsOfOtherZonesAreNotLookedAt) {
  auto one = keeper();
  one.configure(with(built_in({&old_}), Rollover::built_in), t0);
  EXPECT_FALSE(one.on_dnskey_set(*set({&new_}, {&new_}, test::name("test.")), true, t0));
  one.configure(with(built_in({&old_}), Rollover::none), t0);
  EXPECT_FALSE(one.on_dnskey_set(*set({&new_}, {&new_}), true, t0));
}

}  // namespace
}  // namespace godwit::daemon
