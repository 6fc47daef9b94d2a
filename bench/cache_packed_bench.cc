// What the table of packed entries costs by itself: the hash of the name is part of each figure, as
// every question pays it. Entries are as large as a ready answer with one address.
#include <array>

#include "bench/look_ups.h"
#include "cache/packed_table.h"

namespace godwit::bench {
namespace {

using cache::PackedBuffer;
using cache::PackedKey;
using cache::PackedTable;
using cache::PackedValue;
using cache::Time;

constexpr std::uint16_t type = 1;
constexpr Time fresh_until{std::chrono::seconds(ttl_seconds)};
// Octets of header, question and one address behind it.
constexpr std::array<std::uint8_t, 56> payload{};
// As many as a listener has in hand when it is busy.
constexpr std::size_t batch = 32;

PackedKey key_of(const cache::KeyedHash& hash, wire::Bytes owner) {
  return {hash.owner(owner), owner, type, 0};
}

std::unique_ptr<PackedTable> make_table(std::uint32_t names) {
  const cache::KeyedHash hash = fixed_hash();
  auto out = std::make_unique<PackedTable>(
      hash, cache::PackedTableOptions{.octets_max = std::size_t{names} << 8U});
  for (std::uint32_t i = 0; i < names; ++i) {
    const wire::Name name = numbered_name(i);
    (void)out->put(key_of(hash, name.wire()), {fresh_until, 0, payload}, Time{});
  }
  return out;
}

// Which question is next hangs on what was found, so that no two look-ups overlap: the time is what
// one question waits.
void find_packed(benchmark::State& state, Skew skew, std::uint32_t names) {
  const auto& table = made_once<PackedTable>(names, make_table);
  const Questions& asked = questions(skew, names);
  const cache::KeyedHash hash = fixed_hash();
  PackedBuffer buffer;
  std::size_t next = first_question(state), found = 0;
  for (auto _ : state) {
    const auto entry = table.find(key_of(hash, asked.wire(next)), Time{}, buffer);
    if (entry) ++found;
    next += entry ? 1U + entry->payload.back() : 1U;
  }
  report_found(state, found);
}
[[maybe_unused]] const bool added = add_look_ups("find_packed", find_packed);

// Questions that came together: all are hashed and fetched ahead before the first is looked up.
void find_packed_batch(benchmark::State& state, Skew skew, std::uint32_t names) {
  const auto& table = made_once<PackedTable>(names, make_table);
  const Questions& asked = questions(skew, names);
  const cache::KeyedHash hash = fixed_hash();
  PackedBuffer buffer;
  std::array<PackedKey, batch> keys;
  std::size_t next = first_question(state), found = 0;
  while (state.KeepRunningBatch(batch)) {
    for (PackedKey& key : keys) {
      key = key_of(hash, asked.wire(next++));
      table.prefetch(key.hash);
    }
    for (const PackedKey& key : keys) table.prefetch_entry(key.hash);
    for (const PackedKey& key : keys) table.prefetch_entry(key.hash);
    for (const PackedKey& key : keys) found += table.find(key, Time{}, buffer).has_value();
  }
  report_found(state, found);
}
[[maybe_unused]] const bool batch_added = add_look_ups("find_packed_batch", find_packed_batch);

// New names all the time, into a table of `range` octets: the smaller one is full and evicts.
void insert_packed(benchmark::State& state) {
  const cache::KeyedHash hash = fixed_hash();
  PackedTable table(hash, {.octets_max = static_cast<std::size_t>(state.range(0))});
  std::uint32_t next = 0;
  for (auto _ : state) {
    const wire::Name name = numbered_name(next++);
    benchmark::DoNotOptimize(
        table.put(key_of(hash, name.wire()), {fresh_until, 0, payload}, Time{}));
  }
  state.SetItemsProcessed(state.iterations());
  state.counters["evicted"] = static_cast<double>(table.use().evictions);
}
BENCHMARK(insert_packed)->Name("insert_packed/evicting")->Arg(16 << 20)->Iterations(2'000'000);
BENCHMARK(insert_packed)->Name("insert_packed/with_room")->Arg(1 << 30)->Iterations(2'000'000);

}  // namespace
}  // namespace godwit::bench
