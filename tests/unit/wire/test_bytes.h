// Octets for tests: written as hexadecimal with blanks, and shown as such.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "wire/text_encoding.h"

namespace godwit::wire {

using Octets = std::vector<std::uint8_t>;

// "0a 00" as octets. A test that misspells them gets none.
inline Octets from_hex(std::string_view text) {
  std::string digits;
  for (const char c : text)
    if (c != ' ') digits += c;
  Octets octets;
  if (!decode_hex(digits, octets)) return {};
  return octets;
}

inline std::string to_hex(Bytes octets) {
  std::string text;
  append_hex(text, octets);
  return text;
}

inline Bytes bytes_of(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

}  // namespace godwit::wire
