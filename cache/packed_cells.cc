#include "cache/packed_cells.h"

#include <algorithm>

namespace godwit::cache {
namespace {

constexpr std::uint32_t page_of(std::uint32_t cell) noexcept {
  return cell / static_cast<std::uint32_t>(words_per_page);
}

constexpr std::uint32_t cell_at(std::uint32_t page) noexcept {
  return page * static_cast<std::uint32_t>(words_per_page);
}

}  // namespace

void PackedCells::clear() noexcept {
  pages_.clear();
  close();
}

std::size_t PackedCells::pages_for(std::size_t words) noexcept {
  return words <= words_per_page ? 1 : (words + words_per_link - 1) / words_per_link;
}

// How many words further the next cell or hole begins.
std::size_t PackedCells::run_words(std::uint64_t word) noexcept {
  const std::size_t words =
      is_taken(word) ? ((word & 0xffff) + 7) / 8 : static_cast<std::size_t>(word >> 16 & 0xffff);
  return std::clamp<std::size_t>(words, 1, words_per_page);
}

void PackedCells::make_hole(std::size_t word, std::size_t words) noexcept {
  memory_->store(word, std::uint64_t{words} << 16);
}

std::uint32_t PackedCells::take_page() {
  pages_.resize(std::max<std::size_t>(pages_.size(), memory_->pages_begun() + 1));
  const std::uint32_t page = memory_->take_page();
  if (page != PackedMemory::no_page) pages_[page] = {PageUse::cells, 0, 0};
  return page;
}

std::uint32_t PackedCells::take(std::size_t words) {
  if (words > words_per_page) return take_chain(words);
  if (room_left() < words) return no_cell;
  const auto cell = static_cast<std::uint32_t>(cell_at(open_) + used_);
  used_ += words;
  if (used_ < words_per_page) make_hole(cell_at(open_) + used_, words_per_page - used_);
  ++pages_[open_].live;
  return cell;
}

std::uint32_t PackedCells::take_chain(std::size_t words) {
  std::uint32_t first = no_cell;
  for (std::size_t left = words; left > 0;) {
    const std::uint32_t page = take_page();
    if (page == PackedMemory::no_page) {
      if (first != no_cell) give_back(first, words);
      return no_cell;
    }
    // Built from its end: each page links to the one that was taken before it.
    memory_->store(cell_at(page) + words_per_link, first);
    if (first != no_cell) pages_[page_of(first)].use = PageUse::chained;
    pages_[page].live = 1;
    first = cell_at(page);
    left -= std::min(left, words_per_link);
  }
  return first;
}

void PackedCells::give_back(std::uint32_t cell, std::size_t words) {
  if (words > words_per_page) {
    for (std::uint32_t next = cell; next != no_cell;) {
      const std::uint32_t chained = next;
      next = static_cast<std::uint32_t>(memory_->load(chained + words_per_link));
      give_back_page(page_of(chained));
    }
    return;
  }
  make_hole(cell, words);
  const std::uint32_t page = page_of(cell);
  if (--pages_[page].live > 0) return;
  if (page == open_) close();
  give_back_page(page);
}

void PackedCells::shorten(std::uint32_t cell, std::size_t words, std::size_t old_words) noexcept {
  if (words < old_words) make_hole(cell + words, old_words - words);
}

bool PackedCells::open_new(std::uint8_t epoch) {
  const std::uint32_t page = take_page();
  if (page == PackedMemory::no_page) return false;
  pages_[page].epoch = epoch;
  make_hole(cell_at(page), words_per_page);
  open(page, 0);
  return true;
}

void PackedCells::open(std::uint32_t page, std::size_t used) noexcept {
  open_ = page;
  used_ = used;
}

void PackedCells::give_back_page(std::uint32_t page) {
  pages_[page] = {};
  memory_->give_back(page);
}

}  // namespace godwit::cache
