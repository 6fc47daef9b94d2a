// The states of followed trust anchors as the text of a file, and back. The text has a version and
// ends with a sum over all that stands before, so that a file that was cut short or changed is
// known as one. Pure.
//
//   godwit trust anchor state 1
//   zone . source built-in looked 1764547200 next 1764633600 ttl 172800 ends 1765843200
//   key valid 1764547200 0 257 3 8 AwEAAaz/tAm8...
//   sum 3F7A... (SHA-256, in hexadecimal)
#pragma once

#include <span>

#include "dnssec/rfc5011.h"

namespace godwit::dnssec {

[[nodiscard]] std::string write_trust_points(std::span<const TrustPoint> points);

struct ReadTrustPoints {
  std::vector<TrustPoint> points;  // empty where there is an error
  std::string error;               // empty: none
};
// Errors: whatever is not exactly what write_trust_points() makes, as a sentence.
[[nodiscard]] ReadTrustPoints read_trust_points(std::string_view text);

}  // namespace godwit::dnssec
