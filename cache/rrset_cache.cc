#include "cache/rrset_cache.h"

#include "cache/sharded_table.h"

namespace godwit::cache {
namespace {

struct RRsetEntry : Slot {  // rank: Trust
  wire::RRsetPtr set;

  [[nodiscard]] std::size_t payload_octets() const noexcept { return set->memory_octets(); }
  [[nodiscard]] Trust trust() const noexcept { return static_cast<Trust>(rank); }
};
static_assert(sizeof(RRsetEntry) == 24, "three words an entry");

struct SameKey {
  wire::Bytes owner;
  wire::RrType type;
  bool operator()(const RRsetEntry& entry) const noexcept {
    return entry.type == static_cast<std::uint16_t>(type) &&
           wire::equal_ignoring_case(entry.set->owner_wire(), owner);
  }
};

}  // namespace

struct RRsetCache::Impl {
  Impl(const KeyedHash& keyed_hash, const RRsetCacheOptions& limits)
      : hash(keyed_hash),
        options(limits),
        table(limits.octets_max, std::max<std::size_t>(1, limits.types_per_owner_max)) {}

  [[nodiscard]] bool is_too_large(const wire::RRset& set) const noexcept {
    return set.size() > options.records_max || set.signatures().size() > options.records_max ||
           set.memory_octets() > options.entry_octets_max;
  }

  KeyedHash hash;
  RRsetCacheOptions options;
  ShardedTable<RRsetEntry> table;
};

RRsetCache::RRsetCache(const KeyedHash& hash, const RRsetCacheOptions& options)
    : impl_(std::make_unique<Impl>(hash, options)) {}
RRsetCache::~RRsetCache() = default;

std::optional<CachedRRset> RRsetCache::find(const wire::Name& owner, wire::RrType type,
                                            Time now) const {
  const std::uint64_t hash = impl_->hash.owner(owner.wire());
  const auto shard = impl_->table.lock(hash);
  RRsetEntry* entry = shard->find(hash, SameKey{owner.wire(), type});
  if (!entry || entry->expires <= now) return std::nullopt;
  entry->touch();
  return CachedRRset{entry->set, ttl_left(entry->expires, now), entry->trust()};
}

StoreOutcome RRsetCache::store(const wire::RRsetPtr& set, Trust trust, Time now) {
  return store_until(set, trust, Time::max(), now);
}

StoreOutcome RRsetCache::store_until(const wire::RRsetPtr& set, Trust trust, Time latest,
                                     Time now) {
  if (impl_->is_too_large(*set)) return StoreOutcome::too_large;
  const Time expires = std::min(latest, expiry(now, impl_->options.ttl.clamp(set->ttl())));
  const std::uint64_t hash = impl_->hash.owner(set->owner_wire());
  const SameKey same{set->owner_wire(), set->type()};

  const auto shard = impl_->table.lock(hash);
  const RRsetEntry* old = shard->find(hash, same);
  if (old && old->expires > now && old->trust() > trust) return StoreOutcome::kept_higher_trust;
  if (expires <= now) {
    shard->erase(hash, same);
    return StoreOutcome::stored;
  }
  RRsetEntry entry;
  entry.expires = expires;
  entry.type = static_cast<std::uint16_t>(set->type());
  entry.rank = static_cast<std::uint8_t>(trust);
  entry.set = set;
  return shard->put(hash, std::move(entry), same, now) ? StoreOutcome::stored
                                                       : StoreOutcome::too_large;
}

void RRsetCache::erase(const wire::Name& owner, wire::RrType type) {
  const std::uint64_t hash = impl_->hash.owner(owner.wire());
  impl_->table.lock(hash)->erase(hash, SameKey{owner.wire(), type});
}

void RRsetCache::clear() {
  impl_->table.clear();
}

CacheUse RRsetCache::use() const {
  return impl_->table.use();
}

std::vector<CachedRRset> RRsetCache::snapshot(Time now) const {
  std::vector<CachedRRset> fresh;
  impl_->table.for_each([&](const RRsetEntry& entry) {
    if (entry.expires > now)
      fresh.push_back({entry.set, ttl_left(entry.expires, now), entry.trust()});
  });
  return fresh;
}

}  // namespace godwit::cache
