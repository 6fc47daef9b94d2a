// Takes out of a response what it may be believed for, and drops the rest: records of the chain
// that was asked for and of nothing else, under the bailiwick of the cut that was asked. Pure. RFC
// 2181 §5.4, RFC 5452 §6.
#pragma once

#include "iterator/budget.h"
#include "iterator/response.h"

namespace godwit::iterator {

// Classifies and scrubs. `shuffle` picks which servers of an over-long NS set are kept. A response
// whose wanted records are broken, or that has two CNAMEs at one name, is malformed; one that has
// more different records than the limits allow is too large. Cost: linear in the records, times the
// chain; n log n where some are repeated beyond the limits.
[[nodiscard]] Response digest(const ParsedResponse& received, wire::Bytes message,
                              const AskedQuestion& asked, const Limits& limits,
                              std::uint64_t shuffle);

}  // namespace godwit::iterator
