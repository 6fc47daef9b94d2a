#include "cache/rrset_cache.h"

#include "cache/packed_copies.h"
#include "cache/packed_rrset.h"
#include "cache/packed_table.h"
#include "cache/snapshot_record.h"

namespace godwit::cache {

struct RRsetCache::Impl {
  Impl(const KeyedHash& keyed_hash, const RRsetCacheOptions& limits)
      : hash(keyed_hash),
        options(limits),
        table(keyed_hash, {.octets_max = limits.octets_max,
                           .per_owner_max = limits.types_per_owner_max,
                           .keep_expired = limits.keep_expired}) {}

  [[nodiscard]] bool is_too_large(const wire::RRset& set) const noexcept {
    return set.size() > options.records_max || set.signatures().size() > options.records_max ||
           set.memory_octets() > options.entry_octets_max;
  }
  [[nodiscard]] PackedKey key_of(wire::Bytes owner, wire::RrType type) const noexcept {
    return {hash.owner(owner), owner, static_cast<std::uint16_t>(type), 0};
  }
  [[nodiscard]] static PackedKey key_of(const HashedName& owner, wire::RrType type) noexcept {
    return {owner.hash, owner.name.wire(), static_cast<std::uint16_t>(type), 0};
  }

  KeyedHash hash;
  RRsetCacheOptions options;
  PackedTable table;
};

CachedRRset RRsetCache::read(const PackedEntry& entry, Time now) {
  const Standing standing = PackedRRset::standing_of(entry.rank);
  return {PackedRRset::read(entry), ttl_left(entry.expires, now), standing.trust, entry.expires,
          standing.security,        PackedRRset::giver_of(entry)};
}

RRsetCache::RRsetCache(const KeyedHash& hash, const RRsetCacheOptions& options)
    : impl_(std::make_unique<Impl>(hash, options)) {}
RRsetCache::~RRsetCache() = default;

std::optional<CachedRRset> RRsetCache::find(const wire::Name& owner, wire::RrType type,
                                            Time now) const {
  return find(HashedName(impl_->hash, owner), type, now);
}

std::optional<CachedRRset> RRsetCache::find(const HashedName& owner, wire::RrType type,
                                            Time now) const {
  __attribute__((uninitialized)) SmallPackedBuffer room;  // read as far as it is filled
  std::vector<std::uint64_t> words;
  const auto entry = impl_->table.fetch(Impl::key_of(owner, type), now, room, words);
  if (!entry) return std::nullopt;
  return read(*entry, now);
}

RRsetCache::Absences RRsetCache::absences(const HashedName& owner, wire::RrType type,
                                          Time now) const {
  const PackedKey key = Impl::key_of(owner, type);
  const PackedKey alias = Impl::key_of(owner, wire::RrType::cname);
  const PackedTable::Access shard = impl_->table.lock(key.hash);
  Absences out;
  out.data = shard->absence(key, now);
  out.alias = shard->absence(alias, now);
  const auto cname = shard->stored(alias);
  out.has_alias = type != wire::RrType::cname && cname && cname->expires > now;
  return out;
}

StoreOutcome RRsetCache::store(const wire::RRsetPtr& set, Standing standing, Time now,
                               const Giver& giver) {
  return store_until(set, standing, Time::max(), now, giver);
}

StoreOutcome RRsetCache::store_until(const wire::RRsetPtr& set, Standing standing, Time latest,
                                     Time now, const Giver& giver) {
  if (impl_->is_too_large(*set)) return StoreOutcome::too_large;
  const Time expires = std::min(latest, expiry(now, impl_->options.ttl.clamp(set->ttl())));
  const PackedKey key = impl_->key_of(set->owner_wire(), set->type());
  const PackedRRset packed(*set, standing, giver);

  const PackedTable::Access shard = impl_->table.lock(key.hash);
  const auto old = shard->stored(key);
  if (old && old->expires > now && PackedRRset::standing_of(old->rank) > standing)
    return StoreOutcome::kept_higher_standing;
  // Less trust never takes the place of what clients see.
  const bool matters = standing.trust >= Trust::answer_nonauthoritative;
  const ChangeNotice notice(matters ? impl_->options.changes : nullptr, key.hash);
  if (expires <= now) {
    shard->erase(key);
    return StoreOutcome::stored;
  }
  return shard->put(key, {expires, packed.rank(), packed.payload()}, now) ? StoreOutcome::stored
                                                                          : StoreOutcome::too_large;
}

void RRsetCache::erase(const wire::Name& owner, wire::RrType type) {
  const PackedKey key = impl_->key_of(owner.wire(), type);
  const ChangeNotice notice(impl_->options.changes, key.hash);
  impl_->table.erase(key);
}

void RRsetCache::clear() {
  impl_->table.clear();
  if (impl_->options.changes != nullptr) impl_->options.changes->all_changed();
}

CacheUse RRsetCache::use() const {
  return impl_->table.use();
}

std::vector<CachedRRset> RRsetCache::snapshot(Time now) const {
  std::vector<CachedRRset> fresh;
  impl_->table.for_each([&](const PackedEntry& entry) {
    if (entry.expires > now) fresh.push_back(read(entry, now));
  });
  return fresh;
}

std::vector<CachedRRset> RRsetCache::of_owner(const wire::Name& owner, Time now) const {
  PackedCopies copies;
  impl_->table.for_each_of(impl_->hash.owner(owner.wire()), owner.wire(),
                           [&](std::span<const std::uint64_t> words) { copies.add(words); });
  std::vector<CachedRRset> out;
  copies.for_each([&](const PackedEntry& entry) { out.push_back(read(entry, now)); });
  return out;
}

bool RRsetCache::visit_part(TablePlace& place, const PackedVisit& visit) const {
  return impl_->table.visit_part(place, visit);
}

std::size_t RRsetCache::erase_owner(const wire::Name& owner, std::optional<wire::RrType> type) {
  const std::uint64_t hash = impl_->hash.owner(owner.wire());
  const ChangeNotice notice(impl_->options.changes, hash);
  return impl_->table.erase_each(hash, owner.wire(), [type](const PackedHead& head) {
    return !type || head.type == static_cast<std::uint16_t>(*type);
  });
}

bool RRsetCache::erase_part(TablePlace& place, const EraseScope& what, std::size_t& erased) {
  std::vector<std::uint64_t> hashes;
  const auto is_meant = [&](const PackedHead& head, wire::Bytes owner) {
    const bool meant = what.covers(owner, head.type);
    if (meant) hashes.push_back(impl_->hash.owner(owner));
    return meant;
  };
  const bool goes_on = impl_->table.erase_part(place, is_meant, erased);
  if (impl_->options.changes != nullptr)
    for (const std::uint64_t hash : hashes) impl_->options.changes->changed(hash);
  return goes_on;
}

void RRsetCache::for_each_packed(const PackedVisit& visit,
                                 const std::function<bool()>& between) const {
  impl_->table.for_each_words(visit, between);
}

std::uint64_t RRsetCache::prefetch(wire::Bytes owner) const noexcept {
  const std::uint64_t hash = impl_->hash.owner(owner);
  impl_->table.prefetch(hash);
  return hash;
}

bool RRsetCache::restore(const PackedRecord& record, std::uint64_t hash, Time expires,
                         Security most, Time now) {
  const auto type = static_cast<wire::RrType>(record.type);
  const Security was = PackedRRset::standing_of(record.rank).security;
  expires = std::min(expires, expiry(now, impl_->options.ttl.max));
  if (was == Security::bogus || expires <= now ||
      record.payload.size() > impl_->options.entry_octets_max ||
      !PackedRRset::is_sound(type, record.rank, record.payload, impl_->options.records_max))
    return false;
  const std::uint8_t rank = PackedRRset::with_security(record.rank, worse(was, most));
  return impl_->table.put_if_absent({hash, record.owner, record.type, 0},
                                    {expires, rank, record.payload, record.heat}, now);
}

}  // namespace godwit::cache
