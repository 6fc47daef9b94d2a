// One shard of a PackedTable: index, cells and what goes when there is no room. Searches run beside
// one writer without a lock: they copy an entry out and look at the sequence counter, which is odd
// while something changes, before and after. Everything but find() and prefetch() is for who holds
// the shard's lock.
//
// When there is no room a hand goes from page to page. What was found since it passed last gets
// warmer; what has expired goes, and what is too cold for the octets it takes. How cold that is
// follows from how much a page sets free. A name that was never heard of is young: it stays as long
// as it is found between two passes, twice, and goes early when it is not. Heat is halved as hits
// go by, not as new names come: a flood of those cools nobody. How warm an entry was is remembered
// when it goes. The figures are of a replay (docs/decisions).
#pragma once

#include <optional>

#include "cache/absence.h"
#include "cache/cache_key.h"
#include "cache/cache_use.h"
#include "cache/packed_cells.h"
#include "cache/packed_entry.h"
#include "cache/packed_ghosts.h"
#include "cache/packed_index.h"

namespace godwit::cache {

class PackedShard {
 public:
  // `memory` has at least pages_min pages.
  static constexpr std::uint32_t pages_min = 4;
  // `keep_expired`: how long after its end an entry stays where its room is not needed.
  PackedShard(const KeyedHash& hash, const PackedMemory& memory, std::size_t per_owner_max,
              Duration keep_expired = Duration::zero());
  PackedShard(const PackedShard&) = delete;
  PackedShard& operator=(const PackedShard&) = delete;

  enum class Search : std::uint8_t {
    absent,
    found,
    too_large,  // it is there, and the room is too small for it
    disturbed,  // whatever was read was changed meanwhile
  };
  // Any thread, without waiting. `now` decides whether it counts as a hit, which the entry is
  // marked with once a pass of the hand; expired entries are found, too.
  [[nodiscard]] Search find(const PackedKey& key, Time now, PackedRoom room) const noexcept;
  void prefetch(std::uint64_t hash) const noexcept { index_.prefetch(tag_of(hash)); }
  void prefetch_entry(std::uint64_t hash) const noexcept;

  // What is stored under the key, expired or not, with its words in `words`.
  [[nodiscard]] std::optional<PackedEntry> read(const PackedKey& key,
                                                std::vector<std::uint64_t>& words) const;
  // When what is stored under the key expires, and its rank.
  struct Stored {
    Time expires{};
    std::uint8_t rank = 0;
  };
  [[nodiscard]] std::optional<Stored> stored(const PackedKey& key) const noexcept;
  // Why nothing fresh is stored under the key. One in a thousand names that never were there may be
  // taken for another that was.
  [[nodiscard]] Absence absence(const PackedKey& key, Time now) const noexcept;
  // Stores in place of what the key has; evicts for it. False: too large; the old one is gone then.
  bool put(const PackedKey& key, const PackedValue& value, Time now);
  // As put, unless there is a fresh entry under the key: false then, too. While there is memory
  // that was never used it is taken, and nothing looked through for what has expired: this is for
  // many entries at once.
  bool put_if_absent(const PackedKey& key, const PackedValue& value, Time now);
  bool erase(const PackedKey& key);
  // Erases the entries of a name of which which(head) says so, and tells how many they were.
  template <class Which>
  std::size_t erase_each(std::uint64_t hash, wire::Bytes owner, Which&& which) {
    std::vector<std::uint32_t> cells;
    for_each_cell_of(hash, owner, [&](std::uint32_t cell, const PackedHead& head) {
      if (which(head)) cells.push_back(cell);
    });
    drop_all(cells);
    return cells.size();
  }
  // Erases what begins in that page and of which which(head, owner) says so.
  template <class Which>
  std::size_t erase_in(std::uint32_t page, Which&& which) {
    std::vector<std::uint32_t> cells;
    __attribute__((uninitialized)) OwnerWords words;  // read as far as it is filled
    cells_.for_each_in(page, [&](std::uint32_t cell) {
      const PackedHead head = PackedHead::from_word(memory_.load(cell));
      if (which(head, owner_of(cell, head, words))) cells.push_back(cell);
    });
    drop_all(cells);
    return cells.size();
  }
  void clear();

  [[nodiscard]] CacheUse use() const noexcept;
  [[nodiscard]] std::uint32_t page_count() const noexcept { return memory_.pages_begun(); }
  // Calls visit() with the words of each entry that begins in that page.
  template <class Visit>
  void for_each_words_in(std::uint32_t page, Visit&& visit) {
    std::vector<std::uint64_t> words;
    cells_.for_each_in(page, [&](std::uint32_t cell) {
      copy_whole(cell, PackedHead::from_word(memory_.load(cell)), words);
      visit(std::span<const std::uint64_t>(words));
    });
  }
  // Likewise of all entries of a name.
  template <class Visit>
  void for_each_words_of(std::uint64_t hash, wire::Bytes owner, Visit&& visit) const {
    std::vector<std::uint64_t> words;
    for_each_cell_of(hash, owner, [&](std::uint32_t cell, const PackedHead& head) {
      copy_whole(cell, head, words);
      visit(std::span<const std::uint64_t>(words));
    });
  }

 private:
  class Change;
  static constexpr unsigned reads_max = 3;
  static constexpr unsigned prefetches_max = 4;  // entries of one name, mostly its types
  // Before memory is begun that was never used.
  static constexpr unsigned pages_cleaned_per_page = 3;
  // Then whatever is in the next page goes.
  static constexpr unsigned pages_examined_per_put_max = 32;
  // Heat for a page of octets up to which an entry goes. It changes by the part that an examined
  // page frees less or more than it should, so little that it does not swing as the hand goes
  // round.
  static constexpr double threshold_first = 34, threshold_min = 0.1, threshold_max = 30'000;
  static constexpr double octets_to_free_per_page = page_octets / 16;
  static constexpr double threshold_step_max = 0.05, threshold_steps_per_round = 16;
  static constexpr unsigned young_to_warm = 8;  // the heat of who was young counts that much less
  static constexpr std::uint8_t youth_first = 2 * PackedHead::youth_one;
  // Hits for each entry of the usual size until heat is halved.
  static constexpr std::size_t hits_per_epoch = 30, usual_entry_octets = 120;

  [[nodiscard]] static std::uint32_t tag_of(std::uint64_t hash) noexcept {
    return static_cast<std::uint32_t>(hash);
  }
  [[nodiscard]] Search copy(const PackedKey& key, PackedRoom room,
                            std::uint32_t& where) const noexcept;
  // The owner of an entry. Lifetime: the words', which it is copied to.
  using OwnerWords = std::array<std::uint64_t, 32>;  // a name has 255 octets at most
  [[nodiscard]] wire::Bytes owner_of(std::uint32_t cell, const PackedHead& head,
                                     OwnerWords& words) const noexcept;
  [[nodiscard]] bool is_of(std::uint32_t cell, const PackedHead& head,
                           wire::Bytes owner) const noexcept;
  [[nodiscard]] Time expiry_of(std::uint32_t cell) const noexcept {
    return Time(Duration(static_cast<std::int64_t>(memory_.load(cell + 1))));
  }
  // Where the key's entry is, and how many there are of its owner.
  struct Located {
    std::uint32_t cell = PackedIndex::no_cell;
    std::size_t of_owner = 0;
  };
  [[nodiscard]] Located locate(const PackedKey& key) const noexcept;
  enum class Cleaning : std::uint8_t { some, none };
  bool put_at(const Located& located, const PackedKey& key, const PackedValue& value, Time now,
              Cleaning cleaning);
  void copy_whole(std::uint32_t cell, const PackedHead& head,
                  std::vector<std::uint64_t>& words) const;
  void write(std::uint32_t cell, const PackedHead& head, const PackedKey& key,
             const PackedValue& value);
  [[nodiscard]] bool enter(std::uint32_t tag, std::uint32_t cell);
  void drop(std::uint32_t tag, std::uint32_t cell);
  void drop_all(std::span<const std::uint32_t> cells);
  template <class Visit>
  void for_each_cell_of(std::uint64_t hash, wire::Bytes owner, Visit&& visit) const {
    index_.search(tag_of(hash), [&](std::uint32_t cell) {
      const PackedHead head = PackedHead::from_word(memory_.load(cell));
      if (is_of(cell, head, owner)) visit(cell, head);
      return false;
    });
  }
  void give_back(std::uint32_t cell);
  [[nodiscard]] bool evict_in_reach(std::uint32_t tag);
  void bound_owner(const PackedKey& key, Time now);
  [[nodiscard]] std::uint32_t make_cell(std::size_t words, Time now, Cleaning cleaning);
  enum class Sweep : std::uint8_t { expired, cold, everything };
  void sweep_next(Sweep what, Time now);
  void examine(std::uint32_t cell, Sweep what, Time now);
  void age(std::uint32_t page);
  void adapt(std::size_t octets_freed) noexcept;
  void note_hit();
  [[nodiscard]] std::uint8_t heat_of(std::uint32_t cell) const noexcept;
  [[nodiscard]] std::uint32_t tag_at(std::uint32_t cell) const noexcept;
  // Of an entry, where a tag is of all entries of a name.
  [[nodiscard]] static std::uint32_t ghost_tag(std::uint32_t tag, std::uint16_t type,
                                               std::uint8_t variant) noexcept;

  KeyedHash hash_;
  PackedMemory memory_;
  PackedIndex index_;
  PackedCells cells_;
  PackedGhosts ghosts_;
  std::size_t per_owner_max_;
  Duration keep_expired_;
  std::atomic<std::uint64_t> changes_{0};
  std::size_t entries_ = 0;
  std::uint64_t evictions_ = 0;
  std::uint32_t hand_ = 0;     // page that was examined last
  std::uint32_t cleaner_ = 0;  // page that was looked through for what has expired
  double threshold_ = threshold_first;
  std::uint8_t epoch_ = 0;  // modulo 256
  std::size_t hits_ = 0;    // of this epoch, as far as they are noticed
};

}  // namespace godwit::cache
