#include "dnssec/signature.h"

#include <gtest/gtest.h>

#include "tests/unit/dnssec/check_support.h"

namespace godwit::dnssec {
namespace {

using godwit::test::rrsig_rdata;
using godwit::test::with_signatures;
using test::check;
using test::Checked;
using test::CheckWith;
using test::keys_of;
using test::name;
using test::now;
using test::Octets;
using test::rrset;
using test::Signing;
using test::SigningKey;

const wire::Name zone = name("example.com.");

class Signature : public testing::Test {
 protected:
  const SigningKey key_{Algorithm::ed25519, 1};
  const SigningKey other_{Algorithm::ed25519, 2};
  const wire::RRsetPtr data_ = rrset({"www.example.com. 300 IN A 192.0.2.1"});

  // How a set fares that is signed thus by the zone's one key.
  [[nodiscard]] Checked signed_as(const Signing& how, const wire::RRset& data,
                                  const CheckWith& with = {}) const {
    return check(*with_signatures(data, {rrsig_rdata(data, key_, how)}), keys_of({&key_}), with);
  }
  [[nodiscard]] Checked signed_as(const Signing& how, const CheckWith& with = {}) const {
    return signed_as(how, *data_, with);
  }
  [[nodiscard]] Octets good() const { return rrsig_rdata(*data_, key_, {.zone = zone}); }
  [[nodiscard]] Octets wrong() const {
    Octets rrsig = good();
    rrsig.back() ^= 1;
    return rrsig;
  }
};

TEST_F(Signature, is_read_in_place) {
  const Octets rdata = good();
  const auto view = read_rrsig(rdata);
  ASSERT_TRUE(view);
  EXPECT_EQ(view->type_covered, wire::RrType::a);
  EXPECT_EQ(view->algorithm, Algorithm::ed25519);
  EXPECT_EQ(view->labels, 3);
  EXPECT_EQ(view->original_ttl, 300u);
  EXPECT_EQ(view->expiration, 1'900'000'000u);
  EXPECT_EQ(view->inception, 1'700'000'000u);
  EXPECT_EQ(view->key_tag, key_.tag());
  EXPECT_EQ(view->signer, zone);
  EXPECT_EQ(view->signature.size(), 64u);
}

TEST_F(Signature, E12_truncated_is_never_read_beyond) {
  const Octets rdata = good();
  const std::size_t fixed = rdata.size() - 64;
  for (std::size_t size = 0; size < rdata.size(); ++size) {
    const Octets cut(rdata.begin(), rdata.begin() + static_cast<std::ptrdiff_t>(size));
    EXPECT_EQ(read_rrsig(cut).has_value(), size > fixed) << size;
    EXPECT_FALSE(check(*with_signatures(*data_, {cut}), keys_of({&key_})).secure);
  }
}

TEST_F(Signature, of_a_compressed_or_endless_signer_is_malformed) {
  Octets compressed = good();
  compressed[18] = 0xc0;
  EXPECT_FALSE(read_rrsig(compressed));
  Octets endless(18 + 300, 1);
  EXPECT_FALSE(read_rrsig(endless));
  EXPECT_EQ(check(*with_signatures(*data_, {endless}), keys_of({&key_})).failure.fault,
            Fault::signature_malformed);
}

TEST_F(Signature, by_a_key_of_the_zone_is_secure) {
  const Checked checked = signed_as({.zone = zone});
  EXPECT_TRUE(checked.secure);
  EXPECT_FALSE(checked.failure);
  EXPECT_EQ(checked.labels, 3u);
  EXPECT_FALSE(checked.from_wildcard);
  EXPECT_EQ(checked.steps, 1u);
}

TEST_F(Signature, does_not_mind_the_case_of_names) {
  const auto upper = rrset({"WWW.Example.COM. 300 IN A 192.0.2.1"});
  EXPECT_TRUE(
      check(*with_signatures(*upper, {good()}), keys_of({&key_}), {.zone = name("EXAMPLE.com.")})
          .secure);
}

TEST_F(Signature, of_nothing_is_missing) {
  const Checked checked = check(*data_, keys_of({&key_}));
  EXPECT_EQ(checked.failure.fault, Fault::signatures_missing);
  EXPECT_EQ(checked.failure.owner, data_->owner());
  EXPECT_EQ(checked.failure.type, wire::RrType::a);
  EXPECT_EQ(checked.failure.zone, zone);
}

TEST_F(Signature, that_is_wrong_says_which) {
  const Checked checked = check(*with_signatures(*data_, {wrong()}), keys_of({&key_}));
  EXPECT_FALSE(checked.secure);
  EXPECT_EQ(checked.failure.fault, Fault::signature_wrong);
  EXPECT_EQ(checked.failure.key_tag, key_.tag());
  EXPECT_EQ(checked.failure.algorithm, Algorithm::ed25519);
  EXPECT_EQ(checked.failure.zone, zone);
}

TEST_F(Signature, covers_all_records_of_the_set) {
  const auto two =
      rrset({"www.example.com. 300 IN A 192.0.2.1", "www.example.com. 300 IN A 192.0.2.2"});
  const Octets rrsig = rrsig_rdata(*two, key_, {.zone = zone});
  EXPECT_TRUE(check(*with_signatures(*two, {rrsig}), keys_of({&key_})).secure);
  EXPECT_FALSE(check(*with_signatures(*data_, {rrsig}), keys_of({&key_})).secure);
}

TEST_F(Signature, needs_a_key_of_its_tag_and_algorithm) {
  const auto set = with_signatures(*data_, {good()});
  EXPECT_EQ(check(*set, {}).failure.fault, Fault::key_for_signature_missing);
  EXPECT_EQ(check(*set, keys_of({&other_})).failure.fault, Fault::key_for_signature_missing);
  EXPECT_EQ(check(*set, keys_of({&other_})).failure.key_tag, key_.tag());
  Octets as_ed448 = good();
  as_ed448[2] = 16;
  const Checked checked = check(*with_signatures(*data_, {as_ed448}), keys_of({&key_}));
  EXPECT_EQ(checked.failure.fault, Fault::key_for_signature_missing);
  EXPECT_EQ(checked.steps, 0u);
}

// RFC 6840 §5.11: one is enough, whatever the others are.
TEST_F(Signature, that_holds_is_enough_among_those_that_do_not) {
  const Octets expired = rrsig_rdata(*data_, key_, {.zone = zone, .expiration = now - 100'000});
  const auto keys = keys_of({&key_});
  const std::vector<Octets> all{expired, Octets{1, 2}, wrong(), good()};
  const Checked checked = check(*with_signatures(*data_, all), keys);
  EXPECT_TRUE(checked.secure);
  EXPECT_FALSE(checked.failure);
  EXPECT_EQ(checked.steps, 2u);
}

TEST_F(Signature, by_a_host_key_says_that_the_bit_is_missing) {
  const SigningKey host(Algorithm::ed25519, 3, 0x0001);
  const auto set = with_signatures(*data_, {rrsig_rdata(*data_, host, {.zone = zone})});
  const Checked checked = check(*set, keys_of({&host}));
  EXPECT_EQ(checked.failure.fault, Fault::no_zone_key_bit);
  EXPECT_EQ(checked.steps, 0u);
}

TEST_F(Signature, by_another_zone_is_no_signature) {
  const Checked above = signed_as({.zone = name("com.")});
  EXPECT_EQ(above.failure.fault, Fault::signer_wrong);
  EXPECT_EQ(above.failure.zone, name("com."));
  EXPECT_EQ(above.steps, 0u);
  EXPECT_EQ(signed_as({.zone = name("example.net.")}).failure.fault, Fault::signer_wrong);
  EXPECT_EQ(signed_as({.zone = name("www.example.com.")}).failure.fault, Fault::signer_wrong);
}

TEST_F(Signature, of_data_outside_the_zone_is_no_signature) {
  const auto outside = rrset({"www.example.net. 300 IN A 192.0.2.1"});
  EXPECT_EQ(signed_as({.zone = zone}, *outside).failure.fault, Fault::signer_wrong);
  const auto beside = rrset({"wwwexample.com. 300 IN A 192.0.2.1"});
  EXPECT_EQ(signed_as({.zone = zone}, *beside).failure.fault, Fault::signer_wrong);
}

TEST_F(Signature, E01_labels_below_the_signers_are_no_signature) {
  for (const std::uint8_t labels : std::initializer_list<std::uint8_t>{0, 1}) {
    const Checked checked = signed_as({.zone = zone, .labels = labels});
    EXPECT_EQ(checked.failure.fault, Fault::signature_malformed);
    EXPECT_EQ(checked.steps, 0u);
  }
  EXPECT_TRUE(signed_as({.zone = zone, .labels = 2}).secure);
}

TEST_F(Signature, E01_labels_above_the_owners_are_no_signature) {
  EXPECT_TRUE(signed_as({.zone = zone, .labels = 3}).secure);
  for (const std::uint8_t labels : std::initializer_list<std::uint8_t>{4, 128, 255}) {
    const Checked checked = signed_as({.zone = zone, .labels = labels});
    EXPECT_EQ(checked.failure.fault, Fault::signature_malformed);
    EXPECT_EQ(checked.steps, 0u);
  }
}

TEST_F(Signature, E01_asterisk_of_a_wildcard_is_no_label) {
  const auto wildcard = rrset({"*.example.com. 300 IN A 192.0.2.1"});
  const Checked itself = signed_as({.zone = zone, .labels = 2}, *wildcard);
  EXPECT_TRUE(itself.secure);
  EXPECT_FALSE(itself.from_wildcard);
  EXPECT_EQ(signed_as({.zone = zone, .labels = 3}, *wildcard).failure.fault,
            Fault::signature_malformed);
}

TEST_F(Signature, E01_root_signs_with_any_number_of_labels) {
  const CheckWith root{.zone = name(".")};
  EXPECT_TRUE(signed_as({.zone = name("."), .labels = 0}, root).from_wildcard);
  const auto apex = rrset({". 300 IN NS a.example."});
  EXPECT_TRUE(signed_as({.zone = name("."), .labels = 0}, *apex, root).secure);
  EXPECT_EQ(signed_as({.zone = name("."), .labels = 1}, *apex, root).failure.fault,
            Fault::signature_malformed);
}

TEST_F(Signature, with_fewer_labels_is_made_from_a_wildcard) {
  const auto wildcard = rrset({"*.example.com. 300 IN A 192.0.2.1"});
  const Octets rrsig = rrsig_rdata(*wildcard, key_, {.zone = zone});
  const auto expanded = rrset({"a.b.example.com. 300 IN A 192.0.2.1"});
  const Checked checked = check(*with_signatures(*expanded, {rrsig}), keys_of({&key_}));
  EXPECT_TRUE(checked.secure);
  EXPECT_TRUE(checked.from_wildcard);
  EXPECT_EQ(checked.labels, 2u);
}

TEST_F(Signature, E11_covering_another_or_a_meta_type_is_no_signature) {
  for (const wire::RrType type : {wire::RrType::aaaa, wire::RrType::any, wire::RrType::rrsig,
                                  wire::RrType::opt, wire::RrType::none}) {
    const Checked checked = signed_as({.zone = zone, .type_covered = type});
    EXPECT_EQ(checked.failure.fault, Fault::signature_malformed);
    EXPECT_EQ(checked.steps, 0u);
  }
}

TEST_F(Signature, E11_of_signatures_or_meta_types_is_no_signature) {
  for (const wire::RrType type : {wire::RrType::rrsig, wire::RrType::any, wire::RrType::axfr,
                                  wire::RrType::opt, wire::RrType::tsig}) {
    wire::RRsetBuilder builder(name("www.example.com."), type);
    builder.add(good(), 300);
    const Checked checked = signed_as({.zone = zone}, *builder.build());
    EXPECT_EQ(checked.failure.fault, Fault::signature_malformed);
    EXPECT_EQ(checked.steps, 0u);
  }
}

TEST_F(Signature, E17_holds_from_its_inception_to_its_expiration) {
  const auto fault_at = [&](std::uint32_t time) {
    return signed_as({.zone = zone, .inception = 1000, .expiration = 2000},
                     {.clock = {.now = time, .skew_seconds = 0}})
        .failure.fault;
  };
  EXPECT_EQ(fault_at(999), Fault::signature_not_yet_valid);
  EXPECT_EQ(fault_at(1000), Fault::none);
  EXPECT_EQ(fault_at(2000), Fault::none);
  EXPECT_EQ(fault_at(2001), Fault::signature_expired);
}

TEST_F(Signature, E17_holds_a_little_longer_when_clocks_differ) {
  const auto fault_at = [&](std::uint32_t time) {
    return signed_as({.zone = zone, .inception = 1000, .expiration = 2000},
                     {.clock = {.now = time, .skew_seconds = 60}})
        .failure.fault;
  };
  EXPECT_EQ(fault_at(939), Fault::signature_not_yet_valid);
  EXPECT_EQ(fault_at(940), Fault::none);
  EXPECT_EQ(fault_at(2060), Fault::none);
  EXPECT_EQ(fault_at(2061), Fault::signature_expired);
}

TEST_F(Signature, E17_times_are_serial_numbers) {
  constexpr std::uint32_t before_wrap = 0xffff'ff00, after_wrap = 0x0000'0100;
  const auto fault_at = [&](std::uint32_t time) {
    return signed_as({.zone = zone, .inception = before_wrap, .expiration = after_wrap},
                     {.clock = {.now = time}})
        .failure.fault;
  };
  EXPECT_EQ(fault_at(before_wrap - 61), Fault::signature_not_yet_valid);
  EXPECT_EQ(fault_at(before_wrap), Fault::none);
  EXPECT_EQ(fault_at(0xffff'ffff), Fault::none);
  EXPECT_EQ(fault_at(0), Fault::none);
  EXPECT_EQ(fault_at(after_wrap), Fault::none);
  EXPECT_EQ(fault_at(after_wrap + 61), Fault::signature_expired);
  // 2038 is nothing special.
  EXPECT_TRUE(signed_as({.zone = zone, .inception = 0x7fff'0000, .expiration = 0x8000'1000},
                        {.clock = {.now = 0x8000'0001}})
                  .secure);
}

TEST_F(Signature, E17_that_expires_before_it_begins_is_never_valid) {
  const Checked checked = signed_as({.zone = zone, .inception = now + 10, .expiration = now - 10});
  EXPECT_EQ(checked.failure.fault, Fault::signature_expired_before_valid);
  EXPECT_EQ(checked.failure.time, now - 10);
  EXPECT_TRUE(signed_as({.zone = zone, .inception = now, .expiration = now}).secure);
}

TEST_F(Signature, out_of_its_time_costs_no_check_and_says_when) {
  const Checked expired = signed_as({.zone = zone, .expiration = now - 100});
  EXPECT_EQ(expired.steps, 0u);
  EXPECT_EQ(expired.failure.fault, Fault::signature_expired);
  EXPECT_EQ(expired.failure.time, now - 100);
  EXPECT_EQ(expired.failure.key_tag, key_.tag());
  const Checked early = signed_as({.zone = zone, .inception = now + 100});
  EXPECT_EQ(early.steps, 0u);
  EXPECT_EQ(early.failure.time, now + 100);
}

TEST_F(Signature, of_an_unsupported_algorithm_costs_no_check) {
  Octets gost = good();
  gost[2] = 12;
  const Checked checked = check(*with_signatures(*data_, {gost}), keys_of({&key_}));
  EXPECT_EQ(checked.failure.fault, Fault::unsupported_algorithms);
  EXPECT_EQ(checked.failure.algorithm, Algorithm::gost);
  EXPECT_EQ(checked.steps, 0u);
}

TEST_F(Signature, with_sha1_counts_unless_it_is_turned_off) {
  const SigningKey rsa(Algorithm::rsa_sha1, 1);
  const auto set = with_signatures(*data_, {rrsig_rdata(*data_, rsa, {.zone = zone})});
  EXPECT_TRUE(check(*set, keys_of({&rsa})).secure);
  EXPECT_EQ(
      check(*set, keys_of({&rsa}), {.policy = {.sha1_signatures = false, .rsa = {}}}).failure.fault,
      Fault::unsupported_algorithms);
}

TEST_F(Signature, is_kept_as_long_as_the_least_of_its_times) {
  const auto ttl = [&](std::uint32_t set_ttl, std::uint32_t original, std::uint32_t left) {
    const auto data = rrset({"www.example.com. " + std::to_string(set_ttl) + " IN A 192.0.2.1"});
    return signed_as({.zone = zone, .expiration = now + left, .original_ttl = original}, *data).ttl;
  };
  EXPECT_EQ(ttl(300, 400, 500), 300u);
  EXPECT_EQ(ttl(400, 300, 500), 300u);
  EXPECT_EQ(ttl(500, 400, 300), 300u);
  EXPECT_EQ(ttl(500, 400, 0), 0u);
}

TEST_F(Signature, within_the_skew_of_its_end_is_not_kept) {
  const Checked checked = signed_as({.zone = zone, .expiration = now - 10});
  EXPECT_TRUE(checked.secure);
  EXPECT_EQ(checked.ttl, 0u);
}

TEST(PossibleSigners, are_at_or_above_the_owner_each_once) {
  const SigningKey key(Algorithm::ed25519);
  const auto signers_of = [&](const std::string& line, const std::vector<std::string>& zones) {
    const auto data = rrset({line});
    std::vector<Octets> rrsigs;
    for (const std::string& signer : zones)
      rrsigs.push_back(rrsig_rdata(*data, key, {.zone = name(signer)}));
    return possible_signers(*with_signatures(*data, rrsigs));
  };
  const auto names = [](const std::vector<std::string>& texts) {
    std::vector<wire::Name> out;
    for (const std::string& text : texts) out.push_back(name(text));
    return out;
  };
  EXPECT_EQ(signers_of("a.b.example. IN A 192.0.2.1",
                       {"b.example.", "c.a.b.example.", "net.", "B.example.", "a.b.example.", "."}),
            names({"b.example.", "a.b.example.", "."}));
  // E09: a DS set is the parent's.
  EXPECT_EQ(signers_of("b.example. IN DS 1 8 2 00", {"b.example.", "example.", "c.example."}),
            names({"example."}));
  EXPECT_EQ(signers_of(". IN DS 1 8 2 00", {"."}), names({"."}));
  EXPECT_EQ(
      signers_of("a.b.c.d.e. IN A 192.0.2.1", {"a.b.c.d.e.", "b.c.d.e.", "c.d.e.", "d.e.", "e."})
          .size(),
      4u);
  EXPECT_TRUE(signers_of("a.example. IN A 192.0.2.1", {}).empty());
}

}  // namespace
}  // namespace godwit::dnssec
