// RDATA from the tokens of an entry, for the readers of records and master files. Text as a whole
// is read by parse_rdata() of rdata_text.h.
#pragma once

#include <span>
#include <vector>

#include "wire/name.h"
#include "wire/text_lexer.h"

namespace godwit::wire {

// Reads all tokens as RDATA of `type`, names relative to `origin`. Errors: bad_text, bad_rdata and
// those of names.
[[nodiscard]] Result<std::vector<std::uint8_t>> parse_rdata_tokens(
    RrType type, std::span<const TextToken> tokens, const Name& origin);

}  // namespace godwit::wire
