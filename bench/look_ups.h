// One benchmark of a look-up for each skew, number of names and number of readers, so that all
// tables are measured alike.
#pragma once

#include <benchmark/benchmark.h>

#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "bench/names.h"

namespace godwit::bench {

inline constexpr std::uint32_t million = 1'000'000;

using LookUp = void (*)(benchmark::State&, Skew, std::uint32_t names);

// Ten million names take a minute to make and over a gigabyte, so only with GODWIT_BENCH_LARGE set.
// Returns true, for a static initialiser.
bool add_look_ups(const std::string& name, LookUp look_up);

// Says how many look-ups there were. An error if not all of them found something.
void report_found(benchmark::State& state, std::size_t found);

// Where a reader begins in the questions: readers do not ask for the same at the same time.
[[nodiscard]] inline std::size_t first_question(const benchmark::State& state) {
  return static_cast<std::size_t>(state.thread_index()) * 77'777;
}

// Has the system put into huge pages at once what it may: by itself it takes minutes, and figures
// of the meantime are those of a program that has just been started. Needs Linux 6.1.
void settle_memory();

// Tables by their number of names: make(names), a unique_ptr, is called at the first use.
template <class Table, class Make>
const Table& made_once(std::uint32_t names, Make make) {
  static std::mutex mutex;
  static std::map<std::uint32_t, std::unique_ptr<Table>> made;
  const std::lock_guard lock(mutex);
  std::unique_ptr<Table>& found = made[names];
  if (!found) {
    found = make(names);
    settle_memory();
  }
  return *found;
}

}  // namespace godwit::bench
