// Backslash escapes of presentation format: "\DDD" is the octet of that decimal value, "\X" is X
// without its special meaning. RFC 1035 §5.1.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "wire/byte_io.h"

namespace godwit::wire {

struct TextOctet {
  std::uint8_t value;
  bool escaped;
};

// Takes one octet from the front of `text`, which is not empty; nothing for an escape that is cut
// short or over 255.
[[nodiscard]] std::optional<TextOctet> take_text_octet(std::string_view& text) noexcept;

// Appends `octet` as it may stand anywhere: printable ASCII as it is, with a backslash when
// `special` has it, the rest (blank included) as "\DDD".
void append_escaped(std::string& out, std::uint8_t octet, std::string_view special);

// Appends a quoted string: '"' and '\' get a backslash, octets that are not printable ASCII become
// "\DDD".
void append_quoted(std::string& out, Bytes octets);

}  // namespace godwit::wire
