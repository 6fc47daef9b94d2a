// ECDSA over P-256 and P-384 by libcrypto (RFC 6605). A context that is ready to verify waits
// beside each key: making one anew would have OpenSSL 3 look up its algorithms each time.
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/objects.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstring>

#include "dnssec/hash.h"
#include "dnssec/openssl_handles.h"
#include "dnssec/public_keys.h"

namespace godwit::dnssec {
namespace {

struct Curve {
  int group;  // its number in libcrypto
  Hash hash;
  std::size_t number_octets;  // of a coordinate, and of r and s
};
constexpr Curve p256{NID_X9_62_prime256v1, Hash::sha256, 32};
constexpr Curve p384{NID_secp384r1, Hash::sha384, 48};
constexpr std::size_t number_octets_max = 48;

// r and s as libcrypto wants them: a sequence of two DER integers. All lengths are below 128.
class DerSignature {
 public:
  explicit DerSignature(wire::Bytes signature) noexcept {
    writer_.u8(0x30);
    writer_.u8(0);
    integer(signature.first(signature.size() / 2));
    integer(signature.last(signature.size() / 2));
    octets_[1] = static_cast<std::uint8_t>(writer_.position() - 2);
  }
  [[nodiscard]] wire::Bytes bytes() const noexcept { return writer_.written(); }

 private:
  void integer(wire::Bytes number) noexcept {
    while (number.size() > 1 && number[0] == 0) number = number.subspan(1);
    const bool looks_negative = number[0] >= 0x80;
    writer_.u8(0x02);
    writer_.u8(static_cast<std::uint8_t>(number.size() + (looks_negative ? 1 : 0)));
    if (looks_negative) writer_.u8(0);
    writer_.bytes(number);
  }
  std::array<std::uint8_t, 2 + 2 * (3 + number_octets_max)> octets_{};
  wire::ByteWriter writer_{octets_};
};

// A context that is ready to verify with the key; null when libcrypto cannot.
EvpKeyContextHandle verifying(EVP_PKEY* key) {
  EvpKeyContextHandle context(EVP_PKEY_CTX_new_from_pkey(nullptr, key, nullptr));
  if (!context || EVP_PKEY_verify_init(context.get()) != 1) {
    ERR_clear_error();
    context.reset();
  }
  return context;
}

class EcdsaKey final : public PublicKey {
 public:
  EcdsaKey(const Curve& curve, EvpKeyHandle key, EvpKeyContextHandle context) noexcept
      : curve_(curve), key_(std::move(key)), spare_(context.release()) {}
  EcdsaKey(const EcdsaKey&) = delete;
  EcdsaKey& operator=(const EcdsaKey&) = delete;
  ~EcdsaKey() override { EVP_PKEY_CTX_free(spare_.load(std::memory_order_acquire)); }

  [[nodiscard]] bool verify(wire::Bytes data, wire::Bytes signature) const override {
    if (signature.size() != 2 * curve_.number_octets) return false;
    const HashValue hash = hash_of(curve_.hash, data);
    EvpKeyContextHandle context = take();
    if (hash.size == 0 || !context) return false;
    const DerSignature der(signature);
    const bool holds = EVP_PKEY_verify(context.get(), der.bytes().data(), der.bytes().size(),
                                       hash.octets.data(), hash.size) == 1;
    if (!holds) ERR_clear_error();
    put_back(std::move(context));
    return holds;
  }

 private:
  // The spare context, or another when a thread has it.
  [[nodiscard]] EvpKeyContextHandle take() const {
    EVP_PKEY_CTX* spare = spare_.exchange(nullptr, std::memory_order_acq_rel);
    return spare ? EvpKeyContextHandle(spare) : verifying(key_.get());
  }
  void put_back(EvpKeyContextHandle context) const {
    const EvpKeyContextHandle other(spare_.exchange(context.release(), std::memory_order_acq_rel));
  }

  const Curve& curve_;
  const EvpKeyHandle key_;
  mutable std::atomic<EVP_PKEY_CTX*> spare_;
};

// A key of the curve with the generator as its point.
EvpKeyHandle generator_key(const Curve& curve) {
  const OpensslHandle<EC_GROUP, EC_GROUP_free> group(EC_GROUP_new_by_curve_name(curve.group));
  std::array<std::uint8_t, 1 + 2 * number_octets_max> point{};
  std::array<char, 32> name{};
  const std::size_t size =
      group ? EC_POINT_point2oct(group.get(), EC_GROUP_get0_generator(group.get()),
                                 POINT_CONVERSION_UNCOMPRESSED, point.data(), point.size(), nullptr)
            : 0;
  std::strncpy(name.data(), OBJ_nid2sn(curve.group), name.size() - 1);
  OSSL_PARAM parameters[] = {
      OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, name.data(), 0),
      OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, point.data(), size),
      OSSL_PARAM_construct_end()};
  const EvpKeyContextHandle context(EVP_PKEY_CTX_new_from_name(nullptr, "EC", nullptr));
  EVP_PKEY* key = nullptr;
  if (!context || EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, parameters) != 1)
    ERR_clear_error();
  return EvpKeyHandle(key);
}

// A key of the point, in its uncompressed form; libcrypto refuses one that is not on the curve. It
// is a copy of another with its point replaced: making the curve anew would cost three times as
// much.
EvpKeyHandle evp_key(const Curve& curve, wire::Bytes point) {
  static const EvpKeyHandle p256_generator = generator_key(p256);
  static const EvpKeyHandle p384_generator = generator_key(p384);
  EVP_PKEY* generator = &curve == &p256 ? p256_generator.get() : p384_generator.get();
  EvpKeyHandle key(generator ? EVP_PKEY_dup(generator) : nullptr);
  std::array<std::uint8_t, 1 + 2 * number_octets_max> encoded{0x04};
  std::ranges::copy(point, encoded.begin() + 1);
  if (!key || EVP_PKEY_set1_encoded_public_key(key.get(), encoded.data(), 1 + point.size()) != 1) {
    ERR_clear_error();
    key.reset();
  }
  return key;
}

}  // namespace

PublicKeyPtr make_ecdsa_key(Algorithm algorithm, wire::Bytes public_key) {
  const Curve& curve = algorithm == Algorithm::ecdsa_p256 ? p256 : p384;
  if (public_key.size() != 2 * curve.number_octets) return nullptr;
  EvpKeyHandle key = evp_key(curve, public_key);
  if (!key) return nullptr;
  EvpKeyContextHandle context = verifying(key.get());
  if (!context) return nullptr;
  return std::make_unique<EcdsaKey>(curve, std::move(key), std::move(context));
}

}  // namespace godwit::dnssec
