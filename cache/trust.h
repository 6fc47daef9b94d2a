// How far data is believed (RFC 2181 §5.4.1). A lower rank never replaces a fresh higher one; only
// `answer` ranks and above are ever given to a client.
#pragma once

#include <compare>
#include <cstdint>

#include "cache/security.h"

namespace godwit::cache {

enum class Trust : std::uint8_t {
  glue,                        // additional data of a referral: to contact servers, never to answer
  authority_nonauthoritative,  // NS of a referral
  answer_nonauthoritative,     // answer section without AA (forwarders, the tail of a chain)
  authority_authoritative,     // SOA and proofs beside a negative answer
  answer_authoritative,        // answer section with AA
};

[[nodiscard]] constexpr bool may_answer_clients(Trust trust) noexcept {
  return trust == Trust::answer_nonauthoritative || trust == Trust::answer_authoritative;
}

// What a set is worth: what DNSSEC says of it, then where it came from. A lower one never replaces
// a fresh higher one.
struct Standing {
  constexpr Standing(Trust t, Security s = Security::indeterminate) noexcept  // NOLINT
      : security(s), trust(t) {}
  Security security;
  Trust trust;
  [[nodiscard]] constexpr auto operator<=>(const Standing&) const noexcept = default;
};

}  // namespace godwit::cache
