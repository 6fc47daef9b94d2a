// What keeps a worker's walks busy: zones, zones that fail, clients and names of the questions that
// had to be resolved in the last minutes. Written by the worker once for each such question, read
// by others, for whom it never waits. What is answered from the caches never comes here.
#pragma once

#include <map>
#include <mutex>

#include "cache/cache_key.h"
#include "cache/time.h"
#include "daemon/busy_sketch.h"
#include "wire/ip_address.h"
#include "wire/name.h"

namespace godwit::daemon {

// A question that had to be resolved, when that is over.
struct WalkedQuestion {
  wire::Name name;
  wire::Name zone;  // the nearest zone at or above the name that is known
  wire::IpAddress client;
  bool has_failed = false;  // there was no answer, or only one that had ended
  cache::Duration took{};
};

// Of all workers together.
struct BusySum {
  std::map<wire::Name, BusyFigures> zones, names;
  std::map<wire::IpAddress, BusyFigures> clients;
};

class WalkSketch {
 public:
  // After so much time what was counted counts half.
  static constexpr cache::Duration half_life = std::chrono::seconds(60);

  explicit WalkSketch(const cache::KeyedHash& hash) noexcept : hash_(hash) {}

  // On the worker's thread. A question that comes while somebody reads is left out. Cost: some
  // microseconds at most, no heap.
  void note(const WalkedQuestion& question, cache::Time now);
  // Any thread. Cost: 300 KB are copied.
  void add_to(BusySum& sum, cache::Time now) const;

 private:
  struct Sketches {
    BusySketch<wire::Name> zones, failing_zones, names;
    BusySketch<wire::IpAddress> clients;
    void scale(double factor) noexcept;
  };
  const cache::KeyedHash hash_;
  mutable std::mutex lock_;
  Sketches sketches_;
  cache::Time halved_{};  // when that was due last
};

}  // namespace godwit::daemon
