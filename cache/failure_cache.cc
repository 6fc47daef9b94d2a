#include "cache/failure_cache.h"

#include "cache/packed_name.h"
#include "cache/sharded_table.h"

namespace godwit::cache {
namespace {

// Fails until `failing_until`; the back-off is remembered until `expires`.
struct FailureEntry : Slot {
  PackedName owner;
  Time failing_until{};
  std::uint32_t seconds = 0;
  std::uint16_t reason = 0;
  FailureDetailPtr detail;

  [[nodiscard]] std::size_t payload_octets() const noexcept {
    const std::size_t octets = owner.memory_octets();
    return detail ? octets + heap_octets(sizeof *detail + 16) + heap_octets(detail->text.capacity())
                  : octets;
  }
};

struct SameQuestion {
  const wire::Name& name;
  wire::RrType type;
  bool operator()(const FailureEntry& entry) const noexcept {
    return entry.type == static_cast<std::uint16_t>(type) && entry.owner.is(name);
  }
};

}  // namespace

struct FailureCache::Impl {
  Impl(const KeyedHash& keyed_hash, const FailureCacheOptions& limits)
      : hash(keyed_hash), options(limits), table(limits.octets_max) {}

  KeyedHash hash;
  FailureCacheOptions options;
  ShardedTable<FailureEntry> table;
};

FailureCache::FailureCache(const KeyedHash& hash, const FailureCacheOptions& options)
    : impl_(std::make_unique<Impl>(hash, options)) {}
FailureCache::~FailureCache() = default;

std::optional<CachedFailure> FailureCache::find(const wire::Name& name, wire::RrType type,
                                                Time now) const {
  return find(HashedName(impl_->hash, name), type, now);
}

std::optional<CachedFailure> FailureCache::find(const HashedName& name, wire::RrType type,
                                                Time now) const {
  const auto shard = impl_->table.lock(name.hash);
  FailureEntry* entry = shard->find(name.hash, SameQuestion{name.name, type});
  if (!entry || entry->failing_until <= now) return std::nullopt;
  entry->touch();
  return CachedFailure{entry->reason, ttl_left(entry->failing_until, now), entry->detail};
}

void FailureCache::store(const wire::Name& name, wire::RrType type, std::uint16_t reason,
                         Time now) {
  store(name, type, Told{reason, nullptr, {}}, now);
}

void FailureCache::store(const wire::Name& name, wire::RrType type, const Told& told, Time now) {
  const FailureCacheOptions& options = impl_->options;
  const std::uint64_t hash = impl_->hash.owner(name.wire());
  FailureEntry entry;
  entry.type = static_cast<std::uint16_t>(type);
  entry.owner = PackedName(name);
  entry.reason = told.reason;
  entry.detail = told.detail;
  entry.seconds = std::min(options.seconds_min, options.seconds_max);

  const auto shard = impl_->table.lock(hash);
  const ChangeNotice notice(options.changes, hash);
  entry.failing_until = std::max(expiry(now, entry.seconds), now + told.at_least);
  const FailureEntry* const old = shard->find(hash, SameQuestion{name, type});
  if (old && old->failing_until > now) {
    entry.seconds = old->seconds;
    entry.failing_until = old->failing_until;
  } else if (old && old->expires > now) {
    entry.seconds = static_cast<std::uint32_t>(
        std::min<std::uint64_t>(std::uint64_t{2} * old->seconds, options.seconds_max));
    entry.failing_until = std::max(expiry(now, entry.seconds), now + told.at_least);
  }
  entry.expires = expiry(entry.failing_until, options.seconds_max);
  shard->put(hash, std::move(entry), SameQuestion{name, type}, now);
}

void FailureCache::erase(const wire::Name& name, wire::RrType type) {
  const std::uint64_t hash = impl_->hash.owner(name.wire());
  impl_->table.lock(hash)->erase(hash, SameQuestion{name, type});
}

void FailureCache::erase_each(bool (*which)(std::uint16_t reason)) {
  impl_->table.erase_each([which](const FailureEntry& entry) { return which(entry.reason); });
}

std::vector<FailureCache::Kept> FailureCache::of_owner(const wire::Name& name, Time now) const {
  const std::uint64_t hash = impl_->hash.owner(name.wire());
  std::vector<Kept> out;
  impl_->table.lock(hash)->for_each_of(hash, [&](const FailureEntry& entry) {
    if (entry.failing_until <= now || !entry.owner.is(name)) return;
    out.push_back({wire::RrType{entry.type},
                   {entry.reason, ttl_left(entry.failing_until, now), entry.detail}});
  });
  return out;
}

std::size_t FailureCache::erase_owner(const wire::Name& name, std::optional<wire::RrType> type) {
  const std::uint64_t hash = impl_->hash.owner(name.wire());
  return impl_->table.lock(hash)->erase_all(hash, [&](const FailureEntry& entry) {
    return (!type || entry.type == static_cast<std::uint16_t>(*type)) && entry.owner.is(name);
  });
}

bool FailureCache::erase_part(TablePlace& place, const EraseScope& what, std::size_t& erased) {
  return impl_->table.erase_part(place, [&](const FailureEntry& entry) {
    const bool meant = what.covers(entry.owner.wire(), entry.type);
    erased += meant ? 1 : 0;
    return meant;
  });
}

void FailureCache::clear() {
  impl_->table.clear();
}

CacheUse FailureCache::use() const {
  return impl_->table.use();
}

}  // namespace godwit::cache
