// The schedules that know the future, against all schedules there are for tiny traces.
#include "bench/hit_rate/optimum.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "bench/hit_rate/draws.h"
#include "bench/hit_rate/replay.h"

namespace godwit::bench {
namespace {

constexpr std::uint32_t forever_s = 1'000'000;
constexpr std::size_t key_count = 4;

// The most hits that any schedule has: after each request whatever is there may be kept or not.
class AllSchedules {
 public:
  AllSchedules(const Trace& trace, std::uint64_t octets) : trace_(trace), octets_(octets) {}

  std::uint64_t best() { return best(0, State{}); }

 private:
  using State = std::array<std::uint64_t, key_count>;  // when each entry ends; 0: none is there

  std::uint64_t best(std::size_t at, State state) {
    if (at == trace_.requests.size()) return 0;
    const auto known = known_.find({at, state});
    if (known != known_.end()) return known->second;
    const Request& request = trace_.requests[at];
    const State before = state;
    const bool hit = state[request.key] > request.at_ms;
    if (!hit) state[request.key] = request.at_ms + std::uint64_t{request.ttl_s} * 1000;
    std::uint64_t most = 0;
    for (unsigned kept = 0; kept < 1U << key_count; ++kept) {
      State after{};
      std::uint64_t used = 0;
      for (std::size_t key = 0; key < key_count; ++key) {
        if ((kept >> key & 1) == 0 || state[key] == 0) continue;
        after[key] = state[key];
        used += trace_.keys[key].octets;
      }
      if (used <= octets_) most = std::max(most, best(at + 1, after));
    }
    most += hit ? 1 : 0;
    known_.emplace(std::pair(at, before), most);
    return most;
  }

  const Trace& trace_;
  std::uint64_t octets_;
  std::map<std::pair<std::size_t, State>, std::uint64_t> known_;
};

struct Shape {
  bool one_size;
  bool with_ttls;
};

Trace tiny(std::uint64_t seed, const Shape& shape) {
  Random random(seed);
  Trace trace;
  for (std::size_t key = 0; key < key_count; ++key) {
    trace.keys.push_back({shape.one_size ? 64 : 64 * (1 + random.below(3)), 10, 0});
  }
  for (std::uint64_t i = 0; i < 12; ++i) {
    const std::uint32_t ttl = shape.with_ttls ? random.below(8) : forever_s;
    trace.requests.push_back({i * 1000, random.below(key_count), ttl, true});
  }
  return trace;
}

TEST(Optimum, IsTheBestOfAllSchedulesForOneSizeWithoutTtls) {
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    const Trace trace = tiny(seed, {true, false});
    EXPECT_EQ(Offline(trace).furthest_first(128).hits, AllSchedules(trace, 128).best()) << seed;
  }
}

TEST(Optimum, IsNoBetterThanTheBestNorFarFromItWithSizesAndTtls) {
  std::uint64_t best = 0;
  std::uint64_t found = 0;
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    const Trace trace = tiny(seed, {false, true});
    const Offline offline(trace);
    const std::uint64_t here = AllSchedules(trace, 256).best();
    EXPECT_LE(offline.furthest_first(256).hits, here) << seed;
    EXPECT_LE(offline.smallest_parcel_first(256).hits, here) << seed;
    EXPECT_GE(offline.upper_bound(256).hits, here) << seed;
    best += here;
    found += offline.optimum(256).hits;
  }
  EXPECT_GE(found * 100, best * 97);
}

TEST(Optimum, NoPolicyIsBeyondTheUpperBound) {
  const Trace trace = tiny(1, {false, true});
  const std::uint64_t bound = Offline(trace).upper_bound(256).hits;
  for (const PolicyKind& kind : policy_kinds()) {
    if (kind.name == "packed") continue;  // has four pages at least
    const auto policy = kind.make({256, trace.keys.size()});
    EXPECT_LE(replay_one(trace, *policy).hits, bound) << kind.name;
  }
}

TEST(Optimum, GivesNoRoomToWhatWillHaveRunOut) {
  // A is asked for again sooner than B, but will have expired by then.
  Trace trace;
  trace.keys = {{64, 10, 0}, {64, 10, 0}};
  trace.requests = {{0, 0, 1, true}, {10, 1, 100, true}, {2000, 0, 1, true}, {9000, 1, 100, true}};
  EXPECT_EQ(Offline(trace).furthest_first(64).hits, 1U);
  EXPECT_EQ(Offline(trace).smallest_parcel_first(64).hits, 1U);
}

TEST(Optimum, CountsOnlyWhatIsToBeCounted) {
  Trace trace;
  trace.keys = {{64, 10, 0}};
  trace.requests = {{0, 0, 100, false}, {1, 0, 100, false}, {2, 0, 100, true}};
  const Tally tally = Offline(trace).optimum(64);
  EXPECT_EQ(tally.asked, 1U);
  EXPECT_EQ(tally.hits, 1U);
  EXPECT_EQ(tally.cost_saved_ms, 10U);
}

TEST(Optimum, KnownRatesKeepsTheMostQueriesAnOctet) {
  // B is asked for less than A, but more for its size; both do not fit.
  Trace trace;
  trace.keys = {{192, 10, 2.0}, {64, 10, 1.0}};
  for (std::uint64_t i = 0; i < 8; ++i) {
    trace.requests.push_back({i * 1000, static_cast<Key>(i % 2), forever_s, true});
  }
  const auto tally = Offline(trace).known_rates(192);
  ASSERT_TRUE(tally);
  EXPECT_EQ(tally->hits, 3U);
  trace.keys = {{192, 10, 0}, {64, 10, 0}};
  EXPECT_FALSE(Offline(trace).known_rates(192));
}

}  // namespace
}  // namespace godwit::bench
