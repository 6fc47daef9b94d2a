#include "cache/negative_cache.h"

#include "cache/packed_name.h"
#include "cache/sharded_table.h"

namespace godwit::cache {
namespace {

constexpr std::size_t denials_per_name_max = 64;

// The last field of SOA RDATA (RFC 1035 §3.3.13): two names, then five 32-bit fields.
std::optional<std::uint32_t> soa_minimum(wire::Bytes rdata) noexcept {
  constexpr std::size_t shortest = 1 + 1 + 5 * 4;
  if (rdata.size() < shortest) return std::nullopt;
  return wire::load_u32(rdata.data() + rdata.size() - 4);
}

struct NegativeEntry : Slot {  // type: of a NODATA, none for NXDOMAIN; rank: NegativeKind
  PackedName owner;
  wire::RRsetPtr soa;

  [[nodiscard]] std::size_t payload_octets() const noexcept {
    return owner.memory_octets() + soa->memory_octets();
  }
  [[nodiscard]] NegativeKind kind() const noexcept { return static_cast<NegativeKind>(rank); }
  // Whether it denies that type at its owner.
  [[nodiscard]] bool denies(wire::RrType denied) const noexcept {
    return kind() == NegativeKind::nxdomain || type == static_cast<std::uint16_t>(denied);
  }
  [[nodiscard]] CachedNegative to_cached(Time now) const {
    CachedNegative cached;
    cached.kind = kind();
    cached.owner = owner.name();
    cached.soa = soa;
    cached.ttl_left = ttl_left(expires, now);
    cached.expires = expires;
    return cached;
  }
};

}  // namespace

struct NegativeCache::Impl {
  Impl(const KeyedHash& keyed_hash, const NegativeCacheOptions& limits)
      : hash(keyed_hash), options(limits), table(limits.octets_max, denials_per_name_max) {}

  template <class Accept>
  [[nodiscard]] std::optional<CachedNegative> find(const wire::Name& name, Time now,
                                                   Accept accept) const {
    const std::uint64_t key = hash.owner(name.wire());
    const auto shard = table.lock(key);
    NegativeEntry* entry = shard->find(key, [&](const NegativeEntry& candidate) {
      return accept(candidate) && candidate.expires > now && candidate.owner.is(name);
    });
    if (!entry) return std::nullopt;
    entry->touch();
    return entry->to_cached(now);
  }

  void store(const wire::Name& name, NegativeKind kind, wire::RrType type,
             const wire::RRsetPtr& soa, Time now);

  KeyedHash hash;
  NegativeCacheOptions options;
  ShardedTable<NegativeEntry> table;
};

void NegativeCache::Impl::store(const wire::Name& name, NegativeKind kind, wire::RrType type,
                                const wire::RRsetPtr& soa, Time now) {
  if (!soa || soa->type() != wire::RrType::soa || soa->records().empty()) return;
  const std::optional<std::uint32_t> minimum = soa_minimum(soa->records().front());
  if (!minimum) return;
  const std::uint32_t ttl = options.ttl.clamp_negative(soa->ttl(), *minimum);

  NegativeEntry entry;
  entry.expires = expiry(now, ttl);
  entry.type = static_cast<std::uint16_t>(type);
  entry.rank = static_cast<std::uint8_t>(kind);
  entry.owner = PackedName(name);
  entry.soa = soa;
  if (entry.payload_octets() > options.entry_octets_max) return;

  const std::uint64_t key = hash.owner(name.wire());
  const auto shard = table.lock(key);
  const ChangeNotice notice(options.changes, key);
  // What is said now is the news: it ends what contradicts it.
  shard->erase_all(key, [&](const NegativeEntry& old) {
    return (kind == NegativeKind::nxdomain || old.denies(type)) && old.owner.is(name);
  });
  if (ttl == 0) return;
  shard->put(
      key, std::move(entry), [](const NegativeEntry&) { return false; }, now);
}

NegativeCache::NegativeCache(const KeyedHash& hash, const NegativeCacheOptions& options)
    : impl_(std::make_unique<Impl>(hash, options)) {}
NegativeCache::~NegativeCache() = default;

std::optional<CachedNegative> NegativeCache::find(const wire::Name& name, wire::RrType type,
                                                  Time now, unsigned above_labels) const {
  const unsigned labels = name.label_count();
  std::optional<CachedNegative> exact = impl_->find(name, now, [&](const NegativeEntry& entry) {
    return entry.denies(type) && (entry.kind() == NegativeKind::nodata || labels > above_labels);
  });
  if (exact) return exact;
  for (unsigned kept = labels; kept-- > above_labels + 1;) {
    std::optional<CachedNegative> cut = impl_->find(
        name.suffix(kept), now,
        [](const NegativeEntry& entry) { return entry.kind() == NegativeKind::nxdomain; });
    if (cut) return cut;
  }
  return std::nullopt;
}

void NegativeCache::store_nodata(const wire::Name& name, wire::RrType type,
                                 const wire::RRsetPtr& soa, Time now) {
  impl_->store(name, NegativeKind::nodata, type, soa, now);
}

void NegativeCache::store_nxdomain(const wire::Name& name, const wire::RRsetPtr& soa, Time now) {
  impl_->store(name, NegativeKind::nxdomain, wire::RrType::none, soa, now);
}

void NegativeCache::erase(const wire::Name& name, wire::RrType type) {
  const std::uint64_t key = impl_->hash.owner(name.wire());
  const ChangeNotice notice(impl_->options.changes, key);
  impl_->table.lock(key)->erase_all(
      key, [&](const NegativeEntry& entry) { return entry.denies(type) && entry.owner.is(name); });
}

void NegativeCache::clear() {
  impl_->table.clear();
  if (impl_->options.changes != nullptr) impl_->options.changes->all_changed();
}

CacheUse NegativeCache::use() const {
  return impl_->table.use();
}

std::vector<CachedNegative> NegativeCache::snapshot(Time now) const {
  std::vector<CachedNegative> fresh;
  impl_->table.for_each([&](const NegativeEntry& entry) {
    if (entry.expires > now) fresh.push_back(entry.to_cached(now));
  });
  return fresh;
}

}  // namespace godwit::cache
