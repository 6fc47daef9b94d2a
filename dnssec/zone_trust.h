// What is believed of a zone as a whole: its keys, or that it has none that count, or that it
// cannot be believed; and the table of what has been found out. Any thread may call anything. RFC
// 4035 §4.3, §4.7.
#pragma once

#include <memory>
#include <vector>

#include "cache/cache_key.h"
#include "cache/cache_use.h"
#include "cache/erase_scope.h"
#include "cache/security.h"
#include "cache/table_walk.h"
#include "cache/time.h"
#include "dnssec/failure.h"
#include "dnssec/key.h"

namespace godwit::dnssec {

struct ZoneTrust {
  wire::Name zone;
  cache::Security security = cache::Security::bogus;  // never indeterminate
  std::vector<ZoneKeyPtr> keys;                       // of a secure zone
  // Why it is bogus; or why it is insecure, when that is not for want of a DS.
  Failure failure;
  cache::Time expires{};
};
using ZoneTrustPtr = std::shared_ptr<const ZoneTrust>;

class ZoneTrustTable {
 public:
  ZoneTrustTable(const cache::KeyedHash& hash, std::size_t octets_max);
  ~ZoneTrustTable();

  // What is known of the zone with that apex; null: nothing. Cost: a hash, a lock, a probe.
  [[nodiscard]] ZoneTrustPtr find(const wire::Name& zone, cache::Time now) const;
  // What is known of the nearest zone at or above `name` with at least so many labels.
  [[nodiscard]] ZoneTrustPtr closest(const wire::Name& name, unsigned labels_min,
                                     cache::Time now) const;
  // Takes the place of what is known of that zone.
  void store(const ZoneTrustPtr& trust, cache::Time now);
  void erase_bogus();
  // The next part of a walk (cache/table_walk.h): forgets the zones that are meant, and counts
  // them.
  bool erase_part(cache::TablePlace& place, const cache::EraseScope& what, std::size_t& erased);
  void clear();
  [[nodiscard]] cache::CacheUse use() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace godwit::dnssec
