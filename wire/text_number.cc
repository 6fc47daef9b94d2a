#include "wire/text_number.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <limits>

namespace godwit::wire {
namespace {

constexpr std::uint32_t u32_max = std::numeric_limits<std::uint32_t>::max();
constexpr std::size_t timestamp_digits = 14;

bool is_digit(char c) noexcept {
  return c >= '0' && c <= '9';
}

bool are_digits(std::string_view text) noexcept {
  return !text.empty() && std::all_of(text.begin(), text.end(), is_digit);
}

std::optional<std::uint32_t> unit_seconds(char unit) noexcept {
  switch (unit) {
    case 's':
    case 'S':
      return 1;
    case 'm':
    case 'M':
      return 60;
    case 'h':
    case 'H':
      return 3600;
    case 'd':
    case 'D':
      return 86400;
    case 'w':
    case 'W':
      return 604800;
    default:
      return std::nullopt;
  }
}

void append_padded(std::string& out, unsigned value, std::size_t digits) {
  const std::string text = std::to_string(value);
  if (text.size() < digits) out.append(digits - text.size(), '0');
  out += text;
}

}  // namespace

std::optional<std::uint32_t> parse_number(std::string_view text, std::uint32_t max) noexcept {
  if (!are_digits(text)) return std::nullopt;
  std::uint32_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || value > max) return std::nullopt;
  return value;
}

std::optional<std::uint32_t> parse_duration(std::string_view text) noexcept {
  if (are_digits(text)) return parse_number(text, u32_max);
  if (text.empty()) return std::nullopt;
  std::uint64_t total = 0;
  while (!text.empty()) {
    const auto digits = static_cast<std::size_t>(
        std::find_if_not(text.begin(), text.end(), is_digit) - text.begin());
    if (digits == text.size()) return std::nullopt;
    const auto number = parse_number(text.substr(0, digits), u32_max);
    const auto unit = unit_seconds(text[digits]);
    if (!number || !unit) return std::nullopt;
    total += std::uint64_t{*number} * *unit;
    if (total > u32_max) return std::nullopt;
    text.remove_prefix(digits + 1);
  }
  return static_cast<std::uint32_t>(total);
}

std::optional<std::int64_t> parse_fixed_point(std::string_view text, unsigned decimals) noexcept {
  const bool negative = text.starts_with('-');
  if (negative) text.remove_prefix(1);
  const std::size_t point = text.find('.');
  const auto whole = parse_number(text.substr(0, point), u32_max);
  if (!whole) return std::nullopt;
  std::int64_t value = *whole;
  std::string_view fraction;
  if (point != std::string_view::npos) {
    fraction = text.substr(point + 1);
    if (!are_digits(fraction) || fraction.size() > decimals) return std::nullopt;
  }
  for (unsigned i = 0; i < decimals; ++i)
    value = value * 10 + (i < fraction.size() ? fraction[i] - '0' : 0);
  return negative ? -value : value;
}

std::string timestamp_to_text(std::uint32_t seconds) {
  using namespace std::chrono;
  const sys_seconds moment{std::chrono::seconds{seconds}};
  const auto day = floor<days>(moment);
  const year_month_day date{day};
  const hh_mm_ss time{moment - day};
  std::string text;
  append_padded(text, static_cast<unsigned>(static_cast<int>(date.year())), 4);
  append_padded(text, static_cast<unsigned>(date.month()), 2);
  append_padded(text, static_cast<unsigned>(date.day()), 2);
  append_padded(text, static_cast<unsigned>(time.hours().count()), 2);
  append_padded(text, static_cast<unsigned>(time.minutes().count()), 2);
  append_padded(text, static_cast<unsigned>(time.seconds().count()), 2);
  return text;
}

std::optional<std::uint32_t> parse_timestamp(std::string_view text) noexcept {
  using namespace std::chrono;
  if (text.size() != timestamp_digits) return parse_number(text, u32_max);
  if (!are_digits(text)) return std::nullopt;
  const auto part = [text](std::size_t begin, std::size_t digits) {
    return parse_number(text.substr(begin, digits), u32_max).value_or(0);
  };
  const year_month_day date{year{static_cast<int>(part(0, 4))}, month{part(4, 2)}, day{part(6, 2)}};
  const std::uint32_t hour = part(8, 2);
  const std::uint32_t minute = part(10, 2);
  const std::uint32_t second = part(12, 2);
  if (!date.ok() || hour > 23 || minute > 59 || second > 59) return std::nullopt;
  const std::int64_t total = sys_days{date}.time_since_epoch().count() * std::int64_t{86400} +
                             hour * 3600 + minute * 60 + second;
  if (total < 0 || total > u32_max) return std::nullopt;
  return static_cast<std::uint32_t>(total);
}

}  // namespace godwit::wire
