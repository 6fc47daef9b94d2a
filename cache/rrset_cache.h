// What servers said, RRset by RRset, with trust and expiry. Any thread may call anything. Entries
// are immutable and shared; a find copies one pointer under a short shard lock.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "cache/absence.h"
#include "cache/cache_use.h"
#include "cache/change_stamps.h"
#include "cache/erase_scope.h"
#include "cache/giver.h"
#include "cache/table_walk.h"
#include "cache/trust.h"
#include "cache/ttl.h"
#include "wire/rrset.h"

namespace godwit::cache {

struct CachedRRset {
  wire::RRsetPtr set;
  std::uint32_t ttl_left = 0;  // seconds, at the `now` of the look-up
  Trust trust = Trust::glue;
  Time expires{};
  Security security = Security::indeterminate;
  Giver giver{};
};

enum class StoreOutcome : std::uint8_t {
  stored,
  kept_higher_standing,  // a fresh entry of higher standing stays
  too_large,             // over entry_octets_max, too many records, or larger than a shard may hold
};

struct PackedRecord;
struct PackedEntry;
using PackedVisit = std::function<void(std::span<const std::uint64_t>)>;

struct RRsetCacheOptions {
  std::size_t octets_max = 160u << 20;   // payload and index, all shards
  std::size_t entry_octets_max = 16384;  // resolver.limits.entry-bytes
  std::size_t records_max = 128;         // resolver.limits.records-per-rrset
  std::size_t types_per_owner_max = 64;  // resolver.limits.types-per-name
  TtlLimits ttl{};
  ChangeStamps* changes = nullptr;  // told of what clients may see
  Duration keep_expired{};          // for searches as of so much earlier
};

// When the set was learnt, or not later than that.
[[nodiscard]] inline Time learnt_at(const CachedRRset& found, const TtlLimits& limits) noexcept {
  return found.expires - Seconds(limits.clamp(found.set->ttl()));
}

class RRsetCache {
 public:
  RRsetCache(const KeyedHash& hash, const RRsetCacheOptions& options);
  ~RRsetCache();

  // The fresh set of that owner and type, of any trust. Cost: one hash, one probe; no heap.
  [[nodiscard]] std::optional<CachedRRset> find(const wire::Name& owner, wire::RrType type,
                                                Time now) const;
  [[nodiscard]] std::optional<CachedRRset> find(const HashedName& owner, wire::RrType type,
                                                Time now) const;

  // Why find() gives nothing of that type, nor a CNAME in its stead. Cost: as find, with a lock.
  struct Absences {
    Absence data = Absence::unknown, alias = Absence::unknown;
    bool has_alias = false;  // there is a fresh CNAME, of any trust, and the type is another
  };
  [[nodiscard]] Absences absences(const HashedName& owner, wire::RrType type, Time now) const;

  // Remembers `set` (class IN) for its clamped TTL. Equal standing replaces; a fresh entry of
  // higher standing stays. A set with TTL 0 is kept for nobody and counts as stored. At
  // types_per_owner_max a new type takes the place of the owner's least used one. `giver`: for
  // those who ask where it came from.
  StoreOutcome store(const wire::RRsetPtr& set, Standing standing, Time now,
                     const Giver& giver = {});
  // As store, but the entry expires no later than `latest` (glue of a delegation: B07 of the ghost
  // domains).
  StoreOutcome store_until(const wire::RRsetPtr& set, Standing standing, Time latest, Time now,
                           const Giver& giver = {});

  void erase(const wire::Name& owner, wire::RrType type);
  void clear();
  [[nodiscard]] CacheUse use() const;
  // Every fresh entry, for invariant checks.
  [[nodiscard]] std::vector<CachedRRset> snapshot(Time now) const;

  // For operators, who see what has ended and is still there, too, and use nothing up by looking.
  [[nodiscard]] std::vector<CachedRRset> of_owner(const wire::Name& owner, Time now) const;
  // The next part of a walk: the words of its entries, of which read() makes a set.
  bool visit_part(TablePlace& place, const PackedVisit& visit) const;
  [[nodiscard]] static CachedRRset read(const PackedEntry& entry, Time now);
  // Forgets the sets of a name, of one type or of all, and tells how many they were. What was made
  // of the name is out of date after this, even where there was nothing.
  std::size_t erase_owner(const wire::Name& owner, std::optional<wire::RrType> type);
  // The next part of a walk: forgets what is meant, and counts it.
  bool erase_part(TablePlace& place, const EraseScope& what, std::size_t& erased);

  // For snapshots that outlive the process. Visits the words of every entry (packed_entry.h) with a
  // lock for a page's length; between() is called without one, and ends it with false.
  void for_each_packed(const PackedVisit& visit, const std::function<bool()>& between) const;
  // The hash of a name that restore() will be called with, and its place loaded until then.
  [[nodiscard]] std::uint64_t prefetch(wire::Bytes owner) const noexcept;
  // Takes back what such a visit gave, with security `most` at best, until `expires` or as long as
  // entries may live, unless there is a fresh entry under its key. False: it was not taken, or
  // cannot be what it says. What is kept ready made stays as good as it was.
  bool restore(const PackedRecord& record, std::uint64_t hash, Time expires, Security most,
               Time now);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace godwit::cache
