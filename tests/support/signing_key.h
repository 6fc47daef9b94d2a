// Private keys for tests: made from a number, always the same ones, with signatures that are always
// the same. By the textbook and in variable time: for nothing but tests. RFC 6605, RFC 8017, RFC
// 8032.
#pragma once

#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/obj_mac.h>
#include <sodium.h>

#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "dnssec/hash.h"
#include "dnssec/key.h"

namespace godwit::test {

using Octets = std::vector<std::uint8_t>;

namespace detail {

template <typename T, void (*free)(T*)>
struct Free {
  void operator()(T* object) const { free(object); }
};
using Number = std::unique_ptr<BIGNUM, Free<BIGNUM, BN_free>>;
using NumberContext = std::unique_ptr<BN_CTX, Free<BN_CTX, BN_CTX_free>>;
using Group = std::unique_ptr<EC_GROUP, Free<EC_GROUP, EC_GROUP_free>>;
using Point = std::unique_ptr<EC_POINT, Free<EC_POINT, EC_POINT_free>>;
using EvpKey = std::unique_ptr<EVP_PKEY, Free<EVP_PKEY, EVP_PKEY_free>>;

inline void done(bool success) {
  if (!success) throw std::runtime_error("libcrypto");
}

// As many octets as are wanted, that look random and follow from `seed` and `purpose`.
inline Octets octets_from(std::uint64_t seed, std::string_view purpose, std::size_t count) {
  Octets out;
  for (unsigned block = 0; out.size() < count; ++block) {
    const std::string text =
        std::to_string(seed) + " " + std::string(purpose) + " " + std::to_string(block);
    const auto value = dnssec::hash_of(
        dnssec::Hash::sha256, {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
    out.insert(out.end(), value.bytes().begin(), value.bytes().end());
  }
  out.resize(count);
  return out;
}

inline Number number(wire::Bytes octets) {
  Number n(BN_bin2bn(octets.data(), static_cast<int>(octets.size()), nullptr));
  done(n != nullptr);
  return n;
}

inline Octets octets_of(const BIGNUM* n, std::size_t count) {
  Octets out(count);
  done(BN_bn2binpad(n, out.data(), static_cast<int>(count)) == static_cast<int>(count));
  return out;
}

}  // namespace detail

// What signs. Make one with make_private_key().
class PrivateKey {
 public:
  virtual ~PrivateKey() = default;
  [[nodiscard]] virtual Octets public_key() const = 0;  // the key field of a DNSKEY
  [[nodiscard]] virtual Octets sign(wire::Bytes data) const = 0;
};

class Ed25519PrivateKey final : public PrivateKey {
 public:
  explicit Ed25519PrivateKey(wire::Bytes seed) : public_(32), secret_(64) {
    crypto_sign_seed_keypair(public_.data(), secret_.data(), seed.data());
  }
  [[nodiscard]] Octets public_key() const override { return public_; }
  [[nodiscard]] Octets sign(wire::Bytes data) const override {
    Octets signature(64);
    crypto_sign_detached(signature.data(), nullptr, data.data(), data.size(), secret_.data());
    return signature;
  }

 private:
  Octets public_, secret_;
};

class Ed448PrivateKey final : public PrivateKey {
 public:
  explicit Ed448PrivateKey(wire::Bytes seed)
      : key_(EVP_PKEY_new_raw_private_key(EVP_PKEY_ED448, nullptr, seed.data(), seed.size())) {
    detail::done(key_ != nullptr);
  }
  [[nodiscard]] Octets public_key() const override {
    Octets out(57);
    std::size_t size = out.size();
    detail::done(EVP_PKEY_get_raw_public_key(key_.get(), out.data(), &size) == 1);
    return out;
  }
  [[nodiscard]] Octets sign(wire::Bytes data) const override {
    Octets signature(114);
    std::size_t size = signature.size();
    const std::unique_ptr<EVP_MD_CTX, detail::Free<EVP_MD_CTX, EVP_MD_CTX_free>> context(
        EVP_MD_CTX_new());
    detail::done(EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key_.get()) == 1 &&
                 EVP_DigestSign(context.get(), signature.data(), &size, data.data(), data.size()) ==
                     1);
    return signature;
  }

 private:
  detail::EvpKey key_;
};

class EcdsaPrivateKey final : public PrivateKey {
 public:
  EcdsaPrivateKey(dnssec::Algorithm algorithm, Octets secret)
      : is_p256_(algorithm == dnssec::Algorithm::ecdsa_p256),
        group_(EC_GROUP_new_by_curve_name(is_p256_ ? NID_X9_62_prime256v1 : NID_secp384r1)),
        secret_octets_(std::move(secret)) {
    secret_octets_[0] &= 0x7f;  // below the order
    secret_ = detail::number(secret_octets_);
  }
  [[nodiscard]] static std::size_t octets(dnssec::Algorithm algorithm) {
    return algorithm == dnssec::Algorithm::ecdsa_p256 ? 32 : 48;
  }
  [[nodiscard]] Octets public_key() const override {
    const detail::Point point = times_base(secret_.get());
    Octets out(1 + 2 * octets());
    detail::done(EC_POINT_point2oct(group_.get(), point.get(), POINT_CONVERSION_UNCOMPRESSED,
                                    out.data(), out.size(), context_.get()) == out.size());
    out.erase(out.begin());
    return out;
  }
  // The nonce follows from key and data.
  [[nodiscard]] Octets sign(wire::Bytes data) const override {
    const auto kind = is_p256_ ? dnssec::Hash::sha256 : dnssec::Hash::sha384;
    const dnssec::HashValue hash = dnssec::hash_of(kind, data);
    dnssec::HashValue nonce = dnssec::hash_of(kind, secret_octets_, hash.bytes());
    nonce.octets[0] &= 0x7f;
    const BIGNUM* order = EC_GROUP_get0_order(group_.get());
    const detail::Number k = detail::number(nonce.bytes());
    const detail::Point point = times_base(k.get());
    const detail::Number r(BN_new()), s(BN_new());
    const detail::Number inverse(BN_mod_inverse(nullptr, k.get(), order, context_.get()));
    detail::done(inverse != nullptr &&
                 EC_POINT_get_affine_coordinates(group_.get(), point.get(), r.get(), nullptr,
                                                 context_.get()) == 1 &&
                 BN_nnmod(r.get(), r.get(), order, context_.get()) == 1 &&
                 BN_mod_mul(s.get(), r.get(), secret_.get(), order, context_.get()) == 1 &&
                 BN_mod_add(s.get(), s.get(), detail::number(hash.bytes()).get(), order,
                            context_.get()) == 1 &&
                 BN_mod_mul(s.get(), s.get(), inverse.get(), order, context_.get()) == 1);
    Octets signature = detail::octets_of(r.get(), octets());
    const Octets second = detail::octets_of(s.get(), octets());
    signature.insert(signature.end(), second.begin(), second.end());
    return signature;
  }

 private:
  [[nodiscard]] std::size_t octets() const { return is_p256_ ? 32 : 48; }
  [[nodiscard]] detail::Point times_base(const BIGNUM* factor) const {
    detail::Point point(EC_POINT_new(group_.get()));
    detail::done(
        EC_POINT_mul(group_.get(), point.get(), factor, nullptr, nullptr, context_.get()) == 1);
    return point;
  }
  bool is_p256_;
  detail::Group group_;
  Octets secret_octets_;
  detail::Number secret_;
  detail::NumberContext context_{BN_CTX_new()};
};

// Exponent 65537. Cost: finding two primes, 10 ms for 1024 bits and many times that for more.
class RsaPrivateKey final : public PrivateKey {
 public:
  RsaPrivateKey(dnssec::Algorithm algorithm, std::uint64_t seed, unsigned bits)
      : algorithm_(algorithm), octets_(bits / 8) {
    const detail::Number exponent = detail::number(Octets{1, 0, 1});
    const detail::Number p = prime(seed, "p", bits / 2), q = prime(seed, "q", bits / 2);
    const detail::Number totient(BN_new());
    detail::done(BN_mul(modulus_.get(), p.get(), q.get(), context_.get()) == 1 &&
                 BN_sub_word(p.get(), 1) == 1 && BN_sub_word(q.get(), 1) == 1 &&
                 BN_mul(totient.get(), p.get(), q.get(), context_.get()) == 1);
    secret_.reset(BN_mod_inverse(nullptr, exponent.get(), totient.get(), context_.get()));
    detail::done(secret_ != nullptr);
  }
  [[nodiscard]] Octets public_key() const override {
    Octets out{3, 1, 0, 1};
    const Octets modulus = detail::octets_of(modulus_.get(), octets_);
    out.insert(out.end(), modulus.begin(), modulus.end());
    return out;
  }
  [[nodiscard]] Octets sign(wire::Bytes data) const override { return raised(encoding(data)); }
  // What `encoded`, which is as long as the modulus and less than it, becomes with the secret
  // exponent: a signature, when it is an encoding.
  [[nodiscard]] Octets raised(wire::Bytes encoded) const {
    const detail::Number power(BN_new());
    detail::done(BN_mod_exp(power.get(), detail::number(encoded).get(), secret_.get(),
                            modulus_.get(), context_.get()) == 1);
    return detail::octets_of(power.get(), octets_);
  }
  // RFC 8017 §9.2.
  [[nodiscard]] Octets encoding(wire::Bytes data) const {
    using dnssec::Hash;
    Octets info{0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01,
                0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04, 0x20};
    Hash kind = Hash::sha256;
    if (algorithm_ == dnssec::Algorithm::rsa_sha512) {
      kind = Hash::sha512;
      info[1] = 0x51;
      info[14] = 0x03;
      info[18] = 0x40;
    } else if (algorithm_ != dnssec::Algorithm::rsa_sha256) {
      kind = Hash::sha1;
      info = {0x30, 0x21, 0x30, 0x09, 0x06, 0x05, 0x2b, 0x0e,
              0x03, 0x02, 0x1a, 0x05, 0x00, 0x04, 0x14};
    }
    const dnssec::HashValue hash = dnssec::hash_of(kind, data);
    Octets out{0, 1};
    out.resize(octets_ - 1 - info.size() - hash.size, 0xff);
    out.push_back(0);
    out.insert(out.end(), info.begin(), info.end());
    out.insert(out.end(), hash.bytes().begin(), hash.bytes().end());
    return out;
  }

 private:
  // Top bits set, so that the product has all its bits; p - 1 has no factor 65537.
  static detail::Number prime(std::uint64_t seed, std::string_view which, unsigned bits) {
    Octets octets = detail::octets_from(seed, "rsa " + std::string(which), bits / 8);
    octets.front() |= 0xc0;
    octets.back() |= 1;
    detail::Number candidate = detail::number(octets);
    const detail::NumberContext context(BN_CTX_new());
    while (BN_check_prime(candidate.get(), context.get(), nullptr) != 1 ||
           BN_mod_word(candidate.get(), 65537) == 1)
      detail::done(BN_add_word(candidate.get(), 2) == 1);
    return candidate;
  }
  dnssec::Algorithm algorithm_;
  std::size_t octets_;
  detail::NumberContext context_{BN_CTX_new()};
  detail::Number modulus_{BN_new()}, secret_;
};

inline std::unique_ptr<const PrivateKey> make_private_key(dnssec::Algorithm algorithm,
                                                          std::uint64_t seed,
                                                          unsigned rsa_bits = 1024) {
  using dnssec::Algorithm;
  switch (algorithm) {
    case Algorithm::ed25519:
      return std::make_unique<Ed25519PrivateKey>(detail::octets_from(seed, "ed25519", 32));
    case Algorithm::ed448:
      return std::make_unique<Ed448PrivateKey>(detail::octets_from(seed, "ed448", 57));
    case Algorithm::ecdsa_p256:
    case Algorithm::ecdsa_p384:
      return std::make_unique<EcdsaPrivateKey>(
          algorithm, detail::octets_from(seed, "ecdsa", EcdsaPrivateKey::octets(algorithm)));
    case Algorithm::rsa_sha1:
    case Algorithm::rsa_sha1_nsec3:
    case Algorithm::rsa_sha256:
    case Algorithm::rsa_sha512:
      return std::make_unique<RsaPrivateKey>(algorithm, seed, rsa_bits);
    default:
      throw std::invalid_argument("no such algorithm");
  }
}

}  // namespace godwit::test
