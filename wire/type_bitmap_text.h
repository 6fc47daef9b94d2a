// Type bitmaps as the list of their types, both ways: "A MX RRSIG NSEC TYPE1234". RFC 4034 §4.2.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "wire/error.h"
#include "wire/text_lexer.h"

namespace godwit::wire {

// Appends the types of a well-formed bitmap, separated by blanks.
void append_type_bitmap(std::string& out, std::span<const std::uint8_t> bitmap);

// Reads a type from each token, in any order and as often as it likes, and appends the bitmap.
// Errors: bad_text.
[[nodiscard]] Result<void> parse_type_bitmap(std::span<const TextToken> tokens,
                                             std::vector<std::uint8_t>& out);

}  // namespace godwit::wire
