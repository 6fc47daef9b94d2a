// Octets as hexadecimal (base16), base64 and base32hex, both ways. Decoding is strict: no blanks,
// no foreign characters, unused bits zero. RFC 4648 §4, §7, §8; base32hex without padding, as NSEC3
// has it (RFC 5155 §3.3).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "wire/byte_io.h"

namespace godwit::wire {

// Upper-case digits.
void append_hex(std::string& out, Bytes octets);
void append_base64(std::string& out, Bytes octets);
void append_base32hex(std::string& out, Bytes octets);

// Append what `text` encodes (upper or lower case alike for hex and base32hex); false when it is
// not a valid encoding, with `out` unspecified.
[[nodiscard]] bool decode_hex(std::string_view text, std::vector<std::uint8_t>& out);
[[nodiscard]] bool decode_base64(std::string_view text, std::vector<std::uint8_t>& out);
[[nodiscard]] bool decode_base32hex(std::string_view text, std::vector<std::uint8_t>& out);

}  // namespace godwit::wire
