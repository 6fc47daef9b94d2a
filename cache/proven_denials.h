// What zones have proven not to exist, for names that were never asked: their NSEC and NSEC3 sets
// in order, and the SOA that a denial is given with (RFC 8198). It only keeps and finds; what the
// sets prove is judged above. Any thread may call anything.
//
// Only sets that were validated as secure, by keys of the very zone that they are stored under, may
// ever come in here: whatever is found is believed.
#pragma once

#include <memory>
#include <optional>

#include "cache/cache_key.h"
#include "cache/cache_use.h"
#include "cache/erase_scope.h"
#include "cache/giver.h"
#include "cache/table_walk.h"
#include "cache/time.h"
#include "wire/rrset.h"

namespace godwit::cache {

struct ProvenSet {
  wire::RRsetPtr set;
  Time expires{};
  Giver giver{};
};

// What is known of a zone as a whole.
struct ProvenZone {
  wire::Name apex;
  ProvenSet soa;
  bool has_nsec = false;
  wire::RRsetPtr nsec3;  // any one of them, for their common parameters; may be null or expired
};

struct ProvenDenialsOptions {
  std::size_t octets_max = 32u << 20;
  std::size_t sets_per_zone_max = 8192;
  std::size_t entry_octets_max = 16384;
};

// The hash that the owner of an NSEC3 record is named by.
using OwnerHash = std::array<std::uint8_t, 20>;

class ProvenDenials {
 public:
  ProvenDenials(const KeyedHash& hash, const ProvenDenialsOptions& options);
  ~ProvenDenials();

  // Remember a secure set of `zone` until it expires, with who gave it, in place of the one with
  // that owner. Over sets_per_zone_max the zone's oldest makes room. NSEC3 sets with parameters
  // other than those before take their place, some with each call, and are not kept until those are
  // gone. Cost: O(log n), one block.
  void store_soa(const wire::Name& zone, const ProvenSet& proven, Time now);
  void store_nsec(const wire::Name& zone, const ProvenSet& proven, Time now);
  void store_nsec3(const wire::Name& zone, const OwnerHash& owner, const ProvenSet& proven,
                   Time now);

  // The zone with a fresh SOA whose apex is nearest to `name`, at or above it. Cost: one probe a
  // label.
  [[nodiscard]] std::optional<ProvenZone> closest_zone(const wire::Name& name, Time now) const;
  // The fresh set with the greatest owner at or before `name`, which is in the zone.
  [[nodiscard]] std::optional<ProvenSet> nsec_at_or_before(const wire::Name& zone,
                                                           const wire::Name& name, Time now) const;
  // The fresh set with the greatest owner at or before the hash, or the greatest of all when there
  // is none.
  [[nodiscard]] std::optional<ProvenSet> nsec3_at_or_before(const wire::Name& zone,
                                                            const OwnerHash& hash, Time now) const;

  // Forgets all of the zone of that apex, a few sets at a time, and tells how many they were.
  std::size_t erase(const wire::Name& zone);
  // The next part of a walk (table_walk.h): forgets the zones whose apex is meant, and counts their
  // sets. A part is some of them.
  bool erase_part(TablePlace& place, const EraseScope& what, std::size_t& erased);
  void clear();
  [[nodiscard]] CacheUse use() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace godwit::cache
