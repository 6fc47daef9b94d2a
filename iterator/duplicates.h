// Records that a response holds more than once (RFC 2181 §5: an RRset has no duplicates). Pure.
#pragma once

#include "iterator/classify.h"

namespace godwit::iterator {

// The response with the first of each record that is there several times: same section, owner (case
// aside), type, class and octets of RDATA. The order stays, and the lowest TTL counts (RFC 2181
// §5.2). Lifetime: the message of `parsed`. Cost: n log n comparisons of octets, whatever was sent,
// and room for each owner.
[[nodiscard]] ParsedResponse without_duplicates(const ParsedResponse& parsed);

}  // namespace godwit::iterator
