// RSA by libcrypto's numbers: a signature is raised to the exponent and compared with the one
// encoding that it may have (RFC 8017 §8.2.2). So there is no encoding to parse, a key costs little
// to make, and no policy for other protocols turns SHA-1 away. RFC 3110, RFC 5702.
#include <algorithm>
#include <array>
#include <bit>

#include "dnssec/hash.h"
#include "dnssec/openssl_handles.h"
#include "dnssec/public_keys.h"

namespace godwit::dnssec {
namespace {

constexpr std::size_t modulus_octets_max = rsa_modulus_bits_max / 8;

// What stands before the hash in the encoding (RFC 8017 §9.2, note 1).
constexpr std::array<std::uint8_t, 15> sha1_prefix{0x30, 0x21, 0x30, 0x09, 0x06, 0x05, 0x2b, 0x0e,
                                                   0x03, 0x02, 0x1a, 0x05, 0x00, 0x04, 0x14};
constexpr std::array<std::uint8_t, 19> sha256_prefix{0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60,
                                                     0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02,
                                                     0x01, 0x05, 0x00, 0x04, 0x20};
constexpr std::array<std::uint8_t, 19> sha512_prefix{0x30, 0x51, 0x30, 0x0d, 0x06, 0x09, 0x60,
                                                     0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02,
                                                     0x03, 0x05, 0x00, 0x04, 0x40};

struct Scheme {
  Hash hash;
  wire::Bytes prefix;
};

Scheme scheme_of(Algorithm algorithm) noexcept {
  if (algorithm == Algorithm::rsa_sha256) return {Hash::sha256, sha256_prefix};
  if (algorithm == Algorithm::rsa_sha512) return {Hash::sha512, sha512_prefix};
  return {Hash::sha1, sha1_prefix};
}

// 00 01 ff .. ff 00 prefix hash, of the modulus' length: the padding is never shorter than eight
// octets, as the least modulus is longer than all else.
bool is_encoding(wire::Bytes encoded, wire::Bytes prefix, wire::Bytes hash) noexcept {
  const std::size_t tail = 1 + prefix.size() + hash.size();
  if (encoded.size() < 2 + 8 + tail) return false;
  const wire::Bytes padding = encoded.subspan(2, encoded.size() - 2 - tail);
  const wire::Bytes rest = encoded.last(tail);
  return encoded[0] == 0 && encoded[1] == 1 &&
         std::ranges::all_of(padding, [](std::uint8_t octet) { return octet == 0xff; }) &&
         rest[0] == 0 && std::ranges::equal(rest.subspan(1, prefix.size()), prefix) &&
         std::ranges::equal(rest.last(hash.size()), hash);
}

class RsaKey final : public PublicKey {
 public:
  RsaKey(Scheme scheme, std::uint64_t exponent, wire::Bytes modulus)
      : scheme_(scheme),
        octets_(modulus.size()),
        exponent_(exponent),
        modulus_(number(modulus)),
        montgomery_(BN_MONT_CTX_new()) {
    const BignumContextHandle scratch(BN_CTX_new());
    if (!scratch || !modulus_ || !montgomery_ ||
        BN_MONT_CTX_set(montgomery_.get(), modulus_.get(), scratch.get()) != 1)
      montgomery_.reset();
  }
  [[nodiscard]] bool is_made() const noexcept { return modulus_ && montgomery_; }

  [[nodiscard]] bool verify(wire::Bytes data, wire::Bytes signature) const override {
    if (signature.size() != octets_) return false;
    const BignumHandle s = number(signature);
    if (!s || BN_cmp(s.get(), modulus_.get()) >= 0) return false;
    const BignumHandle encoding = power(*s);
    std::array<std::uint8_t, modulus_octets_max> encoded;
    const int size = static_cast<int>(octets_);
    if (!encoding || BN_bn2binpad(encoding.get(), encoded.data(), size) != size) return false;
    const HashValue hash = hash_of(scheme_.hash, data);
    return hash.size != 0 && is_encoding({encoded.data(), octets_}, scheme_.prefix, hash.bytes());
  }

 private:
  static BignumHandle number(wire::Bytes octets) {
    return BignumHandle(BN_bin2bn(octets.data(), static_cast<int>(octets.size()), nullptr));
  }

  // `base` to the exponent: squares and multiplies, which with so short an exponent is faster than
  // BN_mod_exp_mont. The last factor is not in Montgomery form, and so neither is the product.
  [[nodiscard]] BignumHandle power(const BIGNUM& base) const {
    const BignumContextHandle scratch(BN_CTX_new());
    const BignumHandle factor(BN_new());
    BignumHandle product(BN_new());
    if (!scratch || !factor || !product) return nullptr;
    const auto multiply = [&](const BIGNUM* by) {
      return BN_mod_mul_montgomery(product.get(), product.get(), by, montgomery_.get(),
                                   scratch.get()) == 1;
    };
    bool ok = BN_to_montgomery(factor.get(), &base, montgomery_.get(), scratch.get()) == 1 &&
              BN_copy(product.get(), factor.get()) != nullptr;
    for (int bit = static_cast<int>(std::bit_width(exponent_)) - 2; ok && bit >= 0; --bit) {
      ok = multiply(product.get());
      if (ok && (exponent_ >> bit & 1U) != 0) ok = multiply(bit == 0 ? &base : factor.get());
    }
    return ok ? std::move(product) : nullptr;
  }

  Scheme scheme_;
  std::size_t octets_;
  std::uint64_t exponent_;  // odd, above 1
  BignumHandle modulus_;
  MontgomeryHandle montgomery_;
};

std::size_t bits_of(wire::Bytes number) noexcept {
  std::size_t bits = number.size() * 8;
  for (std::uint8_t top = 0x80; top != 0 && (number[0] & top) == 0; top >>= 1) --bits;
  return bits;
}

// Odd and without leading zeros, which RFC 3110 §2 prohibits.
bool is_odd_number(wire::Bytes number) noexcept {
  return !number.empty() && number.front() != 0 && (number.back() & 1) != 0;
}

}  // namespace

PublicKeyPtr make_rsa_key(Algorithm algorithm, wire::Bytes public_key, const RsaBounds& bounds) {
  wire::ByteReader reader(public_key);
  std::size_t exponent_octets = reader.u8();
  if (exponent_octets == 0) exponent_octets = reader.u16();
  const wire::Bytes exponent = reader.bytes(exponent_octets);
  const wire::Bytes modulus = reader.rest();
  // Of what is cut short the parts are empty, and no odd numbers.
  if (exponent.size() > rsa_exponent_octets_max || modulus.size() > modulus_octets_max ||
      !is_odd_number(exponent) || !is_odd_number(modulus))
    return nullptr;
  std::uint64_t e = 0;
  for (const std::uint8_t octet : exponent) e = e << 8 | octet;
  if (e == 1 || e > bounds.exponent_max) return nullptr;
  if (bits_of(modulus) < bounds.modulus_bits_min) return nullptr;
  auto key = std::make_unique<RsaKey>(scheme_of(algorithm), e, modulus);
  if (!key->is_made()) return nullptr;
  return key;
}

}  // namespace godwit::dnssec
