// The algorithms of signatures and the digests of DS records: which are validated, and what a check
// costs. Pure. RFC 8624, RFC 9905, the IANA registries "DNS Security Algorithm Numbers" and "DS RR
// Type Digest Algorithms".
#pragma once

#include <cstdint>
#include <string_view>

namespace godwit::dnssec {

// Numbers that godwit names; every other number is carried as it is and not supported.
enum class Algorithm : std::uint8_t {
  rsa_md5 = 1,
  dsa = 3,
  rsa_sha1 = 5,
  dsa_nsec3 = 6,
  rsa_sha1_nsec3 = 7,
  rsa_sha256 = 8,
  rsa_sha512 = 10,
  gost = 12,
  ecdsa_p256 = 13,
  ecdsa_p384 = 14,
  ed25519 = 15,
  ed448 = 16,
};

enum class Digest : std::uint8_t { sha1 = 1, sha256 = 2, gost = 3, sha384 = 4 };

// Which RSA keys are keys. Weaker ones prove nothing, larger ones cost too much.
struct RsaBounds {
  std::uint32_t modulus_bits_min = 1024;
  std::uint64_t exponent_max = std::uint64_t{1} << 32;
};

// What the operator decides (dnssec.sha1): signatures with SHA-1 count as any other, or as of an
// unknown algorithm. DS digests with SHA-1 are the same either way.
struct AlgorithmPolicy {
  bool sha1_signatures = true;
  RsaBounds rsa;
};

[[nodiscard]] bool is_supported(Algorithm algorithm, const AlgorithmPolicy& policy) noexcept;
[[nodiscard]] bool is_supported(Digest digest) noexcept;

// What one check of a signature costs at most, for the largest key that is taken. Units:
// microseconds on a machine of 2020, fixed, so that a limit means the same everywhere.
[[nodiscard]] std::uint32_t cost_microseconds(Algorithm algorithm) noexcept;

// "ECDSAP256SHA256"; "unknown" for a number without a name. Static.
[[nodiscard]] std::string_view to_text(Algorithm algorithm) noexcept;

}  // namespace godwit::dnssec
