// The set of traces that policies are compared on.
#pragma once

#include <string>
#include <vector>

#include "bench/hit_rate/generator.h"

namespace godwit::bench {

struct Workload {
  std::string title;
  GeneratorOptions options;
};

// Three skews without and with TTLs, single-use names, changing popularity, floods.
[[nodiscard]] std::vector<Workload> standard_workloads();

// What a trace of these options is, in words.
[[nodiscard]] std::string title_of(const GeneratorOptions& options);

}  // namespace godwit::bench
