#include "cache/delegation_cache.h"

#include "cache/sharded_table.h"

namespace godwit::cache {
namespace {

struct DelegationEntry : Slot {
  DelegationPtr delegation;

  [[nodiscard]] std::size_t payload_octets() const noexcept { return delegation->memory_octets(); }
};

struct SameCut {
  wire::Bytes cut;
  bool operator()(const DelegationEntry& entry) const noexcept {
    return wire::equal_ignoring_case(entry.delegation->ns->owner_wire(), cut);
  }
};

}  // namespace

std::size_t Delegation::memory_octets() const noexcept {
  constexpr std::size_t control_block = 16;  // of make_shared: counts and virtual table
  return heap_octets(control_block + sizeof(Delegation)) +
         heap_octets(glue.capacity() * sizeof(Glue)) + ns->memory_octets();
}

struct DelegationCache::Impl {
  Impl(const KeyedHash& keyed_hash, const DelegationCacheOptions& limits)
      : hash(keyed_hash), options(limits), table(limits.octets_max) {}

  [[nodiscard]] DelegationPtr find(wire::Bytes cut, Time now) const {
    const std::uint64_t key = hash.owner(cut);
    const auto shard = table.lock(key);
    DelegationEntry* entry = shard->find(key, SameCut{cut});
    if (!entry || entry->expires <= now) return nullptr;
    entry->touch();
    return entry->delegation;
  }

  KeyedHash hash;
  DelegationCacheOptions options;
  ShardedTable<DelegationEntry> table;
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
  delegation.glue.shrink_to_fit();
  delegation.expires =
      std::min(latest, expiry(now, impl_->options.ttl.clamp_delegation(delegation.ns->ttl())));
  const auto made = std::make_shared<Delegation>(std::move(delegation));
  const wire::Bytes cut = made->ns->owner_wire();
  const std::uint64_t key = impl_->hash.owner(cut);

  const auto shard = impl_->table.lock(key);
  const DelegationEntry* old = shard->find(key, SameCut{cut});
  if (old && old->expires > now) made->expires = std::min(made->expires, old->expires);
  if (made->expires <= now) return made;
  DelegationEntry entry;
  entry.expires = made->expires;
  entry.delegation = made;
  shard->put(key, std::move(entry), SameCut{cut}, now);
  return made;
}

void DelegationCache::erase(const wire::Name& cut) {
  const std::uint64_t key = impl_->hash.owner(cut.wire());
  impl_->table.lock(key)->erase(key, SameCut{cut.wire()});
}

void DelegationCache::clear() {
  impl_->table.clear();
}

CacheUse DelegationCache::use() const {
  return impl_->table.use();
}

std::vector<DelegationPtr> DelegationCache::snapshot(Time now) const {
  std::vector<DelegationPtr> fresh;
  impl_->table.for_each([&](const DelegationEntry& entry) {
    if (entry.expires > now) fresh.push_back(entry.delegation);
  });
  return fresh;
}

}  // namespace godwit::cache
