#include "bench/look_ups.h"

#include <sys/mman.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>

namespace godwit::bench {
namespace {

void add(const std::string& name, LookUp look_up, Skew skew, std::uint32_t names) {
  benchmark::RegisterBenchmark(name.c_str(),
                               [=](benchmark::State& state) { look_up(state, skew, names); })
      ->Threads(1)
      ->Threads(2)
      ->UseRealTime();
}

}  // namespace

bool add_look_ups(const std::string& name, LookUp look_up) {
  add(name + "/hot", look_up, Skew::one, million);
  add(name + "/zipf/1M", look_up, Skew::zipf, million);
  add(name + "/uniform/1M", look_up, Skew::uniform, million);
  if (std::getenv("GODWIT_BENCH_LARGE") == nullptr) return true;
  add(name + "/zipf/10M", look_up, Skew::zipf, 10 * million);
  add(name + "/uniform/10M", look_up, Skew::uniform, 10 * million);
  return true;
}

void settle_memory() {
  constexpr int collapse = 25;  // MADV_COLLAPSE, which the C library may not know
  std::ifstream maps("/proc/self/smaps");
  std::pair<std::uintptr_t, std::uintptr_t> mapping;
  for (std::string line; std::getline(maps, line);) {
    std::uintptr_t first = 0, end = 0;
    if (std::sscanf(line.c_str(), "%lx-%lx ", &first, &end) == 2) mapping = {first, end};
    if (!line.starts_with("VmFlags:") || (line + ' ').find(" hg ") == std::string::npos) continue;
    (void)::madvise(reinterpret_cast<void*>(mapping.first), mapping.second - mapping.first,
                    collapse);
  }
}

void report_found(benchmark::State& state, std::size_t found) {
  state.SetItemsProcessed(state.iterations());
  if (found < static_cast<std::size_t>(state.iterations()))
    state.SkipWithError("the cache does not have what it was given");
}

}  // namespace godwit::bench
