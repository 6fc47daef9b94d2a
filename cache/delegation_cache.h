// Zone cuts as their parents tell them: NS names with glue. Parent side only: a child never changes
// or prolongs an entry, and the expiry is fixed when the entry is made (ghost domains). Any thread
// may call anything.
#pragma once

#include <boost/container/small_vector.hpp>

#include "cache/rrset_cache.h"
#include "wire/ip_address.h"

namespace godwit::cache {

// Immutable once stored. `glue[i].server` is an index into the records of `ns`.
struct Delegation {
  struct Glue {
    std::uint16_t server;
    wire::IpAddress address;
  };
  wire::RRsetPtr ns;                             // owner: the cut; RDATA: the server names
  boost::container::small_vector<Glue, 4> glue;  // only for names at or below the delegating zone
  Time expires{};                                // set by the cache
  Giver giver{};                                 // the parent's server

  [[nodiscard]] wire::Name cut() const noexcept { return ns->owner(); }
};
using DelegationPtr = std::shared_ptr<const Delegation>;

struct DelegationCacheOptions {
  std::size_t octets_max = 48u << 20;
  TtlLimits ttl{};
};

class DelegationCache {
 public:
  DelegationCache(const KeyedHash& hash, const DelegationCacheOptions& options);
  ~DelegationCache();

  // The fresh delegation whose cut is nearest to `name`, at or above it; for DS questions the
  // caller passes the parent. Null when there is none, not even for the root. Cost: one probe a
  // label.
  [[nodiscard]] DelegationPtr closest(const wire::Name& name, Time now) const;
  [[nodiscard]] DelegationPtr find(const wire::Name& cut, Time now) const;

  // Remembers what the parent said. While an entry of the cut is fresh, its data may be replaced
  // but its expiry is kept when it is the earlier one. Returns what is in force now, also when it
  // was too large to be kept; null only without an NS set. Cost: an entry is packed; a find
  // unpacks.
  DelegationPtr store(Delegation delegation, Time now);
  // As store, but it expires no later than `latest`: the expiry of the cut whose servers referred
  // here, so that a revoked zone does not live on in its children.
  DelegationPtr store_until(Delegation delegation, Time latest, Time now);

  void erase(const wire::Name& cut);
  void clear();
  [[nodiscard]] CacheUse use() const;
  [[nodiscard]] std::vector<DelegationPtr> snapshot(Time now) const;

  // For operators: as those of RRsetCache.
  bool visit_part(TablePlace& place, const PackedVisit& visit) const;
  [[nodiscard]] static DelegationPtr read(const PackedEntry& entry);
  bool erase_part(TablePlace& place, const EraseScope& what, std::size_t& erased);

  // For snapshots that outlive the process: as those of RRsetCache.
  void for_each_packed(const PackedVisit& visit, const std::function<bool()>& between) const;
  [[nodiscard]] std::uint64_t prefetch(wire::Bytes cut) const noexcept;
  bool restore(const PackedRecord& record, std::uint64_t hash, Time expires, Time now);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace godwit::cache
