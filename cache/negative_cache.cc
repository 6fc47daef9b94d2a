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

// type: of a NODATA, none for the other kinds; rank: NegativeKind
struct NegativeEntry : Slot {
  PackedName owner;
  wire::RRsetPtr soa;
  Evidence evidence;

  [[nodiscard]] std::size_t payload_octets() const noexcept {
    std::size_t octets = owner.memory_octets() + (soa ? soa->memory_octets() : 0);
    if (!evidence.proofs) return octets;
    octets += heap_octets(sizeof(*evidence.proofs) + shared_count_octets) +
              heap_octets(evidence.proofs->capacity() * sizeof(wire::RRsetPtr));
    for (const wire::RRsetPtr& proof : *evidence.proofs) octets += proof->memory_octets();
    return octets;
  }
  [[nodiscard]] NegativeKind kind() const noexcept { return static_cast<NegativeKind>(rank); }
  // Whether it denies that type at its owner.
  [[nodiscard]] bool denies(wire::RrType denied) const noexcept {
    return kind() == NegativeKind::nxdomain ||
           (kind() == NegativeKind::nodata && type == static_cast<std::uint16_t>(denied));
  }
  // Whether it says something of that type, or of a name as a whole.
  [[nodiscard]] bool is_about(std::optional<wire::RrType> meant) const noexcept {
    return !meant || kind() != NegativeKind::nodata || type == static_cast<std::uint16_t>(*meant);
  }
  [[nodiscard]] CachedNegative to_cached(Time now) const {
    CachedNegative cached;
    cached.kind = kind();
    cached.owner = owner.name();
    cached.soa = soa;
    cached.ttl_left = ttl_left(expires, now);
    cached.expires = expires;
    cached.evidence = evidence;
    return cached;
  }
  static constexpr std::size_t shared_count_octets = 16;
};

// What an entry would take the place of: what says the same of it, and what contradicts it.
struct NegativePlace {
  const wire::Name& name;
  NegativeKind kind;
  wire::RrType type;
  [[nodiscard]] bool operator()(const NegativeEntry& old) const noexcept {
    const bool same_name = old.owner.is(name);
    if (kind == NegativeKind::no_closer_match) return old.kind() == kind && same_name;
    return (kind == NegativeKind::nxdomain || old.denies(type)) && same_name;
  }
};

std::uint32_t cut_to_proofs(std::uint32_t ttl, const Evidence& evidence) noexcept {
  if (!evidence.proofs) return ttl;
  for (const wire::RRsetPtr& proof : *evidence.proofs) ttl = std::min(ttl, proof->ttl());
  return ttl;
}

}  // namespace

struct NegativeCache::Impl {
  Impl(const KeyedHash& keyed_hash, const NegativeCacheOptions& limits)
      : hash(keyed_hash),
        options(limits),
        table(limits.octets_max, denials_per_name_max, limits.keep_expired) {}

  template <class Accept>
  [[nodiscard]] std::optional<CachedNegative> find(const HashedName& name, Time now,
                                                   Accept accept) const {
    const auto shard = table.lock(name.hash);
    NegativeEntry* entry = shard->find(name.hash, [&](const NegativeEntry& candidate) {
      return accept(candidate) && candidate.expires > now && candidate.owner.is(name.name);
    });
    if (!entry) return std::nullopt;
    entry->touch();
    return entry->to_cached(now);
  }

  void store(const wire::Name& name, NegativeEntry entry, std::uint32_t ttl, Time now);
  void store_denial(const wire::Name& name, NegativeEntry entry, Time now);

  KeyedHash hash;
  NegativeCacheOptions options;
  ShardedTable<NegativeEntry> table;
};

namespace {

NegativeEntry make_entry(NegativeKind kind, wire::RrType type, const wire::RRsetPtr& soa,
                         const Evidence& evidence) {
  NegativeEntry entry;
  entry.type = static_cast<std::uint16_t>(type);
  entry.rank = static_cast<std::uint8_t>(kind);
  entry.soa = soa;
  entry.evidence = evidence;
  return entry;
}

// For how long a denial holds; nothing: it has no SOA that says so.
std::optional<std::uint32_t> denial_ttl(const wire::RRsetPtr& soa, const Evidence& evidence,
                                        const TtlLimits& limits) noexcept {
  if (!soa || soa->type() != wire::RrType::soa || soa->records().empty()) return std::nullopt;
  const std::optional<std::uint32_t> minimum = soa_minimum(soa->records().front());
  if (!minimum) return std::nullopt;
  return cut_to_proofs(limits.clamp_negative(soa->ttl(), *minimum), evidence);
}

}  // namespace

Time learnt_at(const CachedNegative& found, const TtlLimits& limits) noexcept {
  return found.expires - Seconds(denial_ttl(found.soa, found.evidence, limits).value_or(0));
}

void NegativeCache::Impl::store_denial(const wire::Name& name, NegativeEntry entry, Time now) {
  const auto ttl = denial_ttl(entry.soa, entry.evidence, options.ttl);
  if (ttl) store(name, std::move(entry), *ttl, now);
}

void NegativeCache::Impl::store(const wire::Name& name, NegativeEntry entry, std::uint32_t ttl,
                                Time now) {
  const NegativePlace is_in_its_place{name, entry.kind(), wire::RrType{entry.type}};
  const Security security = entry.evidence.security;
  entry.expires = expiry(now, ttl);
  entry.owner = PackedName(name);
  if (entry.payload_octets() > options.entry_octets_max) return;

  const std::uint64_t key = hash.owner(name.wire());
  const auto shard = table.lock(key);
  const auto is_better = [&](const NegativeEntry& old) {
    return old.evidence.security > security && old.expires > now && is_in_its_place(old);
  };
  if (shard->find(key, is_better)) return;
  const ChangeNotice notice(options.changes, key);
  shard->erase_all(key, is_in_its_place);
  if (ttl == 0) return;
  shard->put(
      key, std::move(entry), [](const NegativeEntry&) { return false; }, now);
}

NegativeCache::NegativeCache(const KeyedHash& hash, const NegativeCacheOptions& options)
    : impl_(std::make_unique<Impl>(hash, options)) {}
NegativeCache::~NegativeCache() = default;

std::optional<CachedNegative> NegativeCache::find(const wire::Name& name, wire::RrType type,
                                                  Time now, DenialWanted wanted) const {
  return find(HashedName(impl_->hash, name), type, now, wanted);
}

std::optional<CachedNegative> NegativeCache::find(const HashedName& name, wire::RrType type,
                                                  Time now, DenialWanted wanted) const {
  const unsigned labels = name.name.label_count();
  std::optional<CachedNegative> exact = impl_->find(name, now, [&](const NegativeEntry& entry) {
    return entry.denies(type) && entry.evidence.security >= wanted.least &&
           (entry.kind() == NegativeKind::nodata || labels > wanted.above_labels);
  });
  if (exact) return exact;
  for (unsigned kept = labels; kept-- > wanted.above_labels + 1;) {
    const wire::Name above = name.name.suffix(kept);
    const HashedName hashed(impl_->hash, above);
    std::optional<CachedNegative> cut =
        impl_->find(hashed, now, [&wanted](const NegativeEntry& entry) {
          return entry.kind() == NegativeKind::nxdomain && entry.evidence.security >= wanted.least;
        });
    if (cut) return cut;
  }
  return std::nullopt;
}

bool NegativeCache::has_ended(const HashedName& name, wire::RrType type, Time now) const {
  const auto shard = impl_->table.lock(name.hash);
  return shard->find(name.hash, [&](const NegativeEntry& entry) {
    return entry.denies(type) && entry.expires <= now && entry.owner.is(name.name);
  }) != nullptr;
}

std::optional<CachedNegative> NegativeCache::find_no_closer_match(const wire::Name& name, Time now,
                                                                  Security least) const {
  return impl_->find(HashedName(impl_->hash, name), now, [least](const NegativeEntry& entry) {
    return entry.kind() == NegativeKind::no_closer_match && entry.evidence.security >= least;
  });
}

void NegativeCache::store_nodata(const wire::Name& name, wire::RrType type,
                                 const wire::RRsetPtr& soa, Time now, const Evidence& evidence) {
  impl_->store_denial(name, make_entry(NegativeKind::nodata, type, soa, evidence), now);
}

void NegativeCache::store_nxdomain(const wire::Name& name, const wire::RRsetPtr& soa, Time now,
                                   const Evidence& evidence) {
  impl_->store_denial(name, make_entry(NegativeKind::nxdomain, wire::RrType::none, soa, evidence),
                      now);
}

void NegativeCache::store_no_closer_match(const wire::Name& name, Time now,
                                          const Evidence& evidence) {
  if (!evidence.proofs || evidence.proofs->empty()) return;
  const std::uint32_t ttl = cut_to_proofs(impl_->options.ttl.max, evidence);
  impl_->store(name,
               make_entry(NegativeKind::no_closer_match, wire::RrType::none, nullptr, evidence),
               ttl, now);
}

void NegativeCache::erase(const wire::Name& name, wire::RrType type) {
  const std::uint64_t key = impl_->hash.owner(name.wire());
  const ChangeNotice notice(impl_->options.changes, key);
  impl_->table.lock(key)->erase_all(
      key, [&](const NegativeEntry& entry) { return entry.denies(type) && entry.owner.is(name); });
}

std::vector<NegativeCache::Kept> NegativeCache::of_owner(const wire::Name& name, Time now) const {
  const std::uint64_t key = impl_->hash.owner(name.wire());
  std::vector<Kept> out;
  impl_->table.lock(key)->for_each_of(key, [&](const NegativeEntry& entry) {
    if (entry.owner.is(name)) out.push_back({entry.to_cached(now), wire::RrType{entry.type}});
  });
  return out;
}

bool NegativeCache::visit_part(TablePlace& place, Time now, std::vector<Kept>& out) const {
  return impl_->table.visit_part(place, [&](const NegativeEntry& entry) {
    if (entry.expires > now) out.push_back({entry.to_cached(now), wire::RrType{entry.type}});
  });
}

std::size_t NegativeCache::erase_owner(const wire::Name& name, std::optional<wire::RrType> type) {
  const std::uint64_t key = impl_->hash.owner(name.wire());
  const ChangeNotice notice(impl_->options.changes, key);
  return impl_->table.lock(key)->erase_all(key, [&](const NegativeEntry& entry) {
    return entry.is_about(type) && entry.owner.is(name);
  });
}

std::size_t NegativeCache::erase_above(const wire::Name& name) {
  std::size_t erased = 0;
  for (unsigned labels = name.label_count(); labels-- > 1;) {
    const wire::Name above = name.suffix(labels);
    const std::uint64_t key = impl_->hash.owner(above.wire());
    const ChangeNotice notice(impl_->options.changes, key);
    erased += impl_->table.lock(key)->erase_all(key, [&](const NegativeEntry& entry) {
      return entry.kind() == NegativeKind::nxdomain && entry.owner.is(above);
    });
  }
  return erased;
}

bool NegativeCache::erase_part(TablePlace& place, const EraseScope& what, std::size_t& erased) {
  std::vector<std::uint64_t> hashes;
  const bool goes_on = impl_->table.erase_part(place, [&](const NegativeEntry& entry) {
    const bool meant = entry.is_about(what.type) && what.covers(entry.owner.wire());
    if (meant) hashes.push_back(impl_->hash.owner(entry.owner.wire()));
    return meant;
  });
  erased += hashes.size();
  if (impl_->options.changes != nullptr)
    for (const std::uint64_t hash : hashes) impl_->options.changes->changed(hash);
  return goes_on;
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

void NegativeCache::for_each(Time now, const Visit& visit,
                             const std::function<bool()>& between) const {
  impl_->table.for_each(
      [&](const NegativeEntry& entry) {
        if (entry.expires > now) visit(entry.to_cached(now), wire::RrType{entry.type});
      },
      between);
}

bool NegativeCache::restore(const CachedNegative& denial, wire::RrType type, Time expires,
                            Security most, Time now) {
  const bool by_proofs = denial.kind == NegativeKind::no_closer_match;
  const TtlLimits& ttl = impl_->options.ttl;
  NegativeEntry entry = make_entry(denial.kind, type, denial.soa, denial.evidence);
  entry.evidence.security = worse(denial.evidence.security, most);
  entry.expires = std::min(expires, expiry(now, by_proofs ? ttl.max : ttl.negative_max));
  entry.owner = PackedName(denial.owner);
  const bool has_ground = by_proofs ? denial.evidence.proofs != nullptr : denial.soa != nullptr;
  if (!has_ground || entry.expires <= now || denial.evidence.security == Security::bogus ||
      entry.payload_octets() > impl_->options.entry_octets_max)
    return false;
  const std::uint64_t key = impl_->hash.owner(denial.owner.wire());
  const auto shard = impl_->table.lock(key);
  const NegativePlace is_in_its_place{denial.owner, denial.kind, type};
  if (shard->find(
          key, [&](const NegativeEntry& old) { return old.expires > now && is_in_its_place(old); }))
    return false;
  shard->erase_all(key, is_in_its_place);
  const auto nothing = [](const NegativeEntry&) { return false; };
  return shard->put(key, std::move(entry), nothing, now) != nullptr;
}

}  // namespace godwit::cache
