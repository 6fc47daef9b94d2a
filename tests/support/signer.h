// Signs zones' data for tests: DNSKEY, RRSIG and DS records, and NSEC3 names. Not constant in time,
// not for anything else. One thread for each key.
#pragma once

#include <optional>
#include <span>

#include "dnssec/canonical.h"
#include "dnssec/ds.h"
#include "tests/support/signing_key.h"
#include "wire/text_encoding.h"

namespace godwit::test {

inline constexpr std::uint16_t zone_signing = 0x0100, key_signing = 0x0101, revoked_bit = 0x0080;

// A key and its DNSKEY record. The same algorithm and seed make the same key.
class SigningKey {
 public:
  explicit SigningKey(dnssec::Algorithm algorithm, std::uint64_t seed = 1,
                      std::uint16_t flags = key_signing, unsigned rsa_bits = 1024)
      : algorithm_(algorithm), private_(make_private_key(algorithm, seed, rsa_bits)) {
    set_flags(flags);
  }
  // Makes the record anew, with the same key: other flags make another tag.
  void set_flags(std::uint16_t flags) {
    const Octets key = private_->public_key();
    dnskey_ = {static_cast<std::uint8_t>(flags >> 8), static_cast<std::uint8_t>(flags), 3,
               static_cast<std::uint8_t>(algorithm_)};
    dnskey_.insert(dnskey_.end(), key.begin(), key.end());
  }
  [[nodiscard]] dnssec::Algorithm algorithm() const { return algorithm_; }
  [[nodiscard]] const Octets& dnskey_rdata() const { return dnskey_; }
  [[nodiscard]] std::uint16_t tag() const { return dnssec::key_tag(dnskey_); }
  [[nodiscard]] Octets sign(wire::Bytes data) const { return private_->sign(data); }
  [[nodiscard]] dnssec::ZoneKeyPtr zone_key() const {
    return std::make_shared<const dnssec::ZoneKey>(dnskey_);
  }

 private:
  dnssec::Algorithm algorithm_;
  std::unique_ptr<const PrivateKey> private_;
  Octets dnskey_;
};

// How a set is signed. What is not given is what it should be.
struct Signing {
  wire::Name zone;                           // the signer
  std::uint32_t inception = 1'700'000'000;   // 2023-11-14
  std::uint32_t expiration = 1'900'000'000;  // 2030-03-17
  std::optional<std::uint8_t> labels = {};   // fewer than the owner's: made from a wildcard
  std::optional<std::uint32_t> original_ttl = {};
  std::optional<wire::RrType> type_covered = {};
  std::optional<std::uint16_t> key_tag = {};
};

// RRSIG RDATA for `set`.
inline Octets rrsig_rdata(const wire::RRset& set, const SigningKey& key, const Signing& how) {
  const wire::Bytes signer = how.zone.wire();
  Octets rdata(18);
  wire::store_u16(&rdata[0], static_cast<std::uint16_t>(how.type_covered.value_or(set.type())));
  rdata[2] = static_cast<std::uint8_t>(key.algorithm());
  rdata[3] = how.labels.value_or(static_cast<std::uint8_t>(dnssec::signed_labels(set.owner())));
  wire::store_u32(&rdata[4], how.original_ttl.value_or(set.ttl()));
  wire::store_u32(&rdata[8], how.expiration);
  wire::store_u32(&rdata[12], how.inception);
  wire::store_u16(&rdata[16], how.key_tag.value_or(key.tag()));
  rdata.insert(rdata.end(), signer.begin(), signer.end());
  const Octets signature = key.sign(dnssec::signed_data(set, rdata));
  rdata.insert(rdata.end(), signature.begin(), signature.end());
  return rdata;
}

// `set` with these signatures instead of its own.
inline wire::RRsetPtr with_signatures(const wire::RRset& set, std::span<const Octets> rrsigs) {
  wire::RRsetBuilder builder(set.owner(), set.type(), set.rr_class());
  for (const wire::Bytes rdata : set.records()) builder.add(rdata, set.ttl());
  for (const Octets& rrsig : rrsigs) builder.add_signature(rrsig, set.ttl());
  builder.set_ttl(set.ttl());
  return builder.build();
}
inline wire::RRsetPtr with_signatures(const wire::RRset& set,
                                      std::initializer_list<Octets> rrsigs) {
  return with_signatures(set, std::span<const Octets>(rrsigs.begin(), rrsigs.size()));
}
inline wire::RRsetPtr signed_set(const wire::RRset& set, const SigningKey& key,
                                 const Signing& how) {
  return with_signatures(set, {rrsig_rdata(set, key, how)});
}

// A zone's DNSKEY set, without signatures.
inline wire::RRsetPtr dnskey_set(const wire::Name& zone, std::span<const SigningKey* const> keys,
                                 std::uint32_t ttl = 3600) {
  wire::RRsetBuilder builder(zone, wire::RrType::dnskey);
  for (const SigningKey* key : keys) builder.add(key->dnskey_rdata(), ttl);
  return builder.build();
}
inline wire::RRsetPtr dnskey_set(const wire::Name& zone,
                                 std::initializer_list<const SigningKey*> keys,
                                 std::uint32_t ttl = 3600) {
  return dnskey_set(zone, std::span<const SigningKey* const>(keys.begin(), keys.size()), ttl);
}

inline Octets ds_rdata(const wire::Name& zone, wire::Bytes dnskey_rdata,
                       dnssec::Digest digest = dnssec::Digest::sha256) {
  Octets rdata(4);
  wire::store_u16(rdata.data(), dnssec::key_tag(dnskey_rdata));
  rdata[2] = dnskey_rdata[3];
  rdata[3] = static_cast<std::uint8_t>(digest);
  const Octets octets = dnssec::ds_digest(zone, dnskey_rdata, digest);
  rdata.insert(rdata.end(), octets.begin(), octets.end());
  return rdata;
}
// A DS set of one record for each key.
inline wire::RRsetPtr ds_set(const wire::Name& zone, std::initializer_list<const SigningKey*> keys,
                             dnssec::Digest digest = dnssec::Digest::sha256,
                             std::uint32_t ttl = 3600) {
  wire::RRsetBuilder builder(zone, wire::RrType::ds);
  for (const SigningKey* key : keys) builder.add(ds_rdata(zone, key->dnskey_rdata(), digest), ttl);
  return builder.build();
}

// RFC 5155 §5.
inline Octets nsec3_digest(const wire::Name& name, std::uint16_t iterations, wire::Bytes salt) {
  dnssec::HashValue hash = dnssec::hash_of(dnssec::Hash::sha1, name.to_lower().wire(), salt);
  for (unsigned i = 0; i < iterations; ++i)
    hash = dnssec::hash_of(dnssec::Hash::sha1, hash.bytes(), salt);
  return {hash.bytes().begin(), hash.bytes().end()};
}
// The owner of the NSEC3 record of `name` in `zone`.
inline wire::Name nsec3_owner(const wire::Name& name, const wire::Name& zone,
                              std::uint16_t iterations, wire::Bytes salt) {
  std::string label;
  wire::append_base32hex(label, nsec3_digest(name, iterations, salt));
  return zone.with_label({reinterpret_cast<const std::uint8_t*>(label.data()), label.size()})
      .value();
}

}  // namespace godwit::test
