// The kinds of public keys, each made from the key field of a DNSKEY; null when that is no such key
// or out of bounds. For key.cc alone.
#pragma once

#include "dnssec/key.h"

namespace godwit::dnssec {

inline constexpr std::size_t rsa_modulus_bits_max = 4096;
inline constexpr std::size_t rsa_exponent_octets_max = 8;  // that any bounds allow
inline constexpr std::size_t ed25519_key_octets = 32, ed25519_signature_octets = 64;
inline constexpr std::size_t ed448_key_octets = 57, ed448_signature_octets = 114;

using PublicKeyPtr = std::unique_ptr<const PublicKey>;

[[nodiscard]] PublicKeyPtr make_rsa_key(Algorithm algorithm, wire::Bytes public_key,
                                        const RsaBounds& bounds);
[[nodiscard]] PublicKeyPtr make_ecdsa_key(Algorithm algorithm, wire::Bytes public_key);
[[nodiscard]] PublicKeyPtr make_ed25519_key(wire::Bytes public_key);
[[nodiscard]] PublicKeyPtr make_ed448_key(wire::Bytes public_key);

}  // namespace godwit::dnssec
