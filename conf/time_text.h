// Moments and durations as texts outside a configuration file, in the same form. Pure.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace godwit::conf {

// A day such as 2030-01-31, which is its first moment, or a moment such as 2030-01-31T18:00:00Z.
// Nothing: it is neither.
[[nodiscard]] std::optional<std::chrono::sys_seconds> parse_moment(std::string_view text);
[[nodiscard]] std::string print_moment(std::chrono::sys_seconds moment);

// A number with ms, s, m, h or d; a lone number is seconds. Nothing: it is none, or over 31 years.
[[nodiscard]] std::optional<std::chrono::milliseconds> parse_duration(std::string_view text);

}  // namespace godwit::conf
