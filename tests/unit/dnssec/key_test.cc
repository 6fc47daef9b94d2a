#include "dnssec/key.h"

#include <gtest/gtest.h>

#include <thread>

#include "tests/unit/dnssec/check_support.h"

namespace godwit::dnssec {
namespace {

using test::Octets;
using test::SigningKey;

Octets octets(std::size_t count, std::uint8_t value = 0xa5) {
  return Octets(count, value);
}

// RFC 3110: an exponent with its length, and an odd modulus of so many bits.
Octets rsa(const Octets& exponent, std::size_t bits) {
  Octets out{static_cast<std::uint8_t>(exponent.size())};
  out.insert(out.end(), exponent.begin(), exponent.end());
  Octets modulus = octets((bits + 7) / 8, 0xff);
  if (bits % 8 != 0) modulus[0] = static_cast<std::uint8_t>((1U << (bits % 8)) - 1);
  out.insert(out.end(), modulus.begin(), modulus.end());
  return out;
}
const Octets f4{1, 0, 1};

bool is_key(Algorithm algorithm, const Octets& public_key) {
  return PublicKey::make(algorithm, public_key) != nullptr;
}

TEST(Dnskey, is_read_with_its_flags) {
  const Octets rdata{0x01, 0x81, 3, 8, 1, 2, 3};
  const auto view = read_dnskey(rdata);
  ASSERT_TRUE(view);
  EXPECT_TRUE(view->is_zone_key());
  EXPECT_TRUE(view->is_secure_entry_point());
  EXPECT_TRUE(view->is_revoked());
  EXPECT_EQ(view->algorithm, Algorithm::rsa_sha256);
  EXPECT_EQ(view->public_key.size(), 3u);
}

TEST(Dnskey, E10_shorter_than_its_fixed_part_is_none) {
  const Octets rdata{1, 1, 3, 8};
  EXPECT_TRUE(read_dnskey(rdata));
  for (std::size_t size = 0; size < rdata.size(); ++size)
    EXPECT_FALSE(read_dnskey(wire::Bytes(rdata).first(size)));
}

TEST(Dnskey, of_another_protocol_is_no_zone_key) {
  EXPECT_FALSE(read_dnskey(Octets{1, 0, 2, 8})->is_zone_key());
  EXPECT_TRUE(read_dnskey(Octets{1, 0, 3, 8})->is_zone_key());
  EXPECT_FALSE(read_dnskey(Octets{0, 1, 3, 8})->is_zone_key());
}

TEST(KeyTag, is_that_of_rfc_4034) {
  const auto key = godwit::test::record(
      "dskey.example.com. 86400 IN DNSKEY 256 3 5 "
      "AQOeiiR0GOMYkDshWoSKz9XzfwJr1AYtsmx3TGkJaNXVbfi/2pHm822aJ5iI9BMzNXxeYCmZ"
      "DRD99WYwYqUSdjMmmAphXdvxegXd/M5+X7OrzKBaMbCVdFLUUh6DhweJBjEVv5f2wwjM9Xzc"
      "nOf+EPbtG9DMBmADjFDc2w/rljwvFw==");
  EXPECT_EQ(key_tag(key.rdata), 60485);
}

TEST(KeyTag, of_the_oldest_algorithm_is_part_of_the_modulus) {
  EXPECT_EQ(key_tag(Octets{1, 0, 3, 1, 0x11, 0x22, 0x33}), 0x1122);
}

TEST(KeyTag, of_any_octets_is_some_number) {
  EXPECT_EQ(key_tag({}), 0);
  EXPECT_EQ(key_tag(Octets{1}), 0x0100);
  EXPECT_EQ(key_tag(octets(65535, 0xff)), 0xff00);
}

TEST(PublicKey, E10_rsa_modulus_is_bounded_below_and_above) {
  for (const Algorithm algorithm : {Algorithm::rsa_sha1, Algorithm::rsa_sha1_nsec3,
                                    Algorithm::rsa_sha256, Algorithm::rsa_sha512}) {
    EXPECT_FALSE(is_key(algorithm, rsa(f4, 1023)));
    EXPECT_TRUE(is_key(algorithm, rsa(f4, 1024)));
    EXPECT_TRUE(is_key(algorithm, rsa(f4, 1025)));
    EXPECT_TRUE(is_key(algorithm, rsa(f4, 4095)));
    EXPECT_TRUE(is_key(algorithm, rsa(f4, 4096)));
    EXPECT_FALSE(is_key(algorithm, rsa(f4, 4097)));
    EXPECT_FALSE(is_key(algorithm, rsa(f4, 65536)));
  }
}

TEST(PublicKey, E10_rsa_exponent_is_odd_and_bounded) {
  const auto with = [](const Octets& exponent) {
    return is_key(Algorithm::rsa_sha256, rsa(exponent, 2048));
  };
  EXPECT_FALSE(with({1}));
  EXPECT_FALSE(with({2}));
  EXPECT_TRUE(with({3}));
  EXPECT_TRUE(with({0xff, 0xff, 0xff, 0xff}));
  EXPECT_FALSE(with({1, 0, 0, 0, 0}));
  EXPECT_FALSE(with({1, 0, 0, 0, 1}));
  EXPECT_FALSE(with(octets(255, 0xff)));
}

TEST(PublicKey, E10_rsa_numbers_have_no_leading_zeros) {
  EXPECT_FALSE(is_key(Algorithm::rsa_sha256, rsa({0, 1, 0, 1}, 2048)));
  Octets padded = rsa(f4, 2048);
  padded.insert(padded.begin() + 4, 0);
  EXPECT_FALSE(is_key(Algorithm::rsa_sha256, padded));
}

TEST(PublicKey, E10_rsa_modulus_is_odd) {
  Octets even = rsa(f4, 2048);
  even.back() = 0xfe;
  EXPECT_FALSE(is_key(Algorithm::rsa_sha256, even));
}

TEST(PublicKey, rsa_exponent_may_have_the_long_form_of_its_length) {
  Octets long_form = rsa(f4, 2048);
  long_form.insert(long_form.begin(), {0, 0});
  EXPECT_TRUE(is_key(Algorithm::rsa_sha256, long_form));
}

TEST(PublicKey, E10_truncated_anywhere_is_no_key) {
  for (const Algorithm algorithm : {Algorithm::rsa_sha256, Algorithm::ecdsa_p256,
                                    Algorithm::ecdsa_p384, Algorithm::ed25519, Algorithm::ed448}) {
    const SigningKey key(algorithm);
    const wire::Bytes whole = wire::Bytes(key.dnskey_rdata()).subspan(4);
    EXPECT_TRUE(PublicKey::make(algorithm, whole));
    for (std::size_t size = 0; size < whole.size(); ++size)
      EXPECT_FALSE(PublicKey::make(algorithm, whole.first(size))) << size;
  }
}

TEST(PublicKey, E10_lengths_of_points_are_exact) {
  for (const Algorithm algorithm :
       {Algorithm::ecdsa_p256, Algorithm::ecdsa_p384, Algorithm::ed25519, Algorithm::ed448}) {
    const SigningKey key(algorithm);
    Octets longer(key.dnskey_rdata().begin() + 4, key.dnskey_rdata().end());
    longer.push_back(0);
    EXPECT_FALSE(is_key(algorithm, longer));
  }
}

TEST(PublicKey, E10_point_off_the_curve_is_no_key) {
  for (const Algorithm algorithm : {Algorithm::ecdsa_p256, Algorithm::ecdsa_p384}) {
    const SigningKey key(algorithm);
    Octets off(key.dnskey_rdata().begin() + 4, key.dnskey_rdata().end());
    off.back() ^= 1;
    EXPECT_FALSE(is_key(algorithm, off));
    EXPECT_FALSE(is_key(algorithm, octets(off.size(), 0)));
    EXPECT_FALSE(is_key(algorithm, octets(off.size(), 0xff)));
  }
}

TEST(PublicKey, of_an_unsupported_algorithm_is_none) {
  for (const int number : {0, 1, 3, 6, 12, 17, 23, 252, 253, 254, 255})
    EXPECT_FALSE(is_key(Algorithm{static_cast<std::uint8_t>(number)}, rsa(f4, 2048))) << number;
}

class KeyOf : public testing::TestWithParam<Algorithm> {
 protected:
  const SigningKey key_{GetParam(), 3};
  const Octets data_ = octets(200);
  const Octets signature_ = key_.sign(data_);
  [[nodiscard]] bool verify(wire::Bytes data, wire::Bytes signature) const {
    return public_->verify(data, signature);
  }
  const ZoneKeyPtr zone_key_ = key_.zone_key();
  const PublicKey* public_ = zone_key_->public_key();
};

TEST_P(KeyOf, verifies_its_own_signature_alone) {
  ASSERT_TRUE(public_);
  EXPECT_TRUE(verify(data_, signature_));
  Octets other = data_;
  other[100] ^= 1;
  EXPECT_FALSE(verify(other, signature_));
  EXPECT_TRUE(verify(data_, signature_));
  EXPECT_FALSE(SigningKey(GetParam(), 4).zone_key()->public_key()->verify(data_, signature_));
}

TEST_P(KeyOf, E10_refuses_a_signature_with_any_octet_changed) {
  const std::size_t step = GetParam() == Algorithm::ecdsa_p384 ? 9 : 3;
  for (std::size_t at = 0; at < signature_.size(); at += step) {
    Octets other = signature_;
    other[at] ^= 0x40;
    EXPECT_FALSE(verify(data_, other)) << at;
  }
}

TEST_P(KeyOf, E10_refuses_a_signature_of_any_other_length) {
  for (std::size_t size = 0; size < signature_.size(); ++size)
    EXPECT_FALSE(verify(data_, wire::Bytes(signature_).first(size)));
  Octets longer = signature_;
  longer.push_back(0);
  EXPECT_FALSE(verify(data_, longer));
  longer.pop_back();
  longer.insert(longer.begin(), 0);
  EXPECT_FALSE(verify(data_, longer));
}

TEST_P(KeyOf, refuses_signatures_of_zeros_and_of_ones) {
  EXPECT_FALSE(verify(data_, octets(signature_.size(), 0)));
  EXPECT_FALSE(verify(data_, octets(signature_.size(), 0xff)));
  EXPECT_FALSE(verify({}, signature_));
  EXPECT_FALSE(verify(data_, {}));
}

TEST_P(KeyOf, is_used_by_several_threads_at_once) {
  std::vector<std::thread> threads;
  std::atomic<unsigned> right = 0;
  const auto fresh = key_.zone_key();
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([&] {
      for (int n = 0; n < 5; ++n)
        if (fresh->public_key()->verify(data_, signature_)) ++right;
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(right, 20u);
}

INSTANTIATE_TEST_SUITE_P(PublicKey, KeyOf,
                         testing::Values(Algorithm::rsa_sha1, Algorithm::rsa_sha1_nsec3,
                                         Algorithm::rsa_sha256, Algorithm::rsa_sha512,
                                         Algorithm::ecdsa_p256, Algorithm::ecdsa_p384,
                                         Algorithm::ed25519, Algorithm::ed448));

TEST(PublicKey, rsa_of_other_sizes_and_exponents_verifies) {
  const SigningKey odd_size(Algorithm::rsa_sha256, 5, test::key_signing, 1040);
  const Octets data = octets(10);
  EXPECT_TRUE(odd_size.zone_key()->public_key()->verify(data, odd_size.sign(data)));
}

// Every octet of the encoding counts: where the padding or the prefix is not looked at, signatures
// can be made without the key.
TEST(PublicKey, E10_rsa_signature_has_one_encoding_alone) {
  for (const Algorithm algorithm :
       {Algorithm::rsa_sha1, Algorithm::rsa_sha256, Algorithm::rsa_sha512}) {
    const godwit::test::RsaPrivateKey secret(algorithm, 9, 1024);
    const auto key = PublicKey::make(algorithm, secret.public_key());
    const Octets data = octets(33);
    const Octets encoding = secret.encoding(data);
    EXPECT_TRUE(key->verify(data, secret.raised(encoding)));
    for (std::size_t at = 0; at < encoding.size(); ++at) {
      Octets other = encoding;
      other[at] ^= 1;
      EXPECT_FALSE(key->verify(data, secret.raised(other))) << at;
    }
    // Less padding, and the hash not at the end.
    Octets shifted = encoding;
    shifted.erase(shifted.begin() + 10, shifted.begin() + 20);
    shifted.resize(encoding.size(), 0xa5);
    EXPECT_FALSE(key->verify(data, secret.raised(shifted)));
  }
}

// One that is larger by the modulus would hold as well, if it were reduced.
TEST(PublicKey, E10_rsa_signature_is_less_than_the_modulus) {
  const godwit::test::RsaPrivateKey secret(Algorithm::rsa_sha256, 9, 1024);
  const Octets public_key = secret.public_key();
  const auto key = PublicKey::make(Algorithm::rsa_sha256, public_key);
  const auto modulus = godwit::test::detail::number(wire::Bytes(public_key).subspan(4));
  unsigned tried = 0;
  for (std::uint8_t n = 0; n < 50; ++n) {
    const Octets data = octets(33, n);
    const auto larger = godwit::test::detail::number(secret.sign(data));
    ASSERT_EQ(BN_add(larger.get(), larger.get(), modulus.get()), 1);
    if (BN_num_bytes(larger.get()) > 128) continue;
    EXPECT_FALSE(key->verify(data, godwit::test::detail::octets_of(larger.get(), 128)));
    ++tried;
  }
  EXPECT_GT(tried, 0u);
}

TEST(PublicKey, E10_ecdsa_numbers_have_their_length_exactly) {
  for (const Algorithm algorithm : {Algorithm::ecdsa_p256, Algorithm::ecdsa_p384}) {
    const SigningKey key(algorithm);
    const Octets data = octets(33);
    Octets padded = key.sign(data);
    EXPECT_TRUE(key.zone_key()->public_key()->verify(data, padded));
    padded.insert(padded.begin() + static_cast<std::ptrdiff_t>(padded.size() / 2), 0);
    padded.insert(padded.begin(), 0);
    EXPECT_FALSE(key.zone_key()->public_key()->verify(data, padded));
  }
}

// The hash of RSASHA1 under a key for RSASHA256 and the other way round.
TEST(PublicKey, rsa_with_another_hash_is_wrong) {
  const SigningKey sha1(Algorithm::rsa_sha1, 3), sha256(Algorithm::rsa_sha256, 3);
  ASSERT_EQ(wire::Bytes(sha1.dnskey_rdata()).subspan(4).size(),
            wire::Bytes(sha256.dnskey_rdata()).subspan(4).size());
  const Octets data = octets(10);
  EXPECT_FALSE(sha256.zone_key()->public_key()->verify(data, sha1.sign(data)));
  EXPECT_FALSE(sha1.zone_key()->public_key()->verify(data, sha256.sign(data)));
}

TEST(ZoneKeys, are_those_that_may_sign) {
  const wire::Name zone = test::name("example.");
  const SigningKey good(Algorithm::ed25519, 1), revoked(Algorithm::ed25519, 2, 0x0181),
      host(Algorithm::ed25519, 3, 0x0001);
  const auto keys = zone_keys(*godwit::test::dnskey_set(zone, {&good, &revoked, &host}));
  ASSERT_EQ(keys.size(), 1u);
  EXPECT_EQ(keys[0]->tag(), good.tag());
  EXPECT_TRUE(std::ranges::equal(keys[0]->rdata(), good.dnskey_rdata()));
}

TEST(ZoneKeys, are_taken_from_those_known) {
  const wire::Name zone = test::name("example.");
  const SigningKey old_key(Algorithm::ed25519, 1), new_key(Algorithm::ed25519, 2);
  const auto before = zone_keys(*godwit::test::dnskey_set(zone, {&old_key}));
  const auto after = zone_keys(*godwit::test::dnskey_set(zone, {&new_key, &old_key}), before);
  ASSERT_EQ(after.size(), 2u);
  EXPECT_NE(after[0], before[0]);
  EXPECT_EQ(after[1], before[0]);
}

TEST(ZoneKeys, of_a_set_of_another_type_are_none) {
  EXPECT_TRUE(zone_keys(*test::rrset({"example. IN A 192.0.2.1"})).empty());
}

TEST(ZoneKey, E10_that_is_malformed_has_no_public_key) {
  EXPECT_FALSE(ZoneKey(Octets{1, 0, 3, 13, 7}).public_key());
  EXPECT_FALSE(ZoneKey(Octets{1, 0}).public_key());
  EXPECT_FALSE(ZoneKey(Octets{1, 0}).view().is_zone_key());
}

}  // namespace
}  // namespace godwit::dnssec
