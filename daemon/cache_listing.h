// Walks through the caches for `cache ls` and `cache dump`: each makes a bounded piece of an answer
// at a time and rests while the reader takes it. Entries are copied behind a lock, a page or a
// segment of a table at a time, and read without it. One thread.
#pragma once

#include "cache/erase_scope.h"
#include "cache/packed_copies.h"
#include "daemon/control_answer.h"
#include "iterator/shared.h"

namespace godwit::daemon {

// A line for each fresh RRset at and below a name, up to so many; then how many more there are.
class CacheList {
 public:
  // `rrsets` outlives this.
  CacheList(const cache::RRsetCache& rrsets, wire::Name zone, std::uint64_t lines_max)
      : rrsets_(rrsets), zone_{std::move(zone), std::nullopt}, lines_max_(lines_max) {}
  // Makes the next piece. False: it was the last.
  bool advance(cache::Time now, ControlAnswer& answer);

 private:
  // 64 KiB of entries, of which most may be others'.
  static constexpr unsigned parts_per_piece = 16;
  void tell_end(ControlAnswer& answer) const;

  const cache::RRsetCache& rrsets_;
  const cache::EraseScope zone_;
  const std::uint64_t lines_max_;
  std::uint64_t found_ = 0;
  cache::TablePlace place_;
  cache::PackedCopies copies_;
};

// Everything that is fresh: RRsets record by record, delegations, denials, and a last line with
// their numbers. The member `record` of a line is one of a master file, or a comment.
class CacheDump {
 public:
  // `caches` outlives this.
  explicit CacheDump(const iterator::Caches& caches) : caches_(caches) {}
  // Makes the next piece: a page or a segment. False: it was the last.
  bool advance(cache::Time now, ControlAnswer& answer);

 private:
  enum class Pool : std::uint8_t { rrsets, delegations, negatives, done };
  bool begin(Pool next);
  template <class Cache>
  bool copy_part(const Cache& cache, cache::Time now);
  bool dump_sets(cache::Time now, ControlAnswer& answer);
  bool dump_delegations(cache::Time now, ControlAnswer& answer);
  bool dump_denials(cache::Time now, ControlAnswer& answer);

  const iterator::Caches& caches_;
  Pool pool_ = Pool::rrsets;
  cache::TablePlace place_;
  cache::PackedCopies copies_;
  std::uint64_t sets_ = 0, delegations_ = 0, denials_ = 0;
};

}  // namespace godwit::daemon
