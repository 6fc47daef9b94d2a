// What could be had with the whole trace known beforehand, TTLs included: the yardstick of the
// table. With entries of several sizes nobody knows the true optimum of a long trace in reasonable
// time, so two schedules that can be had are tried, and an upper bound tells how far the truth may
// be above them. With entries of one size and no TTLs the first is the optimum (Belady).
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "bench/hit_rate/trace.h"

namespace godwit::bench {

// Of the counted requests: how many there were, how many hit, and what the hits saved in fetching.
struct Tally {
  std::uint64_t asked = 0;
  std::uint64_t hits = 0;
  std::uint64_t cost_asked_ms = 0;
  std::uint64_t cost_saved_ms = 0;

  void count(const Request& request, const KeyFacts& facts, bool hit) {
    if (!request.counted) return;
    ++asked;
    cost_asked_ms += facts.cost_ms;
    if (!hit) return;
    ++hits;
    cost_saved_ms += facts.cost_ms;
  }
  [[nodiscard]] double ratio() const noexcept {
    return asked == 0 ? 0 : static_cast<double>(hits) / static_cast<double>(asked);
  }
};

class Offline {
 public:
  // The trace must outlive this.
  explicit Offline(const Trace& trace);

  // Belady with TTLs: evicts what is asked for furthest in the future, and first of all what will
  // have run out by then; does not admit what would be evicted at once.
  [[nodiscard]] Tally furthest_first(std::uint64_t octets) const;

  // Takes the times from one request for a key to the next as parcels of memory, octets times
  // requests between, and packs the smallest parcels first, as long as they fit at every moment.
  // Fetches again where an unbounded cache would.
  [[nodiscard]] Tally smallest_parcel_first(std::uint64_t octets) const;

  // The better of the two schedules.
  [[nodiscard]] Tally optimum(std::uint64_t octets) const;

  // No schedule hits more: the smallest parcels of all until the memory's octets times the
  // requests of the trace are spent, whether or not they fit together.
  [[nodiscard]] Tally upper_bound(std::uint64_t octets) const;

  // What a policy could do that knows how often each name is asked for on the average but not when:
  // keeps the fresh entries with the most queries an octet. Where popularity is constant, hardly
  // any policy without a look into the future gets beyond this. Nothing for traces without rates.
  [[nodiscard]] std::optional<Tally> known_rates(std::uint64_t octets) const;

 private:
  // From one request to the next of the same key, during which the entry lies in the cache.
  struct Parcel {
    std::uint32_t from = 0;
    std::uint32_t to = 0;
    std::uint64_t size = 0;  // octets x requests
  };
  [[nodiscard]] std::vector<Parcel> parcels(bool any_fetch) const;
  [[nodiscard]] Tally tally_of(const std::vector<bool>& hits) const;

  const Trace& trace_;
  std::vector<std::uint32_t> next_;  // for each request the number of the next for its key
  std::vector<Parcel> within_lifetimes_;
  std::vector<Parcel> conceivable_;
};

}  // namespace godwit::bench
