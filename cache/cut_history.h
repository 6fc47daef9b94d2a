// Since when the parents of zones have named the servers that they name: what was learnt of a zone
// before its delegation was changed is not to be given any longer, even where nothing newer is to
// be had. Remembers more than the delegations that are in force. Any thread may call anything.
#pragma once

#include "cache/packed_table.h"
#include "wire/rrset.h"

namespace godwit::cache {

class CutHistory {
 public:
  CutHistory(const KeyedHash& hash, std::size_t octets_max);

  // A parent has referred to the zone with those servers, whose order does not matter. It is
  // remembered for so long. Where nothing is known of the zone, its servers count as new.
  void note(const wire::RRset& ns, Duration keep, Time now);
  // Since when the zone has the servers that it was last known to have; nothing: unknown.
  [[nodiscard]] std::optional<Time> since(const wire::Name& cut, Time now) const;

  void clear() { table_.clear(); }
  [[nodiscard]] CacheUse use() const { return table_.use(); }

 private:
  [[nodiscard]] PackedKey key_of(wire::Bytes cut) const noexcept {
    return {hash_.owner(cut), cut, 0, 0};
  }
  KeyedHash hash_;
  PackedTable table_;
};

}  // namespace godwit::cache
