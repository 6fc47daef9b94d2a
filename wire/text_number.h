// Numbers, durations and dates of presentation format. Strict: digits alone, no sign, no blank, in
// range. RFC 1035 §5.1, RFC 4034 §3.2.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace godwit::wire {

// A decimal number from 0 to `max`.
[[nodiscard]] std::optional<std::uint32_t> parse_number(std::string_view text,
                                                        std::uint32_t max) noexcept;

// Seconds, as a number or with the units that zone files use ("1d12h", "30m"; w, d, h, m, s in any
// case).
[[nodiscard]] std::optional<std::uint32_t> parse_duration(std::string_view text) noexcept;

// A decimal number with at most `decimals` digits after a point, in units of 10^-decimals: with 2,
// "1.5" is 150.
[[nodiscard]] std::optional<std::int64_t> parse_fixed_point(std::string_view text,
                                                            unsigned decimals) noexcept;

// Seconds since 1970 as YYYYMMDDHHmmSS in UTC, and back; a text of at most ten digits is the number
// itself. The year 2106 is the last that 32 bits reach.
[[nodiscard]] std::string timestamp_to_text(std::uint32_t seconds);
[[nodiscard]] std::optional<std::uint32_t> parse_timestamp(std::string_view text) noexcept;

}  // namespace godwit::wire
