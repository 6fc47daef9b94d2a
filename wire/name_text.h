// Domain names in presentation format (RFC 1035 §5.1): "\." and "\DDD" escapes, a trailing dot on
// output.
#pragma once

#include <string>
#include <string_view>

#include "wire/name.h"

namespace godwit::wire {

// Reads a name. A name without a final dot is taken as complete, too; "@" has no meaning here, an
// empty text is an error. Errors: bad_text, bad_label, name_too_long.
[[nodiscard]] Result<Name> parse_name(std::string_view text) noexcept;
// Reads a name relative to `origin`: "@" is the origin, a name without a final dot is below it.
[[nodiscard]] Result<Name> parse_name(std::string_view text, const Name& origin) noexcept;

// The text, with a final dot; octets other than letters, digits, '-' and '_' and printable harmless
// ones are escaped, so that the text is safe in logs and terminals.
[[nodiscard]] std::string to_text(const Name& name);

}  // namespace godwit::wire
