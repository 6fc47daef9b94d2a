// Service parameters in presentation format, both ways: "alpn=h2,h3 port=8443", with the two levels
// of escapes that lists have. RFC 9460 §2.1, appendix A.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "wire/error.h"
#include "wire/text_lexer.h"

namespace godwit::wire {

// Appends well-formed parameters, separated by blanks.
void append_svc_params(std::string& out, std::span<const std::uint8_t> params);

// Reads one parameter from each token, in any order, and appends the wire form, in ascending order.
// Whether keys and values go together is for is_valid_svc_params() to say. Errors: bad_text (also
// for a key that comes twice).
[[nodiscard]] Result<void> parse_svc_params(std::span<const TextToken> tokens,
                                            std::vector<std::uint8_t>& out);

}  // namespace godwit::wire
