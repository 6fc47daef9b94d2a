#include "wire/text_encoding.h"

#include <array>

namespace godwit::wire {
namespace {

constexpr std::string_view hex_digits = "0123456789ABCDEF";
constexpr std::string_view base32hex_digits = "0123456789ABCDEFGHIJKLMNOPQRSTUV";
constexpr std::string_view base64_digits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::int8_t no_digit = -1;

using DigitValues = std::array<std::int8_t, 256>;

constexpr DigitValues values_of(std::string_view digits, bool either_case) {
  DigitValues values{};
  for (auto& value : values) value = no_digit;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    const char c = digits[i];
    values[static_cast<std::uint8_t>(c)] = static_cast<std::int8_t>(i);
    if (either_case && c >= 'A' && c <= 'Z')
      values[static_cast<std::uint8_t>(c + 32)] = static_cast<std::int8_t>(i);
  }
  return values;
}

constexpr DigitValues hex_values = values_of(hex_digits, true);
constexpr DigitValues base32hex_values = values_of(base32hex_digits, true);
constexpr DigitValues base64_values = values_of(base64_digits, false);

// Cuts the octets into digits of `digit_bits` bits, the last one filled up with zeros.
void append_digits(std::string& out, Bytes octets, unsigned digit_bits, std::string_view digits) {
  unsigned pool = 0;
  unsigned pool_bits = 0;
  const unsigned mask = (1u << digit_bits) - 1;
  for (const std::uint8_t octet : octets) {
    pool = (pool << 8 | octet) & 0xffff;
    pool_bits += 8;
    while (pool_bits >= digit_bits) {
      pool_bits -= digit_bits;
      out += digits[pool >> pool_bits & mask];
    }
  }
  if (pool_bits != 0) out += digits[pool << (digit_bits - pool_bits) & mask];
}

// The reverse; bits left over must be fewer than a digit has, and zero.
bool decode_digits(std::string_view text, unsigned digit_bits, const DigitValues& values,
                   std::vector<std::uint8_t>& out) {
  unsigned pool = 0;
  unsigned pool_bits = 0;
  for (const char c : text) {
    const int value = values[static_cast<std::uint8_t>(c)];
    if (value == no_digit) return false;
    pool = (pool << digit_bits | static_cast<unsigned>(value)) & 0xffff;
    pool_bits += digit_bits;
    if (pool_bits >= 8) {
      pool_bits -= 8;
      out.push_back(static_cast<std::uint8_t>(pool >> pool_bits));
    }
  }
  return pool_bits < digit_bits && (pool & ((1u << pool_bits) - 1)) == 0;
}

}  // namespace

void append_hex(std::string& out, Bytes octets) {
  append_digits(out, octets, 4, hex_digits);
}

void append_base32hex(std::string& out, Bytes octets) {
  append_digits(out, octets, 5, base32hex_digits);
}

void append_base64(std::string& out, Bytes octets) {
  append_digits(out, octets, 6, base64_digits);
  out.append((3 - octets.size() % 3) % 3, '=');
}

bool decode_hex(std::string_view text, std::vector<std::uint8_t>& out) {
  return decode_digits(text, 4, hex_values, out);
}

bool decode_base32hex(std::string_view text, std::vector<std::uint8_t>& out) {
  return decode_digits(text, 5, base32hex_values, out);
}

bool decode_base64(std::string_view text, std::vector<std::uint8_t>& out) {
  if (text.size() % 4 != 0) return false;
  for (int padding = 0; padding < 2 && text.ends_with('='); ++padding) text.remove_suffix(1);
  return decode_digits(text, 6, base64_values, out);
}

}  // namespace godwit::wire
