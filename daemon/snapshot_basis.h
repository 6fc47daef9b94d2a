// What the data of a cache rest on, as two sums for the head of a snapshot: a cache is taken over
// by a process that would have come by the same data in the same way. Pure; any thread.
#pragma once

#include <optional>

#include "cache/snapshot_block.h"
#include "cache/time.h"
#include "iterator/resolver_options.h"

namespace godwit::daemon {

// A head without its times. The same for the same anchors and zones in any order. Negative anchors
// count until they end.
[[nodiscard]] cache::SnapshotHead snapshot_basis(const iterator::ResolverOptions& options,
                                                 std::int64_t wall_seconds);

// What the data of caches that live on through changes rest on: while there may be data of before a
// change, the sum that it changed is one that no process has. One thread at a time.
class BasisInTime {
 public:
  // `life_max`: how long an entry may live.
  explicit BasisInTime(cache::Duration life_max) : life_max_(life_max) {}
  void change(const cache::SnapshotHead& basis, cache::Time now);
  [[nodiscard]] cache::SnapshotHead at(cache::Time now) const noexcept;

 private:
  cache::Duration life_max_;
  std::optional<cache::SnapshotHead> last_;
  cache::Time validation_mixed_until_{cache::Time::min()};
  cache::Time sources_mixed_until_{cache::Time::min()};
};

}  // namespace godwit::daemon
