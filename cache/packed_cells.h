// Cells for entries in the pages of a shard's memory: pages are cut into cells of one size each, in
// steps of 8 octets for small ones. An entry larger than a page lies in a chain of whole pages. For
// who holds the shard's lock; what is in cells that are read without it is packed_shard.h's.
//
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

  explicit PackedCells(PackedMemory& memory) : memory_(&memory) {
    with_room_.fill(PackedMemory::no_page);
  }
  // Begins anew, in memory whose pages are nobody's.
  void clear() noexcept {
    pages_.clear();
    with_room_.fill(PackedMemory::no_page);
  }

  // The first word of a cell for so many words, the words of a chain linked; no_cell: no room is
  // left.
  [[nodiscard]] std::uint32_t take(std::size_t words);
  void give_back(std::uint32_t cell);
  // Whether take() would need no page.
  [[nodiscard]] bool has_room(std::size_t words) const noexcept;
  // Whether an entry of so many words could lie where one of `old_words` does.
  [[nodiscard]] static bool fits_as_well(std::size_t words, std::size_t old_words) noexcept;
  // Octets that an entry of so many words takes.
  [[nodiscard]] static std::size_t octets_for(std::size_t words) noexcept;

  // Calls visit(cell) for every cell in use of a page, but for pages inside a chain. The cell
  // visited may be given back meanwhile.
  template <class Visit>
  void for_each_in(std::uint32_t page, Visit&& visit) {
    if (!is_first(page)) return;
    const std::size_t words = class_words(pages_[page].size_class);
    const std::uint16_t begun = pages_[page].begun;
    for (std::uint16_t i = 0; i < begun && is_first(page); ++i) {
      const auto cell = static_cast<std::uint32_t>(page * words_per_page + i * words);
      if ((memory_->load(cell) & 0xffff) != 0) visit(cell);
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
    std::uint8_t size_class = 0;
    std::uint16_t live = 0;        // cells in use
    std::uint16_t begun = 0;       // cells that were ever in use
    std::uint16_t first_free = 0;  // of those, the last given back, counted from 1
    std::uint32_t next = PackedMemory::no_page, previous = PackedMemory::no_page;  // with room
  };
  static constexpr std::size_t class_count = 44;
  static constexpr std::size_t whole_page_class = class_count - 1;
  [[nodiscard]] static std::size_t class_words(std::size_t size_class) noexcept;
  [[nodiscard]] static std::size_t class_of(std::size_t words) noexcept;
  [[nodiscard]] std::uint32_t take_page(std::size_t size_class);
  [[nodiscard]] std::uint32_t take_in_class(std::size_t size_class);
  [[nodiscard]] std::uint32_t take_chain(std::size_t words);
  void give_back_page(std::uint32_t page);
  void link(std::uint32_t page);
  void unlink(std::uint32_t page);

  PackedMemory* memory_;
  std::vector<Page> pages_;  // by page number
  std::array<std::uint32_t, class_count> with_room_;
};

}  // namespace godwit::cache
