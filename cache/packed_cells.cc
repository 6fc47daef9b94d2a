#include "cache/packed_cells.h"

#include <algorithm>

namespace godwit::cache {
namespace {

// Words of a cell, by class: steps of one word up to 32 words, then so many that little of a page
// is left over.
constexpr std::array<std::uint16_t, 44> words_by_class = {
    4,  5,  6,  7,  8,  9,  10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21,  22,  23,  24,  25,
    26, 27, 28, 29, 30, 31, 32, 34, 36, 39, 42, 46, 51, 56, 64, 73, 85, 102, 128, 170, 256, 512};

constexpr auto class_by_words = [] {
  std::array<std::uint8_t, words_per_page + 1> table{};
  std::uint8_t size_class = 0;
  for (std::size_t words = 0; words <= words_per_page; ++words) {
    while (words_by_class[size_class] < words) ++size_class;
    table[words] = size_class;
  }
  return table;
}();

constexpr std::uint32_t page_of(std::uint32_t cell) noexcept {
  return cell / static_cast<std::uint32_t>(words_per_page);
}

constexpr std::uint32_t cell_at(std::uint32_t page) noexcept {
  return page * static_cast<std::uint32_t>(words_per_page);
}

// A cell that holds nothing has 0 octets, and says which one was given back before it.
constexpr std::uint64_t free_word(std::uint16_t next_free) noexcept {
  return std::uint64_t{next_free} << 16;
}

}  // namespace

std::size_t PackedCells::class_words(std::size_t size_class) noexcept {
  return words_by_class[size_class];
}

std::size_t PackedCells::class_of(std::size_t words) noexcept {
  return class_by_words[words];
}

bool PackedCells::fits_as_well(std::size_t words, std::size_t old_words) noexcept {
  return words <= words_per_page && old_words <= words_per_page &&
         class_of(words) == class_of(old_words);
}

std::size_t PackedCells::octets_for(std::size_t words) noexcept {
  if (words <= words_per_page) return class_words(class_of(words)) * 8;
  return (words + words_per_link - 1) / words_per_link * page_octets;
}

std::uint32_t PackedCells::take(std::size_t words) {
  return words <= words_per_page ? take_in_class(class_of(words)) : take_chain(words);
}

bool PackedCells::has_room(std::size_t words) const noexcept {
  return words <= words_per_page && with_room_[class_of(words)] != PackedMemory::no_page;
}

std::uint32_t PackedCells::take_page(std::size_t size_class) {
  pages_.resize(std::max<std::size_t>(pages_.size(), memory_->pages_begun() + 1));
  const std::uint32_t page = memory_->take_page();
  if (page == PackedMemory::no_page) return page;
  pages_[page] = Page{};
  pages_[page].use = PageUse::cells;
  pages_[page].size_class = static_cast<std::uint8_t>(size_class);
  return page;
}

std::uint32_t PackedCells::take_in_class(std::size_t size_class) {
  const std::size_t words = class_words(size_class);
  const auto cells = static_cast<std::uint16_t>(words_per_page / words);
  std::uint32_t page = with_room_[size_class];
  if (page == PackedMemory::no_page) {
    page = take_page(size_class);
    if (page == PackedMemory::no_page) return no_cell;
    link(page);
  }
  Page& info = pages_[page];
  std::uint16_t index = info.begun;
  if (info.first_free != 0) {
    index = static_cast<std::uint16_t>(info.first_free - 1);
    info.first_free =
        static_cast<std::uint16_t>(memory_->load(cell_at(page) + index * words) >> 16);
  } else {
    ++info.begun;
  }
  if (++info.live == cells) unlink(page);
  return static_cast<std::uint32_t>(cell_at(page) + index * words);
}

std::uint32_t PackedCells::take_chain(std::size_t words) {
  std::uint32_t first = no_cell;
  for (std::size_t left = words; left > 0;) {
    const std::uint32_t page = take_page(whole_page_class);
    if (page == PackedMemory::no_page) {
      if (first != no_cell) give_back(first);
      return no_cell;
    }
    // Built from its end: each page links to the one that was taken before it.
    memory_->store(cell_at(page) + words_per_link, first);
    if (first != no_cell) pages_[page_of(first)].use = PageUse::chained;
    pages_[page].live = pages_[page].begun = 1;
    memory_->store(cell_at(page), size_max);  // until the entry is written
    first = cell_at(page);
    left -= std::min(left, words_per_link);
  }
  return first;
}

void PackedCells::give_back(std::uint32_t cell) {
  const std::uint32_t page = page_of(cell);
  Page& info = pages_[page];
  const std::size_t words = class_words(info.size_class);
  if (info.size_class == whole_page_class) {
    const bool is_chain = (memory_->load(cell) & 0xffff) > page_octets;
    std::uint32_t next =
        is_chain ? static_cast<std::uint32_t>(memory_->load(cell + words_per_link)) : no_cell;
    give_back_page(page);
    for (; next != no_cell;) {
      const std::uint32_t chained = next;
      next = static_cast<std::uint32_t>(memory_->load(chained + words_per_link));
      give_back_page(page_of(chained));
    }
    return;
  }
  const bool was_full = info.live == words_per_page / words;
  if (--info.live == 0) {
    if (!was_full) unlink(page);
    memory_->store(cell, 0);
    return give_back_page(page);
  }
  memory_->store(cell, free_word(info.first_free));
  info.first_free = static_cast<std::uint16_t>((cell - cell_at(page)) / words + 1);
  if (was_full) link(page);
}

void PackedCells::give_back_page(std::uint32_t page) {
  memory_->store(cell_at(page), 0);
  pages_[page] = Page{};
  memory_->give_back(page);
}

void PackedCells::link(std::uint32_t page) {
  std::uint32_t& first = with_room_[pages_[page].size_class];
  pages_[page].previous = PackedMemory::no_page;
  pages_[page].next = first;
  if (first != PackedMemory::no_page) pages_[first].previous = page;
  first = page;
}

void PackedCells::unlink(std::uint32_t page) {
  const Page& info = pages_[page];
  if (info.next != PackedMemory::no_page) pages_[info.next].previous = info.previous;
  (info.previous != PackedMemory::no_page ? pages_[info.previous].next
                                          : with_room_[info.size_class]) = info.next;
}

}  // namespace godwit::cache
