// Results as a picture: one small chart a trace, hit ratio over the size of the cache, a line for
// each policy. Text that comes from the user is escaped.
#pragma once

#include <span>
#include <string>

#include "bench/hit_rate/table.h"

namespace godwit::bench {

[[nodiscard]] std::string svg_of(std::span<const Result> results, Measure measure);

}  // namespace godwit::bench
