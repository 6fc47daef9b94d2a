// Cells for entries in the pages of a shard's memory. Cells of any size lie side by side; what is
// given back is a hole until its page is opened again, which joins holes that touch. New cells come
// from a few open pages alone. An entry larger than a page lies in a chain of whole pages. For who
// holds the shard's lock; what is in cells that are read without it is packed_shard.h's.
//
//   cell              [ head of the entry (packed_entry.h) | ... ]
//   hole              [ 0 u16 | words u16 | 0 u32 | ... ]
//   page of a chain   [ 511 words of the entry | first word of the next page ]
#pragma once

#include <array>
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
  // written before anything else is asked of this. no_cell: no open page has room, or for a chain
  // no pages are left.
  [[nodiscard]] std::uint32_t take(std::size_t words);
  void give_back(std::uint32_t cell, std::size_t words);
  // Leaves the first `words` of a cell that had `old_words`.
  void shorten(std::uint32_t cell, std::size_t words, std::size_t old_words);
  // Opens a page that nobody has. False: there is none.
  [[nodiscard]] bool open_new();
  // Opens a page again, whose holes then may be taken; one of which nothing is left is nobody's.
  void reopen(std::uint32_t page);
  // Pages that an entry of so many words needs for itself.
  [[nodiscard]] static std::size_t pages_for(std::size_t words) noexcept;

  // Calls visit(cell) for every entry that begins in the page. It may be given back meanwhile.
  template <class Visit>
  void for_each_in(std::uint32_t page, Visit&& visit) {
    if (!is_first(page)) return;
    const std::size_t first = std::size_t{page} * words_per_page;
    for (std::size_t at = 0; at < words_per_page && is_first(page);) {
      const std::uint64_t word = memory_->load(first + at);
      const std::size_t words = run_words(word);
      if (is_taken(word)) visit(static_cast<std::uint32_t>(first + at));
      at += words;
    }
  }
  [[nodiscard]] bool is_first(std::uint32_t page) const noexcept {
    return page < pages_.size() && pages_[page].use == PageUse::cells;
  }
  [[nodiscard]] std::size_t memory_octets() const noexcept {
    return pages_.capacity() * sizeof(Page);
  }

 private:
  enum class PageUse : std::uint8_t { other, cells, chained };
  struct Page {
    PageUse use = PageUse::other;
    std::uint16_t live = 0;  // cells in use
  };
  struct OpenPage {
    std::uint32_t page = PackedMemory::no_page;
    std::uint16_t room = 0;  // no hole has more words
  };
  static constexpr std::size_t open_max = 4;

  [[nodiscard]] static bool is_taken(std::uint64_t word) noexcept { return (word & 0xffff) != 0; }
  [[nodiscard]] static std::size_t run_words(std::uint64_t word) noexcept;
  void make_hole(std::size_t word, std::size_t words) noexcept;
  [[nodiscard]] std::uint32_t take_in(OpenPage& open, std::size_t words);
  [[nodiscard]] std::uint32_t take_chain(std::size_t words);
  [[nodiscard]] std::uint32_t take_page();
  [[nodiscard]] OpenPage* find_open(std::uint32_t page) noexcept;
  void open(std::uint32_t page, std::size_t room) noexcept;
  void give_back_page(std::uint32_t page);

  PackedMemory* memory_;
  std::vector<Page> pages_;  // by page number
  std::array<OpenPage, open_max> open_;
};

}  // namespace godwit::cache
