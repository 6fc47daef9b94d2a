// What DNSSEC says of data (RFC 4033 §5, RFC 4035 §4.3), in the order in which one may take the
// place of another: better is never replaced by worse while it is fresh.
#pragma once

#include <algorithm>
#include <cstdint>

namespace godwit::cache {

enum class Security : std::uint8_t {
  bogus,          // has been judged, and nobody who wants validated data may see it
  indeterminate,  // nobody has judged it
  insecure,       // no trust anchor leads there, which is proven, or none is configured
  secure,
};

// That of a whole: no better than its worst part.
[[nodiscard]] constexpr Security worse(Security a, Security b) noexcept {
  return std::min(a, b);
}

}  // namespace godwit::cache
