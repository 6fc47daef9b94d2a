// Results as Markdown: a table for each trace, and one that sums them up.
#pragma once

#include <span>
#include <string>

#include "bench/hit_rate/replay.h"

namespace godwit::bench {

enum class Measure : std::uint8_t {
  hits,  // share of the queries that hit
  cost,  // share of the waiting for servers that hits saved
};

// Between 0 and 1.
[[nodiscard]] double measured(const Tally& tally, Measure measure);

// "512 KiB", "64 MiB"; octets when it is no whole number of KiB.
[[nodiscard]] std::string size_text(std::uint64_t octets);

// Hit ratio in percent, and for policies in brackets how far that is from the optimum, in points.
[[nodiscard]] std::string table_of(const Result& result, Measure measure);

// For each policy over all results and sizes: the mean, the mean and the largest distance to the
// optimum and to known rates, and how often it was below LRU. Empty when there is one result only.
[[nodiscard]] std::string summary_of(std::span<const Result> results, Measure measure);

}  // namespace godwit::bench
