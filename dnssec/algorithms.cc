#include "dnssec/algorithms.h"

namespace godwit::dnssec {

bool is_supported(Algorithm algorithm, const AlgorithmPolicy& policy) noexcept {
  switch (algorithm) {
    case Algorithm::rsa_sha1:
    case Algorithm::rsa_sha1_nsec3:
      return policy.sha1_signatures;
    case Algorithm::rsa_sha256:
    case Algorithm::rsa_sha512:
    case Algorithm::ecdsa_p256:
    case Algorithm::ecdsa_p384:
    case Algorithm::ed25519:
    case Algorithm::ed448:
      return true;
    default:
      return false;
  }
}

bool is_supported(Digest digest) noexcept {
  return digest == Digest::sha1 || digest == Digest::sha256 || digest == Digest::sha384;
}

// Measured with OpenSSL 3.0 and libsodium, rounded up; RSA with 4096 bits and a long exponent.
std::uint32_t cost_microseconds(Algorithm algorithm) noexcept {
  switch (algorithm) {
    case Algorithm::ecdsa_p256:
      return 80;
    case Algorithm::ecdsa_p384:
      return 750;
    case Algorithm::ed25519:
      return 110;
    case Algorithm::ed448:
      return 320;
    default:
      return 220;
  }
}

std::string_view to_text(Algorithm algorithm) noexcept {
  switch (algorithm) {
    case Algorithm::rsa_md5:
      return "RSAMD5";
    case Algorithm::dsa:
      return "DSA";
    case Algorithm::rsa_sha1:
      return "RSASHA1";
    case Algorithm::dsa_nsec3:
      return "DSA-NSEC3-SHA1";
    case Algorithm::rsa_sha1_nsec3:
      return "RSASHA1-NSEC3-SHA1";
    case Algorithm::rsa_sha256:
      return "RSASHA256";
    case Algorithm::rsa_sha512:
      return "RSASHA512";
    case Algorithm::gost:
      return "ECC-GOST";
    case Algorithm::ecdsa_p256:
      return "ECDSAP256SHA256";
    case Algorithm::ecdsa_p384:
      return "ECDSAP384SHA384";
    case Algorithm::ed25519:
      return "ED25519";
    case Algorithm::ed448:
      return "ED448";
  }
  return "unknown";
}

}  // namespace godwit::dnssec
