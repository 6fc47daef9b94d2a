#include "cache/proven_shard.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <new>

namespace godwit::cache {

using wire::Bytes;
using wire::Name;

namespace {

// Bounds what one call does while others wait.
constexpr unsigned expired_dropped_per_put = 4;
constexpr unsigned sent_back_per_put = 256;
constexpr unsigned other_parameters_dropped_per_put = 64;
// Of a zone with an SOA and one or two proofs.
constexpr std::size_t octets_per_bucket = 1024;

// Iterations and salt, as the RDATA has them.
Bytes parameters_of(const wire::RRset& set) noexcept {
  constexpr std::size_t begin = 2;  // after algorithm and flags
  const Bytes rdata = set.records().front();
  wire::ByteReader reader(rdata, begin);
  (void)reader.u16();
  (void)reader.bytes(reader.u8());
  return reader.ok() ? rdata.subspan(begin, reader.position() - begin) : Bytes{};
}

}  // namespace

void ProvenEntry::Delete::operator()(ProvenEntry* entry) const noexcept {
  entry->~ProvenEntry();
  ::operator delete(entry);
}

ProvenEntry::Ptr ProvenEntry::make(ProvenKind kind, Bytes key, const ProvenSet& proven) {
  void* block = ::operator new(sizeof(ProvenEntry) + key.size());
  Ptr entry(new (block) ProvenEntry(kind, key.size(), proven));
  std::ranges::copy(key, static_cast<std::uint8_t*>(block) + sizeof(ProvenEntry));
  return entry;
}

bool ProvenKeyLess::operator()(Bytes a, Bytes b) const noexcept {
  const std::size_t common = std::min(a.size(), b.size());
  const int order = common == 0 ? 0 : std::memcmp(a.data(), b.data(), common);
  return order != 0 ? order < 0 : a.size() < b.size();
}

ProvenShard::ProvenShard(const ProvenShardOptions& options)
    : options_(options),
      evictions_(options.evictions),
      buckets_(std::bit_ceil(options.octets_max / octets_per_bucket + 1)),
      zones_(Zones::bucket_traits(buckets_.data(), buckets_.size())),
      empty_octets_(options.fixed_octets +
                    heap_octets(buckets_.size() * sizeof(Zones::bucket_type))),
      octets_(empty_octets_) {}

ProvenShard::~ProvenShard() {
  while (!queue_.empty()) drop(queue_.front());
}

ProvenZoneSets* ProvenShard::zone_of(std::uint64_t hash, const Name& apex) noexcept {
  const auto [begin, end] = zones_.equal_range(hash);
  const auto found = std::find_if(begin, end, [&](const auto& zone) { return zone.apex.is(apex); });
  return found == end ? nullptr : &*found;
}

ProvenZoneSets& ProvenShard::make_zone(std::uint64_t hash, const Name& apex) {
  auto zone = std::make_unique<ProvenZoneSets>();
  zone->apex = PackedName(apex);
  zone->hash = hash;
  octets_ += zone->memory_octets();
  zones_.insert(*zone);
  return *zone.release();
}

void ProvenShard::drop(ProvenEntry& entry) noexcept {
  ProvenZoneSets& zone = *entry.zone;
  octets_ -= entry.memory_octets();
  queue_.erase(queue_.iterator_to(entry));
  if (entry.kind == ProvenKind::soa) {
    zone.soa = nullptr;
  } else {
    zone.by_age.erase(zone.by_age.iterator_to(entry));
    ProvenOrder& order = zone.order(entry.kind);
    order.erase(order.iterator_to(entry));
  }
  ProvenEntry::Delete()(&entry);
  if (!zone.is_empty()) return;
  octets_ -= zone.memory_octets();
  zones_.erase(zones_.iterator_to(zone));
  delete &zone;
}

// Hashes with different parameters are in no common order. False: there are more of them yet.
bool ProvenShard::take_other_parameters_out(ProvenZoneSets& zone, const wire::RRset& set) {
  for (unsigned left = other_parameters_dropped_per_put;; --left) {
    if (zone.nsec3.empty()) return true;
    ProvenEntry& other = *zone.nsec3.begin();
    if (std::ranges::equal(parameters_of(*other.proven.set), parameters_of(set))) return true;
    if (left == 0) return false;
    const bool is_last = zone.by_age.size() == 1 && !zone.soa;
    drop(other);
    if (is_last) return true;
  }
}

void ProvenShard::make_room(std::size_t octets, Time now) {
  for (unsigned left = expired_dropped_per_put; left != 0 && !queue_.empty(); --left) {
    if (queue_.front().proven.expires > now) break;
    drop(queue_.front());
  }
  unsigned sent_back = 0;
  while (octets_ + octets > options_.octets_max && !queue_.empty()) {
    ProvenEntry& first = queue_.front();
    const bool is_fresh = first.proven.expires > now;
    if (is_fresh && first.is_touched && sent_back < sent_back_per_put) {
      first.is_touched = false;
      queue_.splice(queue_.end(), queue_, queue_.begin());
      ++sent_back;
      continue;
    }
    if (is_fresh) ++evictions_;
    drop(first);
  }
}

void ProvenShard::put(std::uint64_t hash, const Name& apex, ProvenEntry::Ptr entry, Time now) {
  const std::size_t zone_octets =
      heap_octets(sizeof(ProvenZoneSets)) + heap_octets(1 + apex.size());
  const std::size_t octets = entry->memory_octets() + zone_octets;
  if (empty_octets_ + octets > options_.octets_max || options_.sets_per_zone_max == 0) return;
  if (ProvenZoneSets* zone = zone_of(hash, apex); zone && entry->kind == ProvenKind::nsec3)
    if (!take_other_parameters_out(*zone, *entry->proven.set)) return;
  if (ProvenZoneSets* zone = zone_of(hash, apex)) {
    ProvenEntry* old = zone->soa;
    if (entry->kind != ProvenKind::soa) {
      ProvenOrder& order = zone->order(entry->kind);
      const auto same = order.find(entry->key());
      old = same == order.end() ? nullptr : &*same;
      if (!old && zone->by_age.size() >= options_.sets_per_zone_max) {
        if (zone->by_age.front().proven.expires > now) ++evictions_;
        drop(zone->by_age.front());
      }
    }
    if (old) drop(*old);
  }
  make_room(octets, now);

  ProvenZoneSets* zone = zone_of(hash, apex);
  if (!zone) zone = &make_zone(hash, apex);
  ProvenEntry& kept = *entry.release();
  kept.zone = zone;
  octets_ += kept.memory_octets();
  queue_.push_back(kept);
  if (kept.kind == ProvenKind::soa) {
    zone->soa = &kept;
  } else {
    zone->by_age.push_back(kept);
    zone->order(kept.kind).insert(kept);
  }
}

std::optional<ProvenZone> ProvenShard::find_zone(std::uint64_t hash, const Name& apex, Time now) {
  ProvenZoneSets* zone = zone_of(hash, apex);
  if (!zone || !zone->soa || zone->soa->proven.expires <= now) return std::nullopt;
  zone->soa->is_touched = true;
  ProvenZone found;
  found.apex = apex;
  found.soa = zone->soa->proven;
  found.has_nsec = !zone->nsec.empty();
  if (!zone->nsec3.empty()) found.nsec3 = zone->nsec3.begin()->proven.set;
  return found;
}

std::optional<ProvenSet> ProvenShard::at_or_before(std::uint64_t hash, const Name& apex,
                                                   ProvenKind kind, Bytes key, Time now) {
  ProvenZoneSets* zone = zone_of(hash, apex);
  if (!zone) return std::nullopt;
  ProvenOrder& order = zone->order(kind);
  auto after = order.upper_bound(key);
  // The last hash of a zone reaches over the end to the first.
  if (after == order.begin() && kind == ProvenKind::nsec3) after = order.end();
  if (after == order.begin()) return std::nullopt;
  ProvenEntry& found = *std::prev(after);
  if (found.proven.expires <= now) {
    drop(found);
    return std::nullopt;
  }
  found.is_touched = true;
  return found.proven;
}

std::size_t ProvenShard::erase_some(std::uint64_t hash, const Name& apex, std::size_t sets_max) {
  ProvenZoneSets* zone = zone_of(hash, apex);
  if (!zone) return 0;
  const std::size_t erased = std::min(zone->by_age.size() + (zone->soa ? 1 : 0), sets_max);
  for (std::size_t left = erased; left != 0; --left) drop(any_of(*zone));
  return erased;
}

std::size_t ProvenShard::erase_in(std::size_t first, std::size_t buckets, const EraseScope& what,
                                  std::size_t sets_max) {
  std::size_t erased = 0;
  const std::size_t end = std::min(first + buckets, buckets_.size());
  for (std::size_t bucket = first; bucket < end; ++bucket) {
    while (erased < sets_max) {
      const auto zone =
          std::find_if(zones_.begin(bucket), zones_.end(bucket),
                       [&what](const auto& other) { return what.covers(other.apex.wire()); });
      if (zone == zones_.end(bucket)) break;
      drop(any_of(*zone));
      ++erased;
    }
  }
  return erased;
}

}  // namespace godwit::cache
