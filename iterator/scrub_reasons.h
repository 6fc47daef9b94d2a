// Why the records of a response that were not taken were not: for those who read an explanation.
// Pure.
#pragma once

#include <vector>

#include "iterator/response.h"
#include "iterator/trace.h"

namespace godwit::iterator {

// No more of one response are told one by one.
inline constexpr std::size_t dropped_records_told_max = 8;

// The first of the records that `taken`, which was made of them (scrub.h), has nothing of. Of a set
// that was taken in part, for want of room within a limit, none is told. Cost: each record with
// each set.
[[nodiscard]] std::vector<trace::RecordDropped> dropped_records(const ParsedResponse& received,
                                                                const AskedQuestion& asked,
                                                                const Response& taken);

}  // namespace godwit::iterator
