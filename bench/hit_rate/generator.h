// Makes traces: names whose popularity follows Zipf's law, TTLs and sizes drawn from stated
// distributions, single-use names mixed in, popularity that moves, and floods. The same numbers
// give the same trace on every machine.
#pragma once

#include <cstdint>

#include "bench/hit_rate/trace.h"

namespace godwit::bench {

enum class TtlDraw : std::uint8_t {
  measured,  // see generator.cc
  none,      // everything outlives the trace
};

struct GeneratorOptions {
  double zipf = 0.95;  // name number i is asked for in proportion to 1 / i^zipf
  std::uint32_t names = 150'000;
  std::uint32_t queries = 500'000;    // that come from clients, single-use names among them
  double rate = 300;                  // queries per second, floods not among them
  double scan = 0;                    // share of single-use names
  double drift = 0;                   // share of names that change places by the end
  double flood = 0;                   // queries of an attack for each other query
  std::uint32_t flood_asks = 1;       // how often a name of the attack is asked for
  std::uint32_t flood_repeat = 1000;  // queries of the attack from one ask to the next
  double warm = 0.25;                 // share of the trace, from its beginning, that is not counted
  TtlDraw ttl = TtlDraw::measured;
  std::uint64_t seed = 1;
};

[[nodiscard]] Trace generate(const GeneratorOptions& options);

}  // namespace godwit::bench
