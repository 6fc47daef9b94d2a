#include "wire/text_escape.h"

namespace godwit::wire {
namespace {

bool is_digit(char c) noexcept {
  return c >= '0' && c <= '9';
}

void append_decimal_escape(std::string& out, std::uint8_t octet) {
  out += '\\';
  out += static_cast<char>('0' + octet / 100);
  out += static_cast<char>('0' + octet / 10 % 10);
  out += static_cast<char>('0' + octet % 10);
}

}  // namespace

std::optional<TextOctet> take_text_octet(std::string_view& text) noexcept {
  const char first = text.front();
  text.remove_prefix(1);
  if (first != '\\') return TextOctet{static_cast<std::uint8_t>(first), false};
  if (text.empty()) return std::nullopt;
  if (!is_digit(text.front())) {
    const auto value = static_cast<std::uint8_t>(text.front());
    text.remove_prefix(1);
    return TextOctet{value, true};
  }
  if (text.size() < 3 || !is_digit(text[1]) || !is_digit(text[2])) return std::nullopt;
  const int value = (text[0] - '0') * 100 + (text[1] - '0') * 10 + (text[2] - '0');
  if (value > 255) return std::nullopt;
  text.remove_prefix(3);
  return TextOctet{static_cast<std::uint8_t>(value), true};
}

void append_escaped(std::string& out, std::uint8_t octet, std::string_view special) {
  if (octet <= ' ' || octet > '~') {
    append_decimal_escape(out, octet);
    return;
  }
  const char c = static_cast<char>(octet);
  if (special.find(c) != std::string_view::npos) out += '\\';
  out += c;
}

void append_quoted(std::string& out, Bytes octets) {
  out += '"';
  for (const std::uint8_t octet : octets) {
    if (octet == ' ') {
      out += ' ';
    } else {
      append_escaped(out, octet, "\"\\");
    }
  }
  out += '"';
}

}  // namespace godwit::wire
