// Cells for entries in the pages of a shard's memory. Cells of any size lie side by side; a new one
// comes from the one page that is open. What is given back is a hole until its page is packed
// again, which moves what is left together and opens it. An entry larger than a page lies in a
// chain of whole pages. For who holds the shard's lock; what is in cells that are read without it
// is packed_shard.h's.
//
//   cell              [ head of the entry (packed_entry.h) | ... ]
//   hole              [ 0 u16 | words u16 | 0 u32 | ... ]
//   page of a chain   [ 511 words of the entry | first word of the next page ]
#pragma once

#include <vector>

#include "cache/packed_memory.h"

namespace godwit::cache {

class PackedCells {
 public:
  static constexpr std::uint32_t no_cell = 0;
  static constexpr std::size_t words_per_link = words_per_page - 1;
  static constexpr std::size_t size_max = 65535;  // octets of an entry

  explicit PackedCells(PackedMemory& memory) : memory_(&memory) {}
  // Begins anew, in memory whose pages are nobody's.
  void clear() noexcept;

  // The first word of a cell of so many words, those of a chain linked; its first word is to be
  // written before anything else is asked of this. no_cell: the open page has no room, or for a
  // chain no pages are left.
  [[nodiscard]] std::uint32_t take(std::size_t words);
  void give_back(std::uint32_t cell, std::size_t words);
  // Leaves the first `words` of a cell that had `old_words`.
  void shorten(std::uint32_t cell, std::size_t words, std::size_t old_words) noexcept;
  // Opens a page that nobody has, of that epoch. False: there is none.
  [[nodiscard]] bool open_new(std::uint8_t epoch);
  void close() noexcept { open_ = PackedMemory::no_page; }
  // Moves the cells of a page to its beginning, each time telling moved(from, to), and opens it if
  // it has more room than the one that is open.
  template <class Moved>
  void pack(std::uint32_t page, Moved&& moved);
  // Pages that an entry of so many words needs for itself.
  [[nodiscard]] static std::size_t pages_for(std::size_t words) noexcept;

  // Calls visit(cell) for every entry that begins in the page. It may be given back meanwhile.
  template <class Visit>
  void for_each_in(std::uint32_t page, Visit&& visit) {
    const std::size_t first = std::size_t{page} * words_per_page;
    for (std::size_t at = 0; at < words_per_page && is_first(page);) {
      const std::uint64_t word = memory_->load(first + at);
      at += run_words(word);
      if (is_taken(word)) visit(static_cast<std::uint32_t>(first + at - run_words(word)));
    }
  }
  [[nodiscard]] bool is_first(std::uint32_t page) const noexcept {
    return page < pages_.size() && pages_[page].use == PageUse::cells;
  }
  // A number of the user's own, kept for each page.
  [[nodiscard]] std::uint8_t epoch_of(std::uint32_t page) const noexcept {
    return pages_[page].epoch;
  }
  void set_epoch(std::uint32_t page, std::uint8_t epoch) noexcept { pages_[page].epoch = epoch; }
  [[nodiscard]] std::size_t memory_octets() const noexcept {
    return pages_.capacity() * sizeof(Page);
  }

 private:
  enum class PageUse : std::uint8_t { other, cells, chained };
  struct Page {
    PageUse use = PageUse::other;
    std::uint8_t epoch = 0;
    std::uint16_t live = 0;  // cells in use
  };

  [[nodiscard]] static bool is_taken(std::uint64_t word) noexcept { return (word & 0xffff) != 0; }
  [[nodiscard]] static std::size_t run_words(std::uint64_t word) noexcept;
  void make_hole(std::size_t word, std::size_t words) noexcept;
  [[nodiscard]] std::uint32_t take_chain(std::size_t words);
  [[nodiscard]] std::uint32_t take_page();
  [[nodiscard]] std::size_t room_left() const noexcept {
    return open_ == PackedMemory::no_page ? 0 : words_per_page - used_;
  }
  void open(std::uint32_t page, std::size_t used) noexcept;
  void give_back_page(std::uint32_t page);

  PackedMemory* memory_;
  std::vector<Page> pages_;  // by page number
  std::uint32_t open_ = PackedMemory::no_page;
  std::size_t used_ = 0;  // words of the open page, from its beginning
};

template <class Moved>
void PackedCells::pack(std::uint32_t page, Moved&& moved) {
  std::size_t used = 0;
  const std::size_t first = std::size_t{page} * words_per_page;
  for_each_in(page, [&](std::uint32_t cell) {
    const std::size_t words = run_words(memory_->load(cell));
    const auto to = static_cast<std::uint32_t>(first + used);
    used += words;
    if (to == cell) return;
    for (std::size_t i = 0; i < words; ++i) memory_->store(to + i, memory_->load(cell + i));
    moved(cell, to);
  });
  if (!is_first(page)) return;
  if (used < words_per_page) make_hole(first + used, words_per_page - used);
  if (page == open_ || words_per_page - used > room_left()) open(page, used);
}

}  // namespace godwit::cache
