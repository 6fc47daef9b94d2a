#include "cache/packed_index.h"

#include <algorithm>
#include <array>
#include <bit>

namespace godwit::cache {

PackedIndex::PackedIndex(PackedMemory& memory)
    : memory_(&memory), directory_max_(directory_words_for(memory.pages_max())) {
  clear();
}

void PackedIndex::clear() {
  depth_.store(0, std::memory_order_release);
  memory_->store_directory(0, take_page());
}

// An empty one, or no_page.
std::uint32_t PackedIndex::take_page() {
  pages_.resize(std::max<std::size_t>(pages_.size(), memory_->pages_begun() + 1));
  const std::uint32_t page = memory_->take_page();
  if (page == PackedMemory::no_page) return page;
  pages_[page] = Page{};
  const std::size_t first = std::size_t{page} * words_per_page;
  for (std::size_t i = 0; i < words_per_page; ++i) memory_->store(first + i, 0);
  return page;
}

// A page of the index is as good as four of cells at least, so that no more than a fifth are the
// index's; the directory may be as many times larger because pages do not split in step.
std::size_t PackedIndex::directory_words_for(std::uint32_t pages) noexcept {
  return std::bit_ceil(std::max<std::size_t>(pages, 1));
}

bool PackedIndex::insert_in(std::size_t page_word, std::uint64_t slot) noexcept {
  for (std::uint32_t step = 0; step < buckets_in_reach; ++step) {
    const std::size_t first = page_word + bucket_word(tag_of(slot) + step);
    for (std::size_t i = 0; i < slots_per_bucket; ++i) {
      if (memory_->load(first + i) != 0) continue;
      memory_->store(first + i, slot);
      ++pages_[page_word / words_per_page].used;
      return true;
    }
  }
  return false;
}

bool PackedIndex::insert(std::uint32_t tag, std::uint32_t cell) {
  const std::size_t page = page_word(tag);
  if (pages_[page / words_per_page].used >= slots_used_max) return false;
  return insert_in(page, std::uint64_t{cell} << 32 | tag);
}

std::size_t PackedIndex::find_slot(std::uint32_t tag, std::uint64_t slot) const noexcept {
  const std::size_t page = page_word(tag);
  for (std::uint32_t step = 0; step < buckets_in_reach; ++step) {
    const std::size_t first = page + bucket_word(tag + step);
    for (std::size_t i = 0; i < slots_per_bucket; ++i)
      if (memory_->load(first + i) == slot) return first + i;
  }
  return SIZE_MAX;
}

void PackedIndex::move(std::uint32_t tag, std::uint32_t from, std::uint32_t to) {
  const std::size_t at = find_slot(tag, std::uint64_t{from} << 32 | tag);
  if (at != SIZE_MAX) memory_->store(at, std::uint64_t{to} << 32 | tag);
}

void PackedIndex::remove(std::uint32_t tag, std::uint32_t cell) {
  std::size_t hole = find_slot(tag, std::uint64_t{cell} << 32 | tag);
  if (hole == SIZE_MAX) return;
  const std::size_t page = page_word(tag);
  memory_->store(hole, 0);
  --pages_[page / words_per_page].used;
  for (bool moved = true; moved;) {
    moved = false;
    const auto bucket = static_cast<std::uint32_t>((hole - page) / slots_per_bucket);
    for (std::uint32_t step = 1; step < buckets_in_reach && !moved; ++step) {
      const std::size_t first = page + bucket_word(bucket + step);
      for (std::size_t i = 0; i < slots_per_bucket && !moved; ++i) {
        const std::uint64_t slot = memory_->load(first + i);
        if (slot == 0) continue;
        const std::uint32_t away = (bucket + step - tag_of(slot)) % buckets_per_page;
        if (away < step) continue;  // its own bucket is behind the hole
        memory_->store(hole, slot);
        memory_->store(first + i, 0);
        hole = first + i;
        moved = true;
      }
    }
  }
}

// Makes the directory look at one bit more, if it does not tell such pages apart yet.
bool PackedIndex::make_distinct(std::uint32_t shared_bits) {
  const std::uint32_t depth = depth_.load(std::memory_order_relaxed);
  if (shared_bits < depth) return true;
  const std::size_t size = std::size_t{1} << depth;
  if (2 * size > directory_max_) return false;
  for (std::size_t i = 0; i < size; ++i)
    memory_->store_directory(size + i, memory_->load_directory(i));
  depth_.store(depth + 1, std::memory_order_release);
  return true;
}

bool PackedIndex::split(std::uint32_t tag, std::vector<std::uint64_t>& lost) {
  const auto old_page = static_cast<std::uint32_t>(page_word(tag) / words_per_page);
  const std::uint32_t shared_bits = pages_[old_page].shared_bits;
  if (!make_distinct(shared_bits)) return false;
  const std::uint32_t new_page = take_page();
  if (new_page == PackedMemory::no_page) return false;

  std::array<std::uint64_t, words_per_page> slots;
  const std::size_t old_word = std::size_t{old_page} * words_per_page;
  const std::size_t new_word = std::size_t{new_page} * words_per_page;
  for (std::size_t i = 0; i < words_per_page; ++i) {
    slots[i] = memory_->load(old_word + i);
    memory_->store(old_word + i, 0);
  }
  pages_[old_page] = pages_[new_page] = {0, static_cast<std::uint8_t>(shared_bits + 1)};

  const std::uint32_t depth = depth_.load(std::memory_order_relaxed);
  for (std::size_t i = (tag >> bucket_bits) & ((1u << shared_bits) - 1); i < (1u << depth);
       i += std::size_t{1} << shared_bits)
    if ((i >> shared_bits & 1) != 0) memory_->store_directory(i, new_page);
  for (const std::uint64_t slot : slots) {
    if (slot == 0) continue;
    const bool goes = (tag_of(slot) >> bucket_bits >> shared_bits & 1) != 0;
    if (!insert_in(goes ? new_word : old_word, slot)) lost.push_back(slot);
  }
  return true;
}

std::size_t PackedIndex::memory_octets() const noexcept {
  return pages_.capacity() * sizeof(Page);
}

std::vector<std::uint64_t> PackedIndex::slots_in_reach(std::uint32_t tag) const {
  std::vector<std::uint64_t> slots;
  const std::size_t page = page_word(tag);
  for (std::uint32_t step = 0; step < buckets_in_reach; ++step)
    for (std::size_t i = 0; i < slots_per_bucket; ++i)
      if (const auto slot = memory_->load(page + bucket_word(tag + step) + i); slot != 0)
        slots.push_back(slot);
  return slots;
}

}  // namespace godwit::cache
