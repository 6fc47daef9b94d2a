// Some of the zones of proven_denials.h with their sets, charged exactly against one limit. Holds
// no lock. The sets of a zone stand in the order of their owners; those of all zones also in a
// queue, whose first goes when room is needed, unless it was found since: then it is sent back to
// the end once. So zones that were asked for once go first, however many come.
#pragma once

#include <boost/intrusive/list.hpp>
#include <boost/intrusive/set.hpp>
#include <boost/intrusive/unordered_set.hpp>
#include <functional>
#include <vector>

#include "cache/packed_name.h"
#include "cache/proven_denials.h"

namespace godwit::cache {

enum class ProvenKind : std::uint8_t { soa, nsec, nsec3 };

struct ProvenZoneSets;

// A set, in one block with the key of its owner.
class ProvenEntry {
 public:
  struct Delete {
    void operator()(ProvenEntry* entry) const noexcept;
  };
  using Ptr = std::unique_ptr<ProvenEntry, Delete>;
  [[nodiscard]] static Ptr make(ProvenKind kind, wire::Bytes key, const ProvenSet& proven);

  [[nodiscard]] wire::Bytes key() const noexcept {
    return {reinterpret_cast<const std::uint8_t*>(this + 1), key_octets_};
  }
  [[nodiscard]] std::size_t memory_octets() const noexcept {
    return heap_octets(sizeof(ProvenEntry) + key_octets_) + proven.set->memory_octets();
  }

  const ProvenSet proven;
  ProvenZoneSets* zone = nullptr;
  boost::intrusive::set_member_hook<> in_order;
  boost::intrusive::list_member_hook<> in_zone, in_queue;
  const ProvenKind kind;
  bool is_touched = false;

 private:
  ProvenEntry(ProvenKind of_kind, std::size_t key_octets, const ProvenSet& set)
      : proven(set), kind(of_kind), key_octets_(static_cast<std::uint16_t>(key_octets)) {}
  std::uint16_t key_octets_;
};

struct ProvenKeyOf {
  using type = wire::Bytes;
  type operator()(const ProvenEntry& entry) const noexcept { return entry.key(); }
};
struct ProvenKeyLess {
  bool operator()(wire::Bytes a, wire::Bytes b) const noexcept;
};
using ProvenOrder = boost::intrusive::set<
    ProvenEntry,
    boost::intrusive::member_hook<ProvenEntry, boost::intrusive::set_member_hook<>,
                                  &ProvenEntry::in_order>,
    boost::intrusive::key_of_value<ProvenKeyOf>, boost::intrusive::compare<ProvenKeyLess>>;
template <boost::intrusive::list_member_hook<> ProvenEntry::*hook>
using ProvenQueue = boost::intrusive::list<
    ProvenEntry,
    boost::intrusive::member_hook<ProvenEntry, boost::intrusive::list_member_hook<>, hook>>;

struct ProvenZoneSets {
  PackedName apex;
  std::uint64_t hash = 0;
  boost::intrusive::unordered_set_member_hook<> by_hash;
  ProvenEntry* soa = nullptr;
  ProvenOrder nsec, nsec3;
  ProvenQueue<&ProvenEntry::in_zone> by_age;  // all but the SOA

  [[nodiscard]] ProvenOrder& order(ProvenKind kind) noexcept {
    return kind == ProvenKind::nsec ? nsec : nsec3;
  }
  [[nodiscard]] bool is_empty() const noexcept { return !soa && by_age.empty(); }
  [[nodiscard]] std::size_t memory_octets() const noexcept {
    return heap_octets(sizeof(ProvenZoneSets)) + apex.memory_octets();
  }
};

struct ProvenShardOptions {
  std::size_t octets_max = 0;
  std::size_t fixed_octets = 0;  // charged from the start, for what holds the shard
  std::size_t sets_per_zone_max = 0;
  std::uint64_t evictions = 0;  // of the shard that this one takes the place of
};

class ProvenShard {
 public:
  explicit ProvenShard(const ProvenShardOptions& options);
  ~ProvenShard();
  ProvenShard(const ProvenShard&) = delete;
  ProvenShard& operator=(const ProvenShard&) = delete;

  // `hash` is that of the apex, here and below.
  void put(std::uint64_t hash, const wire::Name& apex, ProvenEntry::Ptr entry, Time now);
  [[nodiscard]] std::optional<ProvenZone> find_zone(std::uint64_t hash, const wire::Name& apex,
                                                    Time now);
  // The fresh set with the greatest key that is not above `key`; none: for NSEC3 the greatest.
  [[nodiscard]] std::optional<ProvenSet> at_or_before(std::uint64_t hash, const wire::Name& apex,
                                                      ProvenKind kind, wire::Bytes key, Time now);
  // Drops sets of that zone, no more than so many, and tells how many they were.
  std::size_t erase_some(std::uint64_t hash, const wire::Name& apex, std::size_t sets_max);
  // Likewise of the zones whose apex is meant, in buckets from `first` on.
  std::size_t erase_in(std::size_t first, std::size_t buckets, const EraseScope& what,
                       std::size_t sets_max);
  [[nodiscard]] std::size_t bucket_count() const noexcept { return buckets_.size(); }
  [[nodiscard]] CacheUse use() const noexcept { return {octets_, queue_.size(), evictions_}; }
  [[nodiscard]] const ProvenShardOptions& options() const noexcept { return options_; }

 private:
  struct HashOf {
    using type = std::uint64_t;
    type operator()(const ProvenZoneSets& zone) const noexcept { return zone.hash; }
  };
  using Zones = boost::intrusive::unordered_multiset<
      ProvenZoneSets,
      boost::intrusive::member_hook<ProvenZoneSets, boost::intrusive::unordered_set_member_hook<>,
                                    &ProvenZoneSets::by_hash>,
      boost::intrusive::key_of_value<HashOf>, boost::intrusive::hash<std::identity>,
      boost::intrusive::equal<std::equal_to<>>, boost::intrusive::power_2_buckets<true>>;

  [[nodiscard]] ProvenZoneSets* zone_of(std::uint64_t hash, const wire::Name& apex) noexcept;
  [[nodiscard]] ProvenZoneSets& make_zone(std::uint64_t hash, const wire::Name& apex);
  [[nodiscard]] bool take_other_parameters_out(ProvenZoneSets& zone, const wire::RRset& set);
  void make_room(std::size_t octets, Time now);
  [[nodiscard]] static ProvenEntry& any_of(ProvenZoneSets& zone) noexcept {
    return zone.soa ? *zone.soa : zone.by_age.front();
  }
  // Also the zone, when it is the last of it.
  void drop(ProvenEntry& entry) noexcept;

  ProvenShardOptions options_;
  std::uint64_t evictions_;
  // As many for good as there can be zones: a zone is looked for with each question, and the way
  // down a tree of them would be a dozen misses of the processor's caches.
  std::vector<Zones::bucket_type> buckets_;
  Zones zones_;
  const std::size_t empty_octets_;
  std::size_t octets_;
  ProvenQueue<&ProvenEntry::in_queue> queue_;
};

}  // namespace godwit::cache
