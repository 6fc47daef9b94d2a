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
  open_.fill({});
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
  if (page != PackedMemory::no_page) pages_[page] = {PageUse::cells, 0};
  return page;
}

std::uint32_t PackedCells::take(std::size_t words) {
  if (words > words_per_page) return take_chain(words);
  for (OpenPage& open : open_) {
    if (open.room < words) continue;
    const std::uint32_t cell = take_in(open, words);
    if (cell != no_cell) return cell;
  }
  return no_cell;
}

// First fit.
std::uint32_t PackedCells::take_in(OpenPage& open, std::size_t words) {
  const std::size_t first = cell_at(open.page);
  std::size_t room = 0;
  for (std::size_t at = 0; at < words_per_page;) {
    const std::uint64_t word = memory_->load(first + at);
    const std::size_t run = run_words(word);
    if (!is_taken(word) && run >= words) {
      if (run > words) make_hole(first + at + words, run - words);
      ++pages_[open.page].live;
      return static_cast<std::uint32_t>(first + at);
    }
    if (!is_taken(word)) room = std::max(room, run);
    at += run;
  }
  open.room = static_cast<std::uint16_t>(room);
  return no_cell;
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
  const std::uint32_t page = page_of(cell);
  make_hole(cell, words);
  OpenPage* const open = find_open(page);
  if (--pages_[page].live == 0) {
    if (open) *open = {};
    give_back_page(page);
  } else if (open) {
    open->room = std::max(open->room, static_cast<std::uint16_t>(words));
  }
}

void PackedCells::shorten(std::uint32_t cell, std::size_t words, std::size_t old_words) {
  if (words < old_words) make_hole(cell + words, old_words - words);
}

bool PackedCells::open_new() {
  const std::uint32_t page = take_page();
  if (page == PackedMemory::no_page) return false;
  make_hole(cell_at(page), words_per_page);
  open(page, words_per_page);
  return true;
}

void PackedCells::reopen(std::uint32_t page) {
  if (!is_first(page)) return;
  const std::size_t first = cell_at(page);
  std::size_t hole = words_per_page, room = 0;
  for (std::size_t at = 0; at < words_per_page;) {
    const std::uint64_t word = memory_->load(first + at);
    at += run_words(word);
    if (is_taken(word)) {
      hole = words_per_page;
      continue;
    }
    if (hole == words_per_page) hole = at - run_words(word);
    make_hole(first + hole, at - hole);
    room = std::max(room, at - hole);
  }
  OpenPage* const known = find_open(page);
  if (known)
    known->room = static_cast<std::uint16_t>(room);
  else if (room > 0)
    open(page, room);
}

PackedCells::OpenPage* PackedCells::find_open(std::uint32_t page) noexcept {
  const auto found = std::ranges::find(open_, page, &OpenPage::page);
  return found == open_.end() ? nullptr : &*found;
}

// In place of the one with the least room.
void PackedCells::open(std::uint32_t page, std::size_t room) noexcept {
  *std::ranges::min_element(open_, {}, &OpenPage::room) = {page, static_cast<std::uint16_t>(room)};
}

void PackedCells::give_back_page(std::uint32_t page) {
  pages_[page] = {};
  memory_->give_back(page);
}

}  // namespace godwit::cache
