// What a look-up in a filled cache costs, by skew, number of entries and readers. Ten million
// entries take a minute to make and over a gigabyte, so only with GODWIT_BENCH_LARGE=1.
#include <benchmark/benchmark.h>

#include <cstdlib>
#include <map>
#include <memory>
#include <mutex>

#include "bench/names.h"
#include "cache/rrset_cache.h"

namespace godwit::bench {
namespace {

using cache::RRsetCache;
using cache::Time;

constexpr std::uint32_t million = 1'000'000;

// Caches with the names 0 to `names`-1 in them, made at the first use and kept.
const RRsetCache& filled_cache(std::uint32_t names) {
  static std::mutex mutex;
  static std::map<std::uint32_t, std::unique_ptr<RRsetCache>> made;
  const std::lock_guard lock(mutex);
  std::unique_ptr<RRsetCache>& found = made[names];
  if (!found) {
    found = std::make_unique<RRsetCache>(
        fixed_hash(), cache::RRsetCacheOptions{.octets_max = std::size_t{names} << 8U});
    for (std::uint32_t i = 0; i < names; ++i)
      found->store(address_set(numbered_name(i)), cache::Trust::answer_authoritative, Time{});
  }
  return *found;
}

void report(benchmark::State& state, std::size_t found) {
  state.SetItemsProcessed(state.iterations());
  if (found < static_cast<std::size_t>(state.iterations()) * 99 / 100)
    state.SkipWithError("the cache does not have what it was given");
}

// Each look-up begins when the one before has ended, as with one question in hand.
void find_set(benchmark::State& state, Skew skew, std::uint32_t names) {
  const RRsetCache& cache = filled_cache(names);
  const Questions& asked = questions(skew, names);
  std::size_t next = static_cast<std::size_t>(state.thread_index()) * 77'777;
  std::size_t found = 0;
  for (auto _ : state) {
    const auto set = cache.find(asked.name(next++), wire::RrType::a, Time{});
    found += set.has_value();
  }
  report(state, found);
}

void find_no_set(benchmark::State& state) {
  const RRsetCache& cache = filled_cache(million);
  const Questions& asked = questions(Skew::uniform, million);
  std::size_t next = 0;
  for (auto _ : state)
    benchmark::DoNotOptimize(cache.find(asked.name(next++), wire::RrType::aaaa, Time{}));
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(find_no_set);

// The share of the figures above that making the name of a question has.
void no_look_up(benchmark::State& state) {
  const Questions& asked = questions(Skew::uniform, million);
  std::size_t next = 0;
  for (auto _ : state) benchmark::DoNotOptimize(asked.name(next++));
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(no_look_up);

using LookUp = void (*)(benchmark::State&, Skew, std::uint32_t);

void add(const std::string& name, LookUp look_up, Skew skew, std::uint32_t names) {
  benchmark::RegisterBenchmark(name.c_str(),
                               [=](benchmark::State& state) { look_up(state, skew, names); })
      ->Threads(1)
      ->Threads(2)
      ->UseRealTime();
}

void add_all(const std::string& name, LookUp look_up) {
  add(name + "/hot", look_up, Skew::one, million);
  add(name + "/zipf/1M", look_up, Skew::zipf, million);
  add(name + "/uniform/1M", look_up, Skew::uniform, million);
  if (std::getenv("GODWIT_BENCH_LARGE") == nullptr) return;
  add(name + "/zipf/10M", look_up, Skew::zipf, 10 * million);
  add(name + "/uniform/10M", look_up, Skew::uniform, 10 * million);
}

[[maybe_unused]] const bool registered = [] {
  add_all("find_set", find_set);
  return true;
}();

void memory_octets_per_name(benchmark::State& state) {
  cache::CacheUse use;
  for (auto _ : state) benchmark::DoNotOptimize(use = filled_cache(million).use());
  state.counters["octets"] = static_cast<double>(use.octets) / static_cast<double>(use.entries);
}
BENCHMARK(memory_octets_per_name)->Iterations(1);

}  // namespace
}  // namespace godwit::bench
