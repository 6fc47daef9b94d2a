#include "dnssec/zone_trust.h"

#include "cache/heap_octets.h"
#include "cache/sharded_table.h"

namespace godwit::dnssec {
namespace {

// What a key made ready for checks takes in libcrypto, at most.
constexpr std::size_t public_key_octets = 3072;
constexpr std::size_t shared_count_octets = 16;

struct TrustEntry : cache::Slot {
  ZoneTrustPtr trust;

  [[nodiscard]] std::size_t payload_octets() const noexcept {
    if (!trust) return 0;
    std::size_t octets = cache::heap_octets(sizeof *trust + shared_count_octets) +
                         cache::heap_octets(trust->keys.capacity() * sizeof(ZoneKeyPtr));
    for (const ZoneKeyPtr& key : trust->keys)
      octets += cache::heap_octets(sizeof *key + shared_count_octets) +
                cache::heap_octets(key->rdata().size()) + public_key_octets;
    return octets;
  }
};

}  // namespace

struct ZoneTrustTable::Impl {
  Impl(const cache::KeyedHash& keyed_hash, std::size_t octets_max)
      : hash(keyed_hash), table(octets_max) {}
  cache::KeyedHash hash;
  cache::ShardedTable<TrustEntry> table;
};

ZoneTrustTable::ZoneTrustTable(const cache::KeyedHash& hash, std::size_t octets_max)
    : impl_(std::make_unique<Impl>(hash, octets_max)) {}
ZoneTrustTable::~ZoneTrustTable() = default;

ZoneTrustPtr ZoneTrustTable::find(const wire::Name& zone, cache::Time now) const {
  const std::uint64_t hash = impl_->hash.owner(zone.wire());
  const auto shard = impl_->table.lock(hash);
  TrustEntry* const entry =
      shard->find(hash, [&](const TrustEntry& other) { return other.trust->zone == zone; });
  if (entry == nullptr || entry->expires <= now) return nullptr;
  entry->touch();
  return entry->trust;
}

ZoneTrustPtr ZoneTrustTable::closest(const wire::Name& name, unsigned labels_min,
                                     cache::Time now) const {
  for (unsigned labels = name.label_count() + 1; labels-- > labels_min;)
    if (ZoneTrustPtr found = find(name.suffix(labels), now)) return found;
  return nullptr;
}

void ZoneTrustTable::store(const ZoneTrustPtr& trust, cache::Time now) {
  if (trust->expires <= now) return;
  const std::uint64_t hash = impl_->hash.owner(trust->zone.wire());
  TrustEntry entry;
  entry.expires = trust->expires;
  entry.trust = trust;
  impl_->table.lock(hash)->put(
      hash, std::move(entry),
      [&trust](const TrustEntry& other) { return other.trust->zone == trust->zone; }, now);
}

void ZoneTrustTable::erase_bogus() {
  impl_->table.erase_each(
      [](const TrustEntry& entry) { return entry.trust->security == cache::Security::bogus; });
}

bool ZoneTrustTable::erase_part(cache::TablePlace& place, const cache::EraseScope& what,
                                std::size_t& erased) {
  return impl_->table.erase_part(place, [&](const TrustEntry& entry) {
    const bool meant = what.covers(entry.trust->zone.wire());
    erased += meant ? 1 : 0;
    return meant;
  });
}

void ZoneTrustTable::clear() {
  impl_->table.clear();
}

cache::CacheUse ZoneTrustTable::use() const {
  return impl_->table.use();
}

}  // namespace godwit::dnssec
