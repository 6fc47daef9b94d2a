// A bounded table of entries: segments, an exact charge of index and payload against one limit, and
// eviction. Holds no lock and reads no clock: sharded_table.h puts it behind one.
//
// Eviction is CLOCK with a counter per slot: a new entry is cold, a hit warms it, the hand cools
// what it passes and takes what is expired or cold. So names that were asked once go first, however
// many come. Beside it, each insertion looks at a few slots further on and frees what has expired.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "cache/cache_use.h"
#include "cache/segment.h"

namespace godwit::cache {

struct ShardOptions {
  std::size_t octets_max = 0;
  std::size_t fixed_octets = 0;  // charged from the start, for what holds the shard
  std::size_t per_tag_max = 64;  // entries of one tag: types of one owner
  Duration keep_expired{};       // how long after its end an entry stays where there is room
};

// Entry derives from Slot, is movable, vacant when default-made, and tells payload_octets(): the
// heap octets that it alone keeps alive.
template <class Entry>
class Shard {
 public:
  Shard() = default;
  explicit Shard(const ShardOptions& options)
      : options_(options), segments_(std::max<std::size_t>(1, options.octets_max / segment_share)) {
    floor_ = options.fixed_octets + heap_octets(segments_.size() * sizeof(Segment<Entry>));
    octets_ = floor_;
    const std::size_t reserve = std::min(rebuild_reserve, options.octets_max / 8);
    target_ = options.octets_max - reserve;
  }

  // The entry of that hash for which `same` holds, expired or not. Lifetime: until the next change.
  template <class Same>
  [[nodiscard]] Entry* find(std::uint64_t hash, Same&& same) {
    Segment<Entry>& segment = segment_of(hash);
    const std::size_t index = segment.find(tag_of(hash), same);
    return index == Segment<Entry>::none ? nullptr : &segment.slot(index);
  }

  // Adds `entry` in place of the one for which `same` holds, evicting for it. Null when it is too
  // large for this shard; nothing has changed then.
  template <class Same>
  Entry* put(std::uint64_t hash, Entry entry, Same&& same, Time now) {
    const std::size_t payload = entry.payload_octets();
    if (floor_ + smallest_index_octets() > target_) return nullptr;
    if (payload > (target_ - floor_) / 2) return nullptr;
    entry.tag = tag_of(hash);
    entry.heat = Slot::cold;
    Segment<Entry>& segment = segment_of(hash);
    const std::size_t old = segment.find(entry.tag, same);
    if (old != Segment<Entry>::none) {
      entry.heat = segment.slot(old).heat;
      drop(segment, old);
    }
    free_some_expired(now);
    bound_run(segment, entry.tag, now);
    if (segment.is_full()) grow(segment, now);
    while (octets_ + payload > target_ && evict_one(now)) {
    }
    std::size_t index = segment.insert(std::move(entry));
    if (index == Segment<Entry>::none) {
      extend_tail(segment, payload, now);
      index = segment.insert(std::move(entry));
      if (index == Segment<Entry>::none) return nullptr;
    }
    octets_ += payload;
    ++entries_;
    return &segment.slot(index);
  }

  template <class Same>
  bool erase(std::uint64_t hash, Same&& same) {
    Segment<Entry>& segment = segment_of(hash);
    const std::size_t index = segment.find(tag_of(hash), same);
    if (index == Segment<Entry>::none) return false;
    drop(segment, index);
    return true;
  }
  // Removes every entry of that hash for which `same` holds, and tells how many they were.
  template <class Same>
  std::size_t erase_all(std::uint64_t hash, Same&& same) {
    std::size_t erased = 0;
    while (erase(hash, same)) ++erased;
    return erased;
  }
  // Visits every entry of that hash.
  template <class Visit>
  void for_each_of(std::uint64_t hash, Visit&& visit) {
    Segment<Entry>& segment = segment_of(hash);
    const std::uint32_t tag = tag_of(hash);
    for (std::size_t i = segment.first(tag); segment.has_tag(i, tag); ++i) visit(segment.slot(i));
  }

  // An empty shard takes the place of this one; the old one is returned, to be destroyed where no
  // lock is held.
  [[nodiscard]] Shard exchange_with_empty() {
    Shard old(options_);
    std::swap(*this, old);
    evictions_ = old.evictions_;
    return old;
  }

  [[nodiscard]] std::size_t segment_count() const noexcept { return segments_.size(); }
  template <class Visit>
  void for_each_in(std::size_t segment_index, Visit&& visit) {
    Segment<Entry>& segment = segments_[segment_index];
    for (std::size_t i = 0; i < segment.slot_count(); ++i)
      if (segment.slot(i).is_occupied()) visit(segment.slot(i));
  }

  // Removes the entries of a segment for which `which` holds.
  template <class Which>
  void erase_in(std::size_t segment_index, Which&& which) {
    Segment<Entry>& segment = segments_[segment_index];
    for (std::size_t i = 0; i < segment.slot_count();) {
      if (!segment.slot(i).is_occupied() || !which(segment.slot(i))) {
        ++i;
        continue;
      }
      const std::size_t slots = segment.slot_count();
      drop(segment, i);
      if (segment.slot_count() != slots) i = 0;  // all have moved
    }
  }

  [[nodiscard]] CacheUse use() const noexcept { return {octets_, entries_, evictions_}; }
  [[nodiscard]] std::size_t octets_max() const noexcept { return options_.octets_max; }

 private:
  // One segment for so much of the limit: small enough that a rebuild is a matter of microseconds,
  // large enough that its header does not count.
  static constexpr std::size_t segment_share = 32 * 1024;
  // Kept free so that a segment can be rebuilt beside its old self within the limit.
  static constexpr std::size_t rebuild_reserve = 16 * 1024;
  static constexpr unsigned slots_cleaned_per_put = 4;
  static constexpr unsigned slots_cooled_per_eviction_max = 512;

  // A slot, as the hand and the cleaner walk over them.
  struct Cursor {
    std::size_t segment = 0;
    std::size_t slot = 0;
  };

  [[nodiscard]] static std::uint32_t tag_of(std::uint64_t hash) noexcept {
    return static_cast<std::uint32_t>(hash);
  }
  // From bits 26 to 57: neither those that pick the shard nor, but for six, those of the tag.
  [[nodiscard]] Segment<Entry>& segment_of(std::uint64_t hash) noexcept {
    const std::uint64_t bits = (hash >> 26) & 0xffffffff;
    return segments_[static_cast<std::size_t>((bits * segments_.size()) >> 32)];
  }
  [[nodiscard]] static std::size_t smallest_index_octets() noexcept {
    return Segment<Entry>::octets_of(2 * Segment<Entry>::homes_for(1));
  }

  // Rebuilds if old and new and `payload` fit in the limit together.
  bool rebuild(Segment<Entry>& segment, std::size_t homes, std::size_t payload = 0) {
    const std::size_t slots = segment.slots_for(homes);
    const std::size_t added = Segment<Entry>::octets_of(slots);
    if (octets_ + added + payload > options_.octets_max) return false;
    octets_ += added;
    octets_ -= segment.memory_octets();
    segment.rebuild(homes, slots);
    return true;
  }
  void drop(Segment<Entry>& segment, std::size_t index) {
    octets_ -= segment.slot(index).payload_octets();
    --entries_;
    (void)segment.remove(index);
    if (segment.is_sparse()) (void)rebuild(segment, Segment<Entry>::homes_for(segment.size()));
  }
  void grow(Segment<Entry>& segment, Time now) {
    while (!rebuild(segment, Segment<Entry>::homes_for(segment.size() + 1))) {
      if (segment.size() > 0) return evict_coldest(segment, 0, segment.slot_count(), now);
      if (!evict_one(now)) return;
    }
  }
  // After this an insertion into the segment finds a gap, unless no index fits in the shard at all.
  void extend_tail(Segment<Entry>& segment, std::size_t payload, Time now) {
    const std::size_t homes =
        std::max(segment.homes(), Segment<Entry>::homes_for(segment.size() + 1));
    while (!rebuild(segment, homes, payload)) {
      if (segment.size() > 0) {
        ++evictions_;
        return drop(segment, segment.slot_count() - 1);
      }
      if (!evict_one(now)) return;
    }
  }
  // Makes room among the entries of one tag, so that nobody can make a search long.
  void bound_run(Segment<Entry>& segment, std::uint32_t tag, Time now) {
    const std::size_t begin = segment.first(tag);
    std::size_t end = begin;
    while (segment.has_tag(end, tag)) ++end;
    if (end - begin >= options_.per_tag_max) evict_coldest(segment, begin, end, now);
  }
  // An expired entry of the range, else the coldest.
  void evict_coldest(Segment<Entry>& segment, std::size_t begin, std::size_t end, Time now) {
    std::size_t victim = Segment<Entry>::none;
    for (std::size_t i = begin; i < end; ++i) {
      const Entry& entry = segment.slot(i);
      if (!entry.is_occupied()) continue;
      const bool better = victim == Segment<Entry>::none || entry.expires <= now ||
                          entry.heat < segment.slot(victim).heat;
      if (better) victim = i;
      if (entry.expires <= now) break;
    }
    if (victim == Segment<Entry>::none) return;
    if (segment.slot(victim).expires > now) ++evictions_;
    drop(segment, victim);
  }

  // The slot under the cursor, stepping to the next segment at the end of one: null then.
  [[nodiscard]] Entry* look(Cursor& cursor) {
    Segment<Entry>& segment = segments_[cursor.segment];
    if (cursor.slot < segment.slot_count()) return &segment.slot(cursor.slot);
    cursor = {cursor.segment + 1 < segments_.size() ? cursor.segment + 1 : 0, 0};
    return nullptr;
  }
  // False when there is nothing left. Cost: amortised by the hits that warmed what is passed.
  bool evict_one(Time now) {
    if (entries_ == 0) return false;
    unsigned to_cool = slots_cooled_per_eviction_max;
    for (;;) {
      Entry* entry = look(hand_);
      if (!entry) continue;
      if (entry->is_occupied()) {
        const bool expired = entry->expires <= now;
        if (expired || entry->heat == Slot::cold || to_cool == 0) {
          evictions_ += expired ? 0 : 1;
          drop(segments_[hand_.segment], hand_.slot);
          return true;
        }
        --entry->heat;
        --to_cool;
      }
      ++hand_.slot;
    }
  }
  void free_some_expired(Time now) {
    for (unsigned i = 0; i < slots_cleaned_per_put; ++i) {
      Entry* entry = look(cleaner_);
      if (!entry) continue;
      if (entry->is_occupied() && entry->expires <= now - options_.keep_expired) {
        drop(segments_[cleaner_.segment], cleaner_.slot);
      } else {
        ++cleaner_.slot;
      }
    }
  }

  ShardOptions options_;
  std::size_t floor_ = 0;   // octets of an empty shard
  std::size_t target_ = 0;  // octets after each put
  std::size_t octets_ = 0;
  std::size_t entries_ = 0;
  std::uint64_t evictions_ = 0;
  Cursor hand_;
  Cursor cleaner_;
  std::vector<Segment<Entry>> segments_;
};

}  // namespace godwit::cache
