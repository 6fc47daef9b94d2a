// The command line of hit_rate.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "bench/hit_rate/generator.h"
#include "bench/hit_rate/policy.h"
#include "bench/hit_rate/table.h"

namespace godwit::bench {

struct Options {
  GeneratorOptions generator;
  bool is_one_trace = false;  // rather than the whole set of traces
  std::string log_file;
  std::vector<std::uint64_t> sizes{1 << 20, 2 << 20, 4 << 20, 8 << 20};
  std::vector<const PolicyKind*> policies;
  Measure measure = Measure::hits;
  std::string svg_file;
  bool wants_help = false;
};

// The options, or what is wrong with them, for people.
[[nodiscard]] std::variant<Options, std::string> read_options(
    std::span<const std::string_view> arguments);

// Octets from "65536", "512k", "64m" or "1g"; nothing from 0 and from anything else.
[[nodiscard]] std::optional<std::uint64_t> read_size(std::string_view text);

[[nodiscard]] std::string help_text();

}  // namespace godwit::bench
