// Writes what the caches hold as the octets of a snapshot, block by block, while they are in use:
// entries are copied a page's length at a time, and nobody waits for longer than that. What was
// found lately comes first, so that it is there first when it is loaded. Answers kept ready,
// failures, servers and the proofs for names that nobody asked for are not in it: they are soon
// found out anew. Any one thread.
#pragma once

#include <functional>

#include "cache/delegation_cache.h"
#include "cache/negative_cache.h"
#include "cache/snapshot_block.h"

namespace godwit::cache {

// What a snapshot is of.
struct SnapshotCaches {
  RRsetCache& rrsets;
  DelegationCache& delegations;
  NegativeCache& negatives;
};

// Takes the next octets of the file; false: it can take no more. Called where no lock is held.
using SnapshotSink = std::function<bool(wire::Bytes)>;

struct SnapshotWritten {
  bool whole = false;  // the sink took all
  std::uint64_t entries = 0;
  std::uint64_t octets = 0;
};

// `now` is the moment that head.written tells. Once `octets_max` are written the rest is left out.
[[nodiscard]] SnapshotWritten write_snapshot(const SnapshotCaches& caches, const SnapshotHead& head,
                                             Time now, std::uint64_t octets_max,
                                             const SnapshotSink& sink);

}  // namespace godwit::cache
