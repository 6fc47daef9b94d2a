// A small hash table of values in open addressing, kept in the order of their tags. Not bounded and
// not evicting: shard.h does that. No thread safety.
//
//   home(tag) = tag * homes / 2^32        the slot where the search for a tag begins
//   [ 3 | 3 | 9 | . | 17 | . | 21 | 21 | 21 | 22 | . . ]
//     homes .................................. | tail
//
// Homes rise with tags, so entries stand in order with gaps between: a search ends at the first
// higher tag or gap, equal tags stand side by side, and growing is one pass from left to right.
// There are no tombstones: removing moves the rest of the cluster back.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "cache/heap_octets.h"
#include "cache/time.h"

namespace godwit::cache {

// What every entry of a table begins with; entry types derive from it and add their payload.
struct Slot {
  static constexpr std::uint8_t vacant = 0;
  static constexpr std::uint8_t cold = 1;
  static constexpr std::uint8_t hottest = 4;

  Time expires{};          // from then on worth nothing
  std::uint32_t tag = 0;   // the low half of the key's hash
  std::uint16_t type = 0;  // the rest of the key, if any: an RrType
  std::uint8_t rank = 0;   // the entry type's own
  std::uint8_t heat = vacant;

  [[nodiscard]] bool is_occupied() const noexcept { return heat != vacant; }
  // Notes a hit. Writes only while the heat still rises.
  void touch() noexcept {
    if (heat < hottest) ++heat;
  }
};

template <class Entry>
class Segment {
 public:
  static constexpr std::size_t none = SIZE_MAX;

  [[nodiscard]] std::size_t size() const noexcept { return used_; }
  [[nodiscard]] std::size_t slot_count() const noexcept { return slots_.size(); }
  [[nodiscard]] Entry& slot(std::size_t index) noexcept { return slots_[index]; }
  [[nodiscard]] std::size_t memory_octets() const noexcept { return octets_of(slots_.size()); }

  // The load stays below 7/8; growth adds a third, so that the load is between 2/3 and 7/8.
  [[nodiscard]] bool is_full() const noexcept { return (used_ + 1) * 8 > homes_ * 7; }
  [[nodiscard]] bool is_sparse() const noexcept {
    return used_ == 0 ? homes_ > 0 : used_ * 2 + 8 < homes_;
  }
  [[nodiscard]] static std::size_t homes_for(std::size_t entries) noexcept {
    return entries == 0 ? 0 : entries + entries / 3 + 4;
  }
  [[nodiscard]] std::size_t homes() const noexcept { return homes_; }

  // The first slot of `tag` for which `same` holds, or none.
  template <class Same>
  [[nodiscard]] std::size_t find(std::uint32_t tag, Same&& same) const {
    for (std::size_t i = first(tag); has_tag(i, tag); ++i)
      if (same(slots_[i])) return i;
    return none;
  }
  // The first slot of `tag`, or the one where it would stand.
  [[nodiscard]] std::size_t first(std::uint32_t tag) const noexcept {
    std::size_t i = home(tag, homes_);
    while (i < slots_.size() && slots_[i].is_occupied() && slots_[i].tag < tag) ++i;
    return i;
  }
  [[nodiscard]] bool has_tag(std::size_t index, std::uint32_t tag) const noexcept {
    return index < slots_.size() && slots_[index].is_occupied() && slots_[index].tag == tag;
  }

  // Puts an entry after those of the same tag. Returns its slot, or none, and leaves the entry
  // alone, when the tail is used up.
  [[nodiscard]] std::size_t insert(Entry&& entry) {
    std::size_t at = first(entry.tag);
    while (has_tag(at, entry.tag)) ++at;
    std::size_t gap = at;
    while (gap < slots_.size() && slots_[gap].is_occupied()) ++gap;
    if (gap >= slots_.size()) return none;
    std::move_backward(slots_.begin() + offset(at), slots_.begin() + offset(gap),
                       slots_.begin() + offset(gap + 1));
    slots_[at] = std::move(entry);
    ++used_;
    return at;
  }

  // Takes an entry out. The next one of its cluster moves to its slot.
  Entry remove(std::size_t index) {
    Entry removed = std::move(slots_[index]);
    std::size_t gap = index;
    for (std::size_t next = gap + 1; next < slots_.size(); ++next, ++gap) {
      if (!slots_[next].is_occupied() || home(slots_[next].tag, homes_) == next) break;
      slots_[gap] = std::move(slots_[next]);
    }
    slots_[gap] = Entry{};
    --used_;
    return removed;
  }

  // How many slots rebuild(homes) would make, with a tail that has room for more.
  [[nodiscard]] std::size_t slots_for(std::size_t homes) const noexcept {
    if (homes == 0) return 0;
    const std::size_t tail = 4 + homes / 16;
    std::size_t end = 0;
    for (const Entry& entry : slots_)
      if (entry.is_occupied()) end = std::max(end, home(entry.tag, homes)) + 1;
    return std::max(homes + tail, end + tail / 2);
  }
  [[nodiscard]] static std::size_t octets_of(std::size_t slots) noexcept {
    return heap_octets(slots * sizeof(Entry));
  }

  // Moves everything to `slots` new slots, which slots_for(homes) has told.
  void rebuild(std::size_t homes, std::size_t slots) {
    std::vector<Entry> fresh(slots);
    std::size_t next = 0;
    for (Entry& entry : slots_) {
      if (!entry.is_occupied()) continue;
      next = std::max(next, home(entry.tag, homes));
      fresh[next++] = std::move(entry);
    }
    slots_ = std::move(fresh);
    homes_ = static_cast<std::uint32_t>(homes);
  }

 private:
  [[nodiscard]] static std::size_t home(std::uint32_t tag, std::size_t homes) noexcept {
    return static_cast<std::size_t>((std::uint64_t{tag} * homes) >> 32);
  }
  [[nodiscard]] static std::ptrdiff_t offset(std::size_t index) noexcept {
    return static_cast<std::ptrdiff_t>(index);
  }

  std::vector<Entry> slots_;
  std::uint32_t homes_ = 0;
  std::uint32_t used_ = 0;
};

}  // namespace godwit::cache
