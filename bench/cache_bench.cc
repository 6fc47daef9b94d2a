// What the caches cost: look-ups by skew and threads, insertion with and without eviction, memory
// by name. One address record a name, as most of a resolver's cache is.
#include <benchmark/benchmark.h>

#include <memory>
#include <random>
#include <string>

#include "cache/delegation_cache.h"
#include "cache/negative_cache.h"
#include "cache/rrset_cache.h"

namespace godwit::cache {
namespace {

constexpr std::uint32_t names_count = 1'000'000;

KeyedHash bench_hash() {
  return KeyedHash({1, 2, 3, 4, 5, 6, 7, 8});
}

// "hNNNNNNN.example.test"
wire::Name make_name(std::uint32_t number) {
  const std::string label = "h" + std::to_string(10'000'000 + number).substr(1);
  std::string octets = static_cast<char>(label.size()) + label + "\7example\4test";
  octets.push_back('\0');
  const auto* data = reinterpret_cast<const std::uint8_t*>(octets.data());
  return wire::Name::from_wire({data, octets.size()}).value();
}

wire::RRsetPtr make_address(const wire::Name& owner) {
  wire::RRsetBuilder builder(owner, wire::RrType::a);
  builder.add(std::array<std::uint8_t, 4>{192, 0, 2, 1}, 3600);
  return builder.build();
}

RRsetCache& full_cache() {
  static const std::unique_ptr<RRsetCache> cache = [] {
    auto made = std::make_unique<RRsetCache>(bench_hash(),
                                             RRsetCacheOptions{.octets_max = std::size_t{1} << 30});
    for (std::uint32_t i = 0; i < names_count; ++i)
      made->store(make_address(make_name(i)), Trust::answer_authoritative, Time{});
    return made;
  }();
  return *cache;
}

// Names to ask for in random order, made beforehand: a stream of them, as packets would be.
const std::vector<wire::Name>& random_names() {
  static const std::vector<wire::Name> names = [] {
    std::vector<wire::Name> made;
    std::mt19937 random(1);
    for (int i = 0; i < 1 << 18; ++i)
      made.push_back(make_name(static_cast<std::uint32_t>(random() % names_count)));
    return made;
  }();
  return names;
}

void hash_name(benchmark::State& state) {
  const KeyedHash hash = bench_hash();
  const wire::Name name = make_name(7);
  for (auto _ : state) benchmark::DoNotOptimize(hash.owner(name.wire()));
}
BENCHMARK(hash_name);

void find_hot_name(benchmark::State& state) {
  const RRsetCache& cache = full_cache();
  const wire::Name name = make_name(7);
  for (auto _ : state) benchmark::DoNotOptimize(cache.find(name, wire::RrType::a, Time{}));
}
BENCHMARK(find_hot_name)->Threads(1)->Threads(2)->UseRealTime();

void find_random_name_of_a_million(benchmark::State& state) {
  const RRsetCache& cache = full_cache();
  const std::vector<wire::Name>& names = random_names();
  std::size_t next = static_cast<std::size_t>(state.thread_index()) * 77'777;
  for (auto _ : state)
    benchmark::DoNotOptimize(
        cache.find(names[next++ & (names.size() - 1)], wire::RrType::a, Time{}));
}
BENCHMARK(find_random_name_of_a_million)->Threads(1)->Threads(2)->UseRealTime();

void find_absent_type(benchmark::State& state) {
  const RRsetCache& cache = full_cache();
  const std::vector<wire::Name>& names = random_names();
  std::size_t next = 0;
  for (auto _ : state)
    benchmark::DoNotOptimize(
        cache.find(names[next++ & (names.size() - 1)], wire::RrType::aaaa, Time{}));
}
BENCHMARK(find_absent_type);

// Into a cache of `range` octets, new names all the time: the smaller one is full and evicts.
void store_new_name(benchmark::State& state) {
  RRsetCache cache(bench_hash(), {.octets_max = static_cast<std::size_t>(state.range(0))});
  std::vector<wire::RRsetPtr> sets;
  constexpr std::uint32_t batch = 1 << 16;
  std::uint32_t next = 0;
  for (auto _ : state) {
    if (next % batch == 0) {
      state.PauseTiming();
      sets.clear();
      for (std::uint32_t i = 0; i < batch; ++i) sets.push_back(make_address(make_name(next + i)));
      state.ResumeTiming();
    }
    cache.store(sets[next++ % batch], Trust::answer_authoritative, Time{});
  }
  state.counters["evicted"] = static_cast<double>(cache.use().evictions);
}
BENCHMARK(store_new_name)->Arg(16 << 20)->Arg(1 << 30)->Iterations(2'000'000);

void store_same_name(benchmark::State& state) {
  RRsetCache cache(bench_hash(), {});
  const wire::RRsetPtr set = make_address(make_name(1));
  for (auto _ : state) cache.store(set, Trust::answer_authoritative, Time{});
}
BENCHMARK(store_same_name);

void find_nothing_in_negative_cache(benchmark::State& state) {
  const NegativeCache cache(bench_hash(), {});
  const wire::Name name = make_name(7);
  for (auto _ : state) benchmark::DoNotOptimize(cache.find(name, wire::RrType::a, Time{}));
}
BENCHMARK(find_nothing_in_negative_cache);

void find_closest_delegation(benchmark::State& state) {
  DelegationCache cache(bench_hash(), {});
  const wire::Name name = make_name(7);
  wire::RRsetBuilder builder(name.suffix(1), wire::RrType::ns);
  builder.add(name.wire(), 3600);
  Delegation delegation;
  delegation.ns = builder.build();
  cache.store(std::move(delegation), Time{});
  for (auto _ : state) benchmark::DoNotOptimize(cache.closest(name, Time{}));
}
BENCHMARK(find_closest_delegation);

void memory_octets_per_name(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(full_cache().use().octets);
  const CacheUse use = full_cache().use();
  state.counters["octets"] = static_cast<double>(use.octets) / static_cast<double>(use.entries);
}
BENCHMARK(memory_octets_per_name)->Iterations(1);

}  // namespace
}  // namespace godwit::cache
