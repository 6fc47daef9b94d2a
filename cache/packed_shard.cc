#include "cache/packed_shard.h"

#include <algorithm>
#include <cstring>

#include "cache/guarded.h"

namespace godwit::cache {

// Tells readers that what they see may be half done.
class PackedShard::Change {
 public:
  explicit Change(std::atomic<std::uint64_t>& changes) noexcept : changes_(changes) {
    changes_.store(changes_.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
  }
  ~Change() {
    changes_.store(changes_.load(std::memory_order_relaxed) + 1, std::memory_order_release);
  }
  Change(const Change&) = delete;
  Change& operator=(const Change&) = delete;

 private:
  std::atomic<std::uint64_t>& changes_;
};

PackedShard::PackedShard(const KeyedHash& hash, const PackedMemory& memory,
                         std::size_t per_owner_max, Duration keep_expired)
    : hash_(hash),
      memory_(memory),
      index_(memory_),
      cells_(memory_),
      ghosts_(std::size_t{memory.pages_max()} * page_octets),
      per_owner_max_(std::max<std::size_t>(1, per_owner_max)),
      keep_expired_(keep_expired) {}

PackedShard::Search PackedShard::find(const PackedKey& key, Time now,
                                      PackedRoom room) const noexcept {
  for (unsigned i = 0; i < reads_max; ++i) {
    const std::uint64_t before = changes_.load(std::memory_order_acquire);
    if ((before & 1) != 0) continue;
    std::uint32_t cell = 0;
    const Search result = copy(key, room, cell);
    if (changes_.load(std::memory_order_relaxed) != before) continue;
    if (result == Search::found) {
      const std::uint64_t word = room[0];
      PackedHead head = PackedHead::from_word(word);
      if (packed_expiry(room.data()) > now && !head.is_visited()) {
        head.heat |= PackedHead::visited;
        memory_.replace(cell, word, head.to_word());
      }
    }
    return result;
  }
  return Search::disturbed;
}

void PackedShard::prefetch_entry(std::uint64_t hash) const noexcept {
  unsigned count = 0;
  index_.search(tag_of(hash), [&](std::uint32_t cell) {
    // Most entries reach into a second line.
    for (const std::size_t word : {std::size_t{cell}, cell + cache_line_octets / 8})
      if (word < memory_.word_count()) __builtin_prefetch(memory_.address(word));
    return ++count == prefetches_max;
  });
}

// Whatever is read here may be in the middle of a change, so that nothing is taken for granted but
// the bounds of the memory.
PackedShard::Search PackedShard::copy(const PackedKey& key, PackedRoom room,
                                      std::uint32_t& where) const noexcept {
  Search result = Search::absent;
  index_.search(tag_of(key.hash), [&](std::uint32_t cell) {
    if (cell >= memory_.word_count()) return false;
    const std::uint64_t first = memory_.load(cell);
    const PackedHead head = PackedHead::from_word(first);
    if (!head.may_be(key) || !head.is_sound()) return false;
    const std::size_t words = head.words();
    if (cell + std::min(words, words_per_page) > memory_.word_count()) return false;
    if (!is_of(cell, head, key.owner)) return false;
    if (words > room.size()) {
      result = Search::too_large;
      return true;
    }
    if (cell + words > memory_.word_count()) return false;
    room[0] = first;
    for (std::size_t i = 1; i < words; ++i) room[i] = memory_.load(cell + i);
    where = cell;
    result = Search::found;
    return true;
  });
  return result;
}

wire::Bytes PackedShard::owner_of(std::uint32_t cell, const PackedHead& head,
                                  OwnerWords& words) const noexcept {
  for (std::size_t i = 0; i < (head.owner_octets + 7u) / 8; ++i)
    words[i] = memory_.load(cell + PackedHead::octets / 8 + i);
  return {reinterpret_cast<const std::uint8_t*>(words.data()), head.owner_octets};
}

// Word by word: octets that were just put together from words keep the processor waiting.
bool PackedShard::is_of(std::uint32_t cell, const PackedHead& head,
                        wire::Bytes owner) const noexcept {
  if (head.owner_octets != owner.size()) return false;
  std::size_t at = cell + PackedHead::octets / 8;
  std::size_t left = owner.size();
  for (const std::uint8_t* p = owner.data(); left >= 8; left -= 8, p += 8)
    if (!wire::equal_words(from_little(memory_.load(at++)), load_little(p))) return false;
  if (left == 0) return true;
  const std::uint64_t octets_left = (std::uint64_t{1} << 8 * left) - 1;
  return wire::equal_words(from_little(memory_.load(at)) & octets_left, load_rest(owner));
}

PackedShard::Located PackedShard::locate(const PackedKey& key) const noexcept {
  Located found;
  for_each_cell_of(key.hash, key.owner, [&](std::uint32_t cell, const PackedHead& head) {
    ++found.of_owner;
    if (head.may_be(key)) found.cell = cell;
  });
  return found;
}

void PackedShard::copy_whole(std::uint32_t cell, const PackedHead& head,
                             std::vector<std::uint64_t>& words) const {
  words.clear();
  std::size_t left = head.words();
  if (left <= words_per_page) {
    for (std::size_t i = 0; i < left; ++i) words.push_back(memory_.load(cell + i));
    return;
  }
  for (std::size_t at = cell; left > 0;
       at = static_cast<std::size_t>(memory_.load(at + PackedCells::words_per_link))) {
    const std::size_t here = std::min(left, PackedCells::words_per_link);
    for (std::size_t i = 0; i < here; ++i) words.push_back(memory_.load(at + i));
    left -= here;
  }
}

std::optional<PackedEntry> PackedShard::read(const PackedKey& key,
                                             std::vector<std::uint64_t>& words) const {
  const std::uint32_t cell = locate(key).cell;
  if (cell == PackedIndex::no_cell) return std::nullopt;
  copy_whole(cell, PackedHead::from_word(memory_.load(cell)), words);
  return PackedEntry(words.data());
}

std::optional<PackedShard::Stored> PackedShard::stored(const PackedKey& key) const noexcept {
  const std::uint32_t cell = locate(key).cell;
  if (cell == PackedIndex::no_cell) return std::nullopt;
  return Stored{expiry_of(cell), PackedHead::from_word(memory_.load(cell)).rank};
}

Absence PackedShard::absence(const PackedKey& key, Time now) const noexcept {
  const auto there = stored(key);
  if (there) return there->expires <= now ? Absence::expired : Absence::unknown;
  const auto gone = ghosts_.look_at(ghost_tag(tag_of(key.hash), key.type, key.variant));
  if (!gone.known) return Absence::unknown;
  return gone.had_expired ? Absence::expired : Absence::evicted;
}

bool PackedShard::put(const PackedKey& key, const PackedValue& value, Time now) {
  return put_at(locate(key), key, value, now, Cleaning::some);
}

bool PackedShard::put_if_absent(const PackedKey& key, const PackedValue& value, Time now) {
  const Located old = locate(key);
  if (old.cell != PackedIndex::no_cell && expiry_of(old.cell) > now) return false;
  return put_at(old, key, value, now, Cleaning::none);
}

bool PackedShard::put_at(const Located& located, const PackedKey& key, const PackedValue& value,
                         Time now, Cleaning cleaning) {
  const std::size_t size = PackedHead::octets + key.owner.size() + value.payload.size();
  PackedHead head;
  head.type = key.type;
  head.variant = key.variant;
  head.rank = value.rank;
  head.owner_octets = static_cast<std::uint8_t>(key.owner.size());
  const std::size_t words = (size + 7) / 8;
  const bool fits =
      size <= PackedCells::size_max && PackedCells::pages_for(words) <= memory_.pages_max() / 2;
  head.size = static_cast<std::uint16_t>(size);

  const Change change(changes_);
  const std::uint32_t tag = tag_of(key.hash);
  const std::uint32_t old = located.cell;
  if (old != PackedIndex::no_cell) {
    const PackedHead old_head = PackedHead::from_word(memory_.load(old));
    head.heat = old_head.heat | PackedHead::visited;  // it was asked for
    const bool stays = fits && words <= old_head.words() && old_head.words() <= words_per_page;
    if (stays) {
      write(old, head, key, value);
      cells_.shorten(old, words, old_head.words());
      return true;
    }
    head.heat = static_cast<std::uint8_t>((head.heat & ~PackedHead::heat_mask) | heat_of(old));
    drop(tag, old);
  } else if (value.heat != PackedValue::unknown_heat) {
    head.heat = value.heat & (PackedHead::visited | PackedHead::youth_mask | PackedHead::heat_mask);
  } else {
    const auto ghost = ghosts_.recall(ghost_tag(tag, key.type, key.variant));
    if (ghost.known) note_hit();
    head.heat = std::min<std::uint8_t>(PackedHead::hottest, ghost.heat + 1);
    if (ghost.heat == 0) head.heat |= youth_first;
  }
  if (!fits) return false;
  if (located.of_owner >= per_owner_max_) bound_owner(key, now);
  const std::uint32_t cell = make_cell(words, now, cleaning);
  if (cell == PackedCells::no_cell) return false;
  write(cell, head, key, value);
  ++entries_;
  return enter(tag, cell);
}

void PackedShard::write(std::uint32_t cell, const PackedHead& head, const PackedKey& key,
                        const PackedValue& value) {
  memory_.store(cell, head.to_word());
  memory_.store(cell + 1, static_cast<std::uint64_t>(value.expires.time_since_epoch().count()));
  const bool is_chain = head.words() > words_per_page;
  std::size_t at = cell, used = PackedHead::octets / 8;
  std::uint64_t word = 0;
  std::size_t filled = 0;
  const auto put_word = [&] {
    if (is_chain && used == PackedCells::words_per_link) {
      at = static_cast<std::size_t>(memory_.load(at + PackedCells::words_per_link));
      used = 0;
    }
    memory_.store(at + used++, word);
    word = 0;
    filled = 0;
  };
  const auto put_octets = [&](wire::Bytes octets) {
    while (!octets.empty()) {
      const std::size_t count = std::min(octets.size(), sizeof word - filled);
      std::memcpy(reinterpret_cast<std::uint8_t*>(&word) + filled, octets.data(), count);
      filled += count;
      octets = octets.subspan(count);
      if (filled == sizeof word) put_word();
    }
  };
  put_octets(key.owner);
  put_octets(value.payload);
  if (filled > 0) put_word();
}

bool PackedShard::enter(std::uint32_t tag, std::uint32_t cell) {
  std::vector<std::uint64_t> lost;
  while (!index_.insert(tag, cell)) {
    if (index_.split(tag, lost)) continue;
    if (evict_in_reach(tag)) continue;
    give_back(cell);
    return false;
  }
  for (const std::uint64_t slot : lost) {
    give_back(PackedIndex::cell_of(slot));
    ++evictions_;
  }
  return true;
}

bool PackedShard::erase(const PackedKey& key) {
  const std::uint32_t cell = locate(key).cell;
  if (cell == PackedIndex::no_cell) return false;
  const Change change(changes_);
  drop(tag_of(key.hash), cell);
  return true;
}

void PackedShard::drop(std::uint32_t tag, std::uint32_t cell) {
  index_.remove(tag, cell);
  give_back(cell);
}

void PackedShard::drop_all(std::span<const std::uint32_t> cells) {
  if (cells.empty()) return;
  const Change change(changes_);
  for (const std::uint32_t cell : cells) drop(tag_at(cell), cell);
}

void PackedShard::give_back(std::uint32_t cell) {
  cells_.give_back(cell, PackedHead::from_word(memory_.load(cell)).words());
  --entries_;
}

std::uint32_t PackedShard::tag_at(std::uint32_t cell) const noexcept {
  __attribute__((uninitialized)) OwnerWords words;  // read as far as it is filled
  return tag_of(hash_.owner(owner_of(cell, PackedHead::from_word(memory_.load(cell)), words)));
}

std::uint32_t PackedShard::ghost_tag(std::uint32_t tag, std::uint16_t type,
                                     std::uint8_t variant) noexcept {
  constexpr std::uint32_t odd = 0x9e3779b1;
  return tag + (std::uint32_t{type} << 8 | variant) * odd;
}

void PackedShard::clear() {
  const Change change(changes_);
  memory_.forget_pages();
  cells_.clear();
  index_.clear();
  ghosts_.clear();
  entries_ = 0;
  hand_ = cleaner_ = 0;
}

CacheUse PackedShard::use() const noexcept {
  const std::size_t octets = std::size_t{memory_.pages_in_use()} * page_octets +
                             index_.memory_octets() + cells_.memory_octets() +
                             ghosts_.memory_octets() + sizeof(*this);
  return {octets, entries_, evictions_};
}

}  // namespace godwit::cache
