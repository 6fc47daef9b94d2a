// One shard of a PackedTable: index, cells and what goes when there is no room. Searches run beside
// one writer without a lock: they copy an entry out and look at the sequence counter, which is odd
// while something changes, before and after. Everything but find() and prefetch() is for who holds
// the shard's lock.
#pragma once

#include <optional>

#include "cache/cache_key.h"
#include "cache/cache_use.h"
#include "cache/packed_cells.h"
#include "cache/packed_entry.h"
#include "cache/packed_index.h"

namespace godwit::cache {

class PackedShard {
 public:
  // `memory` has at least pages_min pages.
  static constexpr std::uint32_t pages_min = 4;
  PackedShard(const KeyedHash& hash, const PackedMemory& memory, std::size_t per_owner_max);
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
  // Stores in place of what the key has; evicts for it. False: too large; the old one is gone then.
  bool put(const PackedKey& key, const PackedValue& value, Time now);
  bool erase(const PackedKey& key);
  // Erases the entries of a name of which which(head) says so.
  template <class Which>
  void erase_each(std::uint64_t hash, wire::Bytes owner, Which&& which) {
    std::vector<std::uint32_t> cells;
    index_.search(tag_of(hash), [&](std::uint32_t cell) {
      const PackedHead head = PackedHead::from_word(memory_.load(cell));
      if (is_of(cell, head, owner) && which(head)) cells.push_back(cell);
      return false;
    });
    for (const std::uint32_t cell : cells) drop(tag_of(hash), cell);
  }
  void clear();

  [[nodiscard]] CacheUse use() const noexcept;
  [[nodiscard]] std::uint32_t page_count() const noexcept { return memory_.pages_begun(); }
  // Calls visit(PackedEntry) for what begins in that page.
  template <class Visit>
  void for_each_in(std::uint32_t page, Visit&& visit) {
    std::vector<std::uint64_t> words;
    cells_.for_each_in(page, [&](std::uint32_t cell) {
      copy_whole(cell, PackedHead::from_word(memory_.load(cell)), words);
      visit(read_packed(words.data()));
    });
  }

 private:
  class Change;
  static constexpr unsigned reads_max = 3;
  static constexpr unsigned prefetches_max = 4;  // entries of one name, mostly its types
  static constexpr unsigned pages_swept_per_put_max = 8;
  // So that what has expired is at most about half of what is fresh.
  static constexpr unsigned pages_cleaned_per_page = 3;

  [[nodiscard]] static std::uint32_t tag_of(std::uint64_t hash) noexcept {
    return static_cast<std::uint32_t>(hash);
  }
  [[nodiscard]] Search copy(const PackedKey& key, PackedRoom room,
                            std::uint32_t& where) const noexcept;
  [[nodiscard]] bool is_of(std::uint32_t cell, const PackedHead& head,
                           wire::Bytes owner) const noexcept;
  [[nodiscard]] Time expiry_of(std::uint32_t cell) const noexcept {
    return Time(Duration(static_cast<std::int64_t>(memory_.load(cell + 1))));
  }
  [[nodiscard]] std::uint32_t locate(const PackedKey& key) const noexcept;
  void copy_whole(std::uint32_t cell, const PackedHead& head,
                  std::vector<std::uint64_t>& words) const;
  void write(std::uint32_t cell, const PackedHead& head, const PackedKey& key,
             const PackedValue& value);
  [[nodiscard]] bool enter(std::uint32_t tag, std::uint32_t cell);
  void drop(std::uint32_t tag, std::uint32_t cell);
  void give_back(std::uint32_t cell);
  void evict(std::uint32_t cell);
  [[nodiscard]] bool evict_in_reach(std::uint32_t tag);
  void bound_owner(const PackedKey& key, Time now);
  [[nodiscard]] std::uint32_t make_cell(std::size_t words, Time now);
  enum class Sweep : std::uint8_t { expired_only, cold, everything };
  void sweep_next(Sweep what, Time now);

  KeyedHash hash_;
  PackedMemory memory_;
  PackedIndex index_;
  PackedCells cells_;
  std::size_t per_owner_max_;
  std::atomic<std::uint64_t> changes_{0};
  std::size_t entries_ = 0;
  std::uint64_t evictions_ = 0;
  std::uint32_t hand_ = 0;     // page that is swept next
  std::uint32_t cleaner_ = 0;  // page that is looked through for what has expired
};

}  // namespace godwit::cache
