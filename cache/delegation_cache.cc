#include "cache/delegation_cache.h"

#include "cache/packed_delegation.h"
#include "cache/packed_table.h"
#include "cache/snapshot_record.h"

namespace godwit::cache {

struct DelegationCache::Impl {
  Impl(const KeyedHash& keyed_hash, const DelegationCacheOptions& limits)
      : hash(keyed_hash), options(limits), table(keyed_hash, {.octets_max = limits.octets_max}) {}

  [[nodiscard]] PackedKey key_of(wire::Bytes cut) const noexcept {
    return {hash.owner(cut), cut, 0, 0};
  }
  [[nodiscard]] DelegationPtr find(wire::Bytes cut, Time now) const {
    __attribute__((uninitialized)) SmallPackedBuffer room;  // read as far as it is filled
    std::vector<std::uint64_t> words;
    const auto entry = table.fetch(key_of(cut), now, room, words);
    return entry ? read_delegation(*entry) : nullptr;
  }

  KeyedHash hash;
  DelegationCacheOptions options;
  PackedTable table;
};

DelegationCache::DelegationCache(const KeyedHash& hash, const DelegationCacheOptions& options)
    : impl_(std::make_unique<Impl>(hash, options)) {}
DelegationCache::~DelegationCache() = default;

DelegationPtr DelegationCache::closest(const wire::Name& name, Time now) const {
  for (unsigned labels = name.label_count() + 1; labels-- > 0;) {
    DelegationPtr found = impl_->find(name.suffix_wire(labels), now);
    if (found) return found;
  }
  return nullptr;
}

DelegationPtr DelegationCache::find(const wire::Name& cut, Time now) const {
  return impl_->find(cut.wire(), now);
}

DelegationPtr DelegationCache::store(Delegation delegation, Time now) {
  return store_until(std::move(delegation), Time::max(), now);
}

DelegationPtr DelegationCache::store_until(Delegation delegation, Time latest, Time now) {
  if (!delegation.ns) return nullptr;
  delegation.expires =
      std::min(latest, expiry(now, impl_->options.ttl.clamp_delegation(delegation.ns->ttl())));
  auto made = std::make_shared<Delegation>(std::move(delegation));
  const PackedKey key = impl_->key_of(made->ns->owner_wire());
  const auto packed = pack_delegation(*made);

  const PackedTable::Access shard = impl_->table.lock(key.hash);
  const auto old = shard->stored(key);
  if (old && old->expires > now) made->expires = std::min(made->expires, old->expires);
  if (packed && made->expires > now) shard->put(key, {made->expires, 0, *packed}, now);
  return made;
}

void DelegationCache::erase(const wire::Name& cut) {
  impl_->table.erase(impl_->key_of(cut.wire()));
}

void DelegationCache::clear() {
  impl_->table.clear();
}

CacheUse DelegationCache::use() const {
  return impl_->table.use();
}

std::vector<DelegationPtr> DelegationCache::snapshot(Time now) const {
  std::vector<DelegationPtr> fresh;
  impl_->table.for_each([&](const PackedEntry& entry) {
    if (entry.expires > now) fresh.push_back(read_delegation(entry));
  });
  return fresh;
}

bool DelegationCache::visit_part(TablePlace& place, const PackedVisit& visit) const {
  return impl_->table.visit_part(place, visit);
}

DelegationPtr DelegationCache::read(const PackedEntry& entry) {
  return read_delegation(entry);
}

bool DelegationCache::erase_part(TablePlace& place, const EraseScope& what, std::size_t& erased) {
  const auto is_meant = [&what](const PackedHead&, wire::Bytes cut) { return what.covers(cut); };
  return impl_->table.erase_part(place, is_meant, erased);
}

void DelegationCache::for_each_packed(const PackedVisit& visit,
                                      const std::function<bool()>& between) const {
  impl_->table.for_each_words(visit, between);
}

std::uint64_t DelegationCache::prefetch(wire::Bytes cut) const noexcept {
  const std::uint64_t hash = impl_->hash.owner(cut);
  impl_->table.prefetch(hash);
  return hash;
}

bool DelegationCache::restore(const PackedRecord& record, std::uint64_t hash, Time expires,
                              Time now) {
  expires = std::min(expires, expiry(now, impl_->options.ttl.max));
  if (expires <= now || record.type != 0 || record.rank != 0 ||
      !is_sound_delegation(record.owner, record.payload))
    return false;
  return impl_->table.put_if_absent({hash, record.owner, 0, 0},
                                    {expires, 0, record.payload, record.heat}, now);
}

}  // namespace godwit::cache
