// Shards, each behind its own lock, picked by the top bits of a keyed hash. Any thread may call
// anything; what a lock() gives is that thread's alone while it lives.
#pragma once

#include <bit>
#include <memory>

#include "cache/guarded.h"
#include "cache/shard.h"
#include "cache/table_walk.h"

namespace godwit::cache {

template <class Entry>
class ShardedTable {
 public:
  using Access = typename Guarded<Shard<Entry>>::Access;

  // `per_tag_max`: entries that may share a hash, as the types of one owner do.
  explicit ShardedTable(std::size_t octets_max, std::size_t per_tag_max = 64,
                        Duration keep_expired = Duration::zero())
      : count_(std::clamp<std::size_t>(std::bit_floor(octets_max / shard_octets_min), 1,
                                       shard_count_max)),
        shards_(new Guarded<Shard<Entry>>[count_]) {
    const ShardOptions options{.octets_max = octets_max / count_,
                               .fixed_octets = sizeof(Guarded<Shard<Entry>>),
                               .per_tag_max = per_tag_max,
                               .keep_expired = keep_expired};
    for (std::size_t i = 0; i < count_; ++i) *shards_[i].lock() = Shard<Entry>(options);
  }

  // The shard that holds whatever has this hash. Never hold two.
  [[nodiscard]] Access lock(std::uint64_t hash) const noexcept {
    return shards_[(hash >> shard_shift) & (count_ - 1)].lock();
  }

  void clear() {
    for (std::size_t i = 0; i < count_; ++i) {
      const Shard<Entry> old = shards_[i].lock()->exchange_with_empty();
    }
  }
  [[nodiscard]] CacheUse use() const {
    CacheUse sum;
    for (std::size_t i = 0; i < count_; ++i) sum += shards_[i].lock()->use();
    return sum;
  }
  // The next segment of a walk (table_walk.h): visits each entry in it. False: there is none.
  template <class Visit>
  bool visit_part(TablePlace& place, Visit&& visit) const {
    return walk(place, [&](const Access& shard, std::size_t segment) {
      shard->for_each_in(segment, visit);
    });
  }
  // Likewise: removes the entries for which `which` holds.
  template <class Which>
  bool erase_part(TablePlace& place, Which&& which) {
    return walk(place,
                [&](const Access& shard, std::size_t segment) { shard->erase_in(segment, which); });
  }
  // Removes every entry for which `which` holds, but for those that come meanwhile.
  template <class Which>
  void erase_each(Which&& which) {
    TablePlace place;
    while (erase_part(place, which)) {
    }
  }
  // Visits every entry, holding a lock for a segment's length at a time.
  template <class Visit>
  void for_each(Visit&& visit) const {
    for_each(visit, [] { return true; });
  }
  // As for_each; calls between() after each segment, where no lock is held, and ends early when
  // that says false.
  template <class Visit, class Between>
  void for_each(Visit&& visit, Between&& between) const {
    TablePlace place;
    while (visit_part(place, visit) && between()) {
    }
  }

 private:
  template <class Take>
  bool walk(TablePlace& place, Take&& take) const {
    return walk_part(
        place, count_, [this](std::size_t index) { return shards_[index].lock(); },
        [](const Access& shard) { return shard->segment_count(); }, take);
  }
  static constexpr std::size_t shard_count_max = 64;  // a power of two: the top six bits
  static constexpr unsigned shard_shift = 58;
  static constexpr std::size_t shard_octets_min = 512 * 1024;

  std::size_t count_;
  std::unique_ptr<Guarded<Shard<Entry>>[]> shards_;
};

}  // namespace godwit::cache
