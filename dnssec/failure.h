// Why data are not believed: one fault with what a person needs to find it, and the one table from
// faults to Extended DNS Errors (RFC 8914 §4). Plain values.
#pragma once

#include <cstdint>
#include <string>

#include "dnssec/algorithms.h"
#include "wire/codes.h"
#include "wire/name.h"

namespace godwit::dnssec {

enum class Fault : std::uint8_t {
  none,
  // Signatures.
  signature_wrong,  // the arithmetic says no
  signature_expired,
  signature_not_yet_valid,
  signature_expired_before_valid,  // inception behind expiration
  signature_malformed,             // labels, signer or type that cannot be
  signer_wrong,                    // signed by a zone that does not hold the data
  signatures_missing,
  // Keys.
  dnskey_missing,      // no key that the DS set or the trust anchor names
  dnskey_unreachable,  // the zone's keys could not be fetched
  dnskey_unusable,     // the key named is malformed or out of bounds
  no_zone_key_bit,
  key_for_signature_missing,
  unsupported_algorithms,  // said of what is insecure for it
  unsupported_digests,     // likewise
  // Denials.
  nsec_missing,               // a denial without proof, or a wildcard without one
  nsec_wrong,                 // proofs that prove something else
  nsec3_iterations_insecure,  // said of what is insecure for it
  nsec3_iterations_excessive,
  // Limits and the clock.
  too_much_work,
  clock_wrong,
  // A key or DS could not be had because its zone's servers fail.
  chain_unreachable,
};

struct Failure {
  Failure() = default;
  explicit Failure(Fault f) : fault(f) {}
  Fault fault = Fault::none;
  Algorithm algorithm{};      // of the signature or key, when there is one
  std::uint16_t key_tag = 0;  // likewise
  std::uint32_t time =
      0;  // of the signature's expiration or inception, in seconds of RFC 4034 §3.1.5
  wire::RrType type = wire::RrType::none;  // of the data
  wire::Name owner;                        // of the data
  wire::Name zone;                         // that signs, or should
  [[nodiscard]] explicit operator bool() const noexcept { return fault != Fault::none; }
};

[[nodiscard]] wire::EdeCode ede_of(Fault fault) noexcept;
// A sentence for people, that names the zone, the key tag and the time where they matter; at most
// 400 octets.
[[nodiscard]] std::string to_text(const Failure& failure);
// The graver of two, when one has to be given: what tells most about the cause.
[[nodiscard]] const Failure& graver(const Failure& a, const Failure& b) noexcept;

}  // namespace godwit::dnssec
