// What a look-up of a set costs, and the memory of a name. As one address record a name is what
// most of a resolver's cache is.
#include "bench/look_ups.h"
#include "cache/rrset_cache.h"

namespace godwit::bench {
namespace {

using cache::RRsetCache;
using cache::Time;

std::unique_ptr<RRsetCache> make_cache(std::uint32_t names) {
  auto out = std::make_unique<RRsetCache>(
      fixed_hash(), cache::RRsetCacheOptions{.octets_max = std::size_t{names} << 8U});
  for (std::uint32_t i = 0; i < names; ++i)
    out->store(address_set(numbered_name(i)), cache::Trust::answer_authoritative, Time{});
  return out;
}

// Which question is next hangs on what was found, so that no two look-ups overlap: the time is what
// one question waits.
void find_set(benchmark::State& state, Skew skew, std::uint32_t names) {
  const auto& cache = made_once<RRsetCache>(names, make_cache);
  const Questions& asked = questions(skew, names);
  std::size_t next = first_question(state), found = 0;
  for (auto _ : state) {
    const auto set = cache.find(asked.name(next), wire::RrType::a, Time{});
    if (set) ++found;
    next += set && set->ttl_left > ttl_seconds ? 2 : 1;
  }
  report_found(state, found);
}
[[maybe_unused]] const bool added = add_look_ups("find_set", find_set);

void find_no_set(benchmark::State& state) {
  const auto& cache = made_once<RRsetCache>(million, make_cache);
  const Questions& asked = questions(Skew::uniform, million);
  std::size_t next = 0;
  for (auto _ : state)
    benchmark::DoNotOptimize(cache.find(asked.name(next++), wire::RrType::aaaa, Time{}));
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(find_no_set);

// The share of the figures above that making the name of a question has.
void make_question_name(benchmark::State& state) {
  const Questions& asked = questions(Skew::uniform, million);
  std::size_t next = 0;
  for (auto _ : state) benchmark::DoNotOptimize(asked.name(next++));
}
BENCHMARK(make_question_name);

void memory_octets_per_name(benchmark::State& state) {
  cache::CacheUse use;
  for (auto _ : state)
    benchmark::DoNotOptimize(use = made_once<RRsetCache>(million, make_cache).use());
  state.counters["octets"] = static_cast<double>(use.octets) / static_cast<double>(use.entries);
}
BENCHMARK(memory_octets_per_name)->Iterations(1);

}  // namespace
}  // namespace godwit::bench
