#include "cache/proven_denials.h"

#include <algorithm>
#include <bit>

#include "cache/canonical_key.h"
#include "cache/guarded.h"
#include "cache/proven_shard.h"

namespace godwit::cache {

using wire::Name;

struct ProvenDenials::Impl {
  using Shard = Guarded<std::unique_ptr<ProvenShard>>;

  Impl(const KeyedHash& keyed_hash, const ProvenDenialsOptions& limits)
      : hash(keyed_hash),
        options(limits),
        count(std::clamp<std::size_t>(std::bit_floor(limits.octets_max / shard_octets_min), 1,
                                      shard_count_max)),
        shards(new Shard[count]) {
    const ProvenShardOptions each{.octets_max = limits.octets_max / count,
                                  .fixed_octets = sizeof(Shard) + heap_octets(sizeof(ProvenShard)),
                                  .sets_per_zone_max = limits.sets_per_zone_max};
    for (std::size_t i = 0; i < count; ++i) *shards[i].lock() = std::make_unique<ProvenShard>(each);
  }

  [[nodiscard]] Shard::Access lock(std::uint64_t of) const noexcept {
    return shards[(of >> shard_shift) & (count - 1)].lock();
  }
  void put(const Name& zone, ProvenKind kind, wire::Bytes key, const ProvenSet& proven, Time now) {
    if (proven.expires <= now || proven.set->size() == 0 ||
        proven.set->memory_octets() > options.entry_octets_max)
      return;
    ProvenEntry::Ptr entry = ProvenEntry::make(kind, key, proven);
    const std::uint64_t of = hash.owner(zone.wire());
    (*lock(of))->put(of, zone, std::move(entry), now);
  }

  // A zone is kept whole in one shard: few shards, so that each has room for a large one.
  static constexpr std::size_t shard_octets_min = 4u << 20;
  static constexpr std::size_t shard_count_max = 16;  // a power of two: the top four bits
  static constexpr unsigned shard_shift = 60;
  // Bound what an erasure does while others wait.
  static constexpr std::size_t erased_per_hold = 64;
  static constexpr std::size_t buckets_per_hold = 256;

  KeyedHash hash;
  ProvenDenialsOptions options;
  std::size_t count;
  std::unique_ptr<Shard[]> shards;
};

ProvenDenials::ProvenDenials(const KeyedHash& hash, const ProvenDenialsOptions& options)
    : impl_(std::make_unique<Impl>(hash, options)) {}
ProvenDenials::~ProvenDenials() = default;

void ProvenDenials::store_soa(const Name& zone, const ProvenSet& proven, Time now) {
  impl_->put(zone, ProvenKind::soa, {}, proven, now);
}

void ProvenDenials::store_nsec(const Name& zone, const ProvenSet& proven, Time now) {
  const CanonicalKey key(proven.set->owner(), zone.label_count());
  impl_->put(zone, ProvenKind::nsec, key.octets(), proven, now);
}

void ProvenDenials::store_nsec3(const Name& zone, const OwnerHash& owner, const ProvenSet& proven,
                                Time now) {
  impl_->put(zone, ProvenKind::nsec3, owner, proven, now);
}

std::optional<ProvenZone> ProvenDenials::closest_zone(const Name& name, Time now) const {
  for (unsigned labels = name.label_count();; --labels) {
    const std::uint64_t of = impl_->hash.owner(name.suffix_wire(labels));
    if (auto found = (*impl_->lock(of))->find_zone(of, name.suffix(labels), now)) return found;
    if (labels == 0) return std::nullopt;
  }
}

std::optional<ProvenSet> ProvenDenials::nsec_at_or_before(const Name& zone, const Name& name,
                                                          Time now) const {
  const CanonicalKey key(name, zone.label_count());
  const std::uint64_t of = impl_->hash.owner(zone.wire());
  return (*impl_->lock(of))->at_or_before(of, zone, ProvenKind::nsec, key.octets(), now);
}

std::optional<ProvenSet> ProvenDenials::nsec3_at_or_before(const Name& zone, const OwnerHash& hash,
                                                           Time now) const {
  const std::uint64_t of = impl_->hash.owner(zone.wire());
  return (*impl_->lock(of))->at_or_before(of, zone, ProvenKind::nsec3, hash, now);
}

std::size_t ProvenDenials::erase(const Name& zone) {
  const std::uint64_t of = impl_->hash.owner(zone.wire());
  std::size_t erased = 0;
  for (std::size_t more = 1; more != 0; erased += more)
    more = (*impl_->lock(of))->erase_some(of, zone, Impl::erased_per_hold);
  return erased;
}

bool ProvenDenials::erase_part(TablePlace& place, const EraseScope& what, std::size_t& erased) {
  const auto buckets_of = [](const Impl::Shard::Access& shard) {
    return ((*shard)->bucket_count() + Impl::buckets_per_hold - 1) / Impl::buckets_per_hold;
  };
  return walk_part(
      place, impl_->count, [this](std::size_t index) { return impl_->shards[index].lock(); },
      buckets_of,
      [&](const Impl::Shard::Access& shard, std::size_t part) {
        const std::size_t gone = (*shard)->erase_in(
            part * Impl::buckets_per_hold, Impl::buckets_per_hold, what, Impl::erased_per_hold);
        erased += gone;
        if (gone == Impl::erased_per_hold) --place.part;  // there may be more
      });
}

void ProvenDenials::clear() {
  for (std::size_t i = 0; i < impl_->count; ++i) {
    std::unique_ptr<ProvenShard> old;  // destroyed where no lock is held
    const auto shard = impl_->shards[i].lock();
    ProvenShardOptions options = (*shard)->options();
    options.evictions = (*shard)->use().evictions;
    old = std::make_unique<ProvenShard>(options);
    std::swap(*shard, old);
  }
}

CacheUse ProvenDenials::use() const {
  CacheUse sum;
  for (std::size_t i = 0; i < impl_->count; ++i) sum += (*impl_->shards[i].lock())->use();
  return sum;
}

}  // namespace godwit::cache
