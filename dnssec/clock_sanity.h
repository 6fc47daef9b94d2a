// Whether the wall clock can be right: a clock that is behind makes every signature look like one
// from the future, and the whole Internet broken. Pure. RFC 4034 §3.1.5.
#pragma once

#include <string>

#include "wire/rrset.h"

namespace godwit::dnssec {

enum class ClockFault : std::uint8_t {
  none,
  before_build,       // the program did not exist yet
  before_signatures,  // nor did any of the root's signatures
};

struct ClockVerdict {
  ClockVerdict() = default;
  ClockFault fault = ClockFault::none;
  std::int64_t now = 0;    // seconds since 1970, as the next
  std::int64_t least = 0;  // what the clock should say at least
  [[nodiscard]] explicit operator bool() const noexcept { return fault != ClockFault::none; }
};

// How far behind the build the clock may be: whoever built it may have been ahead. Seconds.
inline constexpr std::int64_t build_date_margin = 86'400;

// `build_date`: seconds since 1970.
[[nodiscard]] ClockVerdict judge_clock(std::int64_t now, std::int64_t build_date) noexcept;
// By the signatures of the root's DNSKEY set, which nothing has validated: whether all of them, and
// at least one, begin later than now. What it says is for people; nothing is believed for it.
[[nodiscard]] ClockVerdict judge_clock(std::int64_t now, const wire::RRset& root_dnskeys,
                                       std::uint32_t skew_seconds) noexcept;

// One sentence for the log, the status and Extended DNS Errors; empty without a fault.
[[nodiscard]] std::string to_text(const ClockVerdict& verdict);

}  // namespace godwit::dnssec
