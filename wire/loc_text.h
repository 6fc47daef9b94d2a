// Locations in presentation format, both ways: "42 21 54.000 N 71 6 18.000 W -24.00m 30.00m
// 10000.00m 10.00m". RFC 1876 §3.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "wire/error.h"
#include "wire/text_lexer.h"

namespace godwit::wire {

// Appends version 0 RDATA as text; false, with nothing appended, when it holds a value that text
// cannot express (another version, a latitude beyond 90 degrees, a size that is not normal).
[[nodiscard]] bool append_loc(std::string& out, std::span<const std::uint8_t> rdata);

// Reads all tokens and appends the 16 octets. Size and precisions left out are 1 m, 10000 m and
// 10 m; they keep one digit, as the wire form does. Errors: bad_text.
[[nodiscard]] Result<void> parse_loc(std::span<const TextToken> tokens,
                                     std::vector<std::uint8_t>& out);

}  // namespace godwit::wire
