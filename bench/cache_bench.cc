// What the caches cost apart from finding a set (cache_lookup_bench.cc): hashing, remembering with
// and without eviction, denials and delegations.
#include <benchmark/benchmark.h>

#include <string>
#include <vector>

#include "bench/names.h"
#include "cache/delegation_cache.h"
#include "cache/negative_cache.h"
#include "cache/rrset_cache.h"
#include "wire/name_text.h"

namespace godwit::bench {
namespace {

using cache::Time;

// A name of `octets` octets, of labels as long as host names have them.
wire::Name name_of_octets(std::size_t octets) {
  constexpr std::size_t label_octets = 15;
  wire::Name name;
  while (name.size() + 2 <= octets) {
    const std::size_t size = std::min(label_octets, octets - name.size() - 1);
    const std::vector<std::uint8_t> label(size, 'x');
    name = name.with_label(label).value();
  }
  return name;
}

// Every look-up pays one.
void hash_name(benchmark::State& state) {
  const cache::KeyedHash hash = fixed_hash();
  const wire::Name name = name_of_octets(static_cast<std::size_t>(state.range(0)));
  for (auto _ : state) benchmark::DoNotOptimize(hash.owner(name.wire()));
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(name.size()));
}
BENCHMARK(hash_name)->Arg(8)->Arg(16)->Arg(24)->Arg(32)->Arg(64)->Arg(128)->Arg(255);

// New names all the time, into a cache of `range` octets: the smaller one is full and evicts.
void insert(benchmark::State& state) {
  cache::RRsetCache cache(fixed_hash(), {.octets_max = static_cast<std::size_t>(state.range(0))});
  constexpr std::uint32_t batch = 1U << 16U;
  std::vector<wire::RRsetPtr> sets;
  std::uint32_t next = 0;
  for (auto _ : state) {
    if (next % batch == 0) {
      state.PauseTiming();
      sets.clear();
      for (std::uint32_t i = 0; i < batch; ++i)
        sets.push_back(address_set(numbered_name(next + i)));
      state.ResumeTiming();
    }
    cache.store(sets[next++ % batch], cache::Trust::answer_authoritative, Time{});
  }
  state.SetItemsProcessed(state.iterations());
  state.counters["evicted"] = static_cast<double>(cache.use().evictions);
}
BENCHMARK(insert)->Name("insert/evicting")->Arg(16 << 20)->Iterations(2'000'000);
BENCHMARK(insert)->Name("insert/with_room")->Arg(1 << 30)->Iterations(2'000'000);

void insert_same_name(benchmark::State& state) {
  cache::RRsetCache cache(fixed_hash(), {});
  const wire::RRsetPtr set = address_set(numbered_name(1));
  for (auto _ : state) cache.store(set, cache::Trust::answer_authoritative, Time{});
}
BENCHMARK(insert_same_name);

void find_no_denial(benchmark::State& state) {
  const cache::NegativeCache cache(fixed_hash(), {});
  const wire::Name name = numbered_name(7);
  for (auto _ : state) benchmark::DoNotOptimize(cache.find(name, wire::RrType::a, Time{}));
}
BENCHMARK(find_no_denial);

// One probe a label: the cut is the name's parent.
void find_closest_delegation(benchmark::State& state) {
  cache::DelegationCache cache(fixed_hash(), {});
  const wire::Name name = numbered_name(7);
  wire::RRsetBuilder builder(name.parent(), wire::RrType::ns);
  builder.add(name.wire(), ttl_seconds);
  cache::Delegation delegation;
  delegation.ns = builder.build();
  cache.store(std::move(delegation), Time{});
  for (auto _ : state) benchmark::DoNotOptimize(cache.closest(name, Time{}));
}
BENCHMARK(find_closest_delegation);

}  // namespace
}  // namespace godwit::bench
