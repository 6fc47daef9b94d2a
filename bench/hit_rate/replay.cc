#include "bench/hit_rate/replay.h"

#include <algorithm>

namespace godwit::bench {

Tally replay_one(const Trace& trace, Policy& policy) {
  Tally tally;
  for (const Request& request : trace.requests) {
    const KeyFacts& facts = trace.keys[request.key];
    const bool hit = policy.ask({request.key, request.at_ms, std::uint64_t{request.ttl_s} * 1000,
                                 facts.octets, facts.cost_ms});
    tally.count(request, facts, hit);
  }
  return tally;
}

Result replay(const Trace& trace, const std::vector<std::uint64_t>& sizes,
              const std::vector<const PolicyKind*>& policies) {
  const Offline offline(trace);
  Row bound{std::string(bound_row), false, {}};
  Row optimum{std::string(optimum_row), false, {}};
  Row rates{std::string(rates_row), false, {}};
  for (const std::uint64_t size : sizes) {
    bound.by_size.push_back(offline.upper_bound(size));
    optimum.by_size.push_back(offline.optimum(size));
    const auto known = offline.known_rates(size);
    if (known) rates.by_size.push_back(*known);
  }
  Result result{trace.title, sizes, {bound, optimum}};
  if (!rates.by_size.empty()) result.rows.push_back(rates);
  for (const PolicyKind* kind : policies) {
    Row row{std::string(kind->name), true, {}};
    for (const std::uint64_t size : sizes) {
      const auto policy = kind->make({size, trace.keys.size()});
      row.by_size.push_back(replay_one(trace, *policy));
    }
    result.rows.push_back(std::move(row));
  }
  return result;
}

const Row* find_row(const Result& result, std::string_view name) {
  const auto found = std::find_if(result.rows.begin(), result.rows.end(),
                                  [&](const Row& row) { return row.name == name; });
  return found == result.rows.end() ? nullptr : &*found;
}

}  // namespace godwit::bench
