// Replays a trace through every policy and through the schedules that know the future, for every
// size of cache. Pure; one thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "bench/hit_rate/optimum.h"
#include "bench/hit_rate/policy.h"

namespace godwit::bench {

struct Row {
  std::string name;
  bool is_policy = false;  // or a yardstick
  std::vector<Tally> by_size;
};

struct Result {
  std::string title;
  std::vector<std::uint64_t> sizes;  // octets
  std::vector<Row> rows;             // yardsticks first
};

constexpr std::string_view optimum_row = "optimum";
constexpr std::string_view bound_row = "upper bound";
constexpr std::string_view rates_row = "known rates";

// Cost: for each policy and size some 50 ns a request, for the yardsticks 1 us.
[[nodiscard]] Result replay(const Trace& trace, const std::vector<std::uint64_t>& sizes,
                            const std::vector<const PolicyKind*>& policies);

[[nodiscard]] Tally replay_one(const Trace& trace, Policy& policy);

// The row of that name; null when there is none.
[[nodiscard]] const Row* find_row(const Result& result, std::string_view name);

}  // namespace godwit::bench
