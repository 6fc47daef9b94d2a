// What of a shard goes for want of room: the rule is in packed_shard.h.
#include <algorithm>

#include "cache/packed_shard.h"

namespace godwit::cache {

// Before memory that was never used is begun, what has expired in some pages is freed, once it has
// been kept for its time; and before others must go for it, at once. When there is none left, pages
// are examined until there is room, and if all is too warm whole pages go.
std::uint32_t PackedShard::make_cell(std::size_t words, Time now, Cleaning cleaning) {
  const bool needs_page = words <= words_per_page;
  std::uint32_t cell = cells_.take(words);
  for (unsigned i = 0; cell == PackedCells::no_cell && i < pages_cleaned_per_page; ++i) {
    const bool keeps_some = keep_expired_ > Duration::zero();
    if (memory_.has_free_page() || (!memory_.may_grow() && !keeps_some)) break;
    if (cleaning == Cleaning::none && memory_.may_grow()) break;
    sweep_next(Sweep::expired, memory_.may_grow() ? now - keep_expired_ : now);
    cell = cells_.take(words);
  }
  for (std::uint32_t i = 0; cell == PackedCells::no_cell; ++i) {
    if (i > pages_examined_per_put_max + memory_.pages_begun()) return cell;
    const bool opened = needs_page && cells_.open_new(epoch_);
    if (!opened) sweep_next(i < pages_examined_per_put_max ? Sweep::cold : Sweep::everything, now);
    cell = cells_.take(words);
  }
  return cell;
}

void PackedShard::sweep_next(Sweep what, Time now) {
  std::uint32_t& page = what == Sweep::expired ? cleaner_ : hand_;
  for (std::uint32_t i = 0; i < memory_.pages_begun(); ++i) {
    page = page + 1 < memory_.pages_begun() ? page + 1 : 0;
    if (cells_.is_first(page)) break;
  }
  age(page);
  std::size_t words_left = 0;
  cells_.for_each_in(page, [&](std::uint32_t cell) {
    examine(cell, what, now);
    words_left += PackedHead::from_word(memory_.load(cell)).words();
  });
  if (what == Sweep::cold) adapt(page_octets - 8 * std::min(words_left, words_per_page));
  cells_.pack(page,
              [&](std::uint32_t from, std::uint32_t to) { index_.move(tag_at(to), from, to); });
}

void PackedShard::examine(std::uint32_t cell, Sweep what, Time now) {
  PackedHead head = PackedHead::from_word(memory_.load(cell));
  const bool is_expired = expiry_of(cell) <= now;
  if (what == Sweep::expired && !is_expired) return;
  std::uint8_t heat = head.plain_heat();
  std::uint8_t youth = head.heat & PackedHead::youth_mask;
  const bool was_young = head.is_young();
  if (head.is_visited()) {
    heat = std::min<std::uint8_t>(PackedHead::hottest, heat + 1);
    if (was_young) youth = static_cast<std::uint8_t>(youth - PackedHead::youth_one);
    note_hit();
  } else {
    youth = 0;
  }
  const double worth =
      static_cast<double>(heat * page_octets) / static_cast<double>(head.words() * 8);
  const bool may_go = !was_young || !head.is_visited();
  const bool is_cold = may_go && (was_young ? worth / young_to_warm : worth) <= threshold_;
  if (is_expired || is_cold || what == Sweep::everything) {
    if (!is_expired) ++evictions_;
    const std::uint32_t tag = tag_at(cell);
    ghosts_.remember(ghost_tag(tag, head.type, head.variant), heat, is_expired);
    return drop(tag, cell);
  }
  head.heat = heat | youth;
  memory_.store(cell, head.to_word());
}

// Halves the heat in a page as often as that of all others since it was examined.
void PackedShard::age(std::uint32_t page) {
  if (!cells_.is_first(page)) return;
  const auto epochs = static_cast<std::uint8_t>(epoch_ - cells_.epoch_of(page));
  if (epochs == 0) return;
  cells_.set_epoch(page, epoch_);
  cells_.for_each_in(page, [&](std::uint32_t cell) {
    PackedHead head = PackedHead::from_word(memory_.load(cell));
    const int heat = head.plain_heat() >> std::min<int>(epochs, 7);
    head.heat = static_cast<std::uint8_t>((head.heat & ~PackedHead::heat_mask) | heat);
    memory_.store(cell, head.to_word());
  });
}

std::uint8_t PackedShard::heat_of(std::uint32_t cell) const noexcept {
  const auto page = static_cast<std::uint32_t>(cell / words_per_page);
  const auto epochs = static_cast<std::uint8_t>(epoch_ - cells_.epoch_of(page));
  const int heat = PackedHead::from_word(memory_.load(cell)).plain_heat();
  return static_cast<std::uint8_t>(heat >> std::min<int>(epochs, 7));
}

// Too few octets from a page: what is warmer must go, too.
void PackedShard::adapt(std::size_t octets_freed) noexcept {
  const double step = std::min(
      threshold_step_max, threshold_steps_per_round / static_cast<double>(memory_.pages_max()));
  const double lacking = 1 - static_cast<double>(octets_freed) / octets_to_free_per_page;
  threshold_ =
      std::clamp(threshold_ * (1 + step * std::max(-1.0, lacking)), threshold_min, threshold_max);
}

void PackedShard::note_hit() {
  const std::size_t entries = std::size_t{memory_.pages_max()} * page_octets / usual_entry_octets;
  if (++hits_ < hits_per_epoch * entries) return;
  hits_ = 0;
  ++epoch_;
  ghosts_.age();
  cells_.close();  // so that no page has entries of two epochs
}

// Frees a slot within reach of the tag, where nothing else can.
bool PackedShard::evict_in_reach(std::uint32_t tag) {
  std::uint64_t victim = 0;
  int coldest = 256;
  for (const std::uint64_t slot : index_.slots_in_reach(tag)) {
    const int heat = PackedHead::from_word(memory_.load(PackedIndex::cell_of(slot))).heat;
    if (heat >= coldest) continue;
    coldest = heat;
    victim = slot;
  }
  if (victim == 0) return false;
  drop(PackedIndex::tag_of(victim), PackedIndex::cell_of(victim));
  ++evictions_;
  return true;
}

// Makes room among the entries of one owner: what has expired goes first, else the coldest.
void PackedShard::bound_owner(const PackedKey& key, Time now) {
  std::size_t count = 0;
  std::uint32_t victim = PackedIndex::no_cell;
  int coldest = 256;
  index_.search(tag_of(key.hash), [&](std::uint32_t cell) {
    const PackedHead head = PackedHead::from_word(memory_.load(cell));
    if (!is_of(cell, head, key.owner)) return false;
    ++count;
    const int heat = expiry_of(cell) <= now ? -1 : head.heat;
    if (heat >= coldest) return false;
    coldest = heat;
    victim = cell;
    return false;
  });
  if (count < per_owner_max_) return;
  if (coldest >= 0) ++evictions_;
  drop(tag_of(key.hash), victim);
}

}  // namespace godwit::cache
