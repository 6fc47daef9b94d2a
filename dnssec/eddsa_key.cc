// Ed25519 by libsodium, Ed448 by libcrypto (RFC 8080). A point that is none is found at the first
// check.
#include <openssl/err.h>
#include <sodium.h>

#include <algorithm>
#include <array>

#include "dnssec/openssl_handles.h"
#include "dnssec/public_keys.h"

namespace godwit::dnssec {
namespace {

static_assert(ed25519_key_octets == crypto_sign_PUBLICKEYBYTES);
static_assert(ed25519_signature_octets == crypto_sign_BYTES);

class Ed25519Key final : public PublicKey {
 public:
  explicit Ed25519Key(wire::Bytes public_key) noexcept {
    std::ranges::copy(public_key, key_.begin());
  }
  [[nodiscard]] bool verify(wire::Bytes data, wire::Bytes signature) const override {
    return signature.size() == ed25519_signature_octets &&
           crypto_sign_verify_detached(signature.data(), data.data(), data.size(), key_.data()) ==
               0;
  }

 private:
  std::array<std::uint8_t, ed25519_key_octets> key_{};
};

class Ed448Key final : public PublicKey {
 public:
  explicit Ed448Key(EvpKeyHandle key) noexcept : key_(std::move(key)) {}
  [[nodiscard]] bool verify(wire::Bytes data, wire::Bytes signature) const override {
    if (signature.size() != ed448_signature_octets) return false;
    const DigestContextHandle context(EVP_MD_CTX_new());
    const bool holds =
        context &&
        EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key_.get()) == 1 &&
        EVP_DigestVerify(context.get(), signature.data(), signature.size(), data.data(),
                         data.size()) == 1;
    if (!holds) ERR_clear_error();
    return holds;
  }

 private:
  EvpKeyHandle key_;
};

}  // namespace

PublicKeyPtr make_ed25519_key(wire::Bytes public_key) {
  if (public_key.size() != ed25519_key_octets) return nullptr;
  return std::make_unique<Ed25519Key>(public_key);
}

PublicKeyPtr make_ed448_key(wire::Bytes public_key) {
  if (public_key.size() != ed448_key_octets) return nullptr;
  EvpKeyHandle key(EVP_PKEY_new_raw_public_key_ex(nullptr, "ED448", nullptr, public_key.data(),
                                                  public_key.size()));
  if (!key) {
    ERR_clear_error();
    return nullptr;
  }
  return std::make_unique<Ed448Key>(std::move(key));
}

}  // namespace godwit::dnssec
