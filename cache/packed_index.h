// Where an entry lies, by its tag: extendible hashing over pages of one shard's memory. A page has
// 64 buckets, each a cache line of eight slots; an entry that finds its bucket full stands in one
// of those after it. A page that is nearly full splits in two. Searches take no lock; all else is
// for who holds the shard's.
//
//   tag    [ which page, low bits first ............... | bucket u6 ]
//   slot   [ cell u32, in words from the first page | tag u32 ]     0: empty
//
// An entry away from its bucket has only full buckets before it: removing moves others back.
#pragma once

#include <bit>
#include <vector>

#include "cache/packed_memory.h"

namespace godwit::cache {

class PackedIndex {
 public:
  static constexpr std::uint32_t no_cell = 0;  // the first page is the index's own

  // Takes the first page of the memory, which must have one.
  explicit PackedIndex(PackedMemory& memory);
  // Begins anew, in memory whose pages are nobody's.
  void clear();

  // Calls visit(cell) for each cell of that tag until it says true. Cost: one cache line mostly.
  template <class Visit>
  void search(std::uint32_t tag, Visit&& visit) const {
    const std::size_t page = page_word(tag);
    if (page + words_per_page > memory_->word_count()) return;
    for (std::uint32_t step = 0; step < buckets_in_reach; ++step) {
      const std::size_t first = page + bucket_word(tag + step);
      // All slots are compared before one is followed, so that where it stands is no branch.
      unsigned matches = 0;
      bool is_full = true;
      for (unsigned i = 0; i < slots_per_bucket; ++i) {
        const std::uint64_t slot = memory_->load(first + i);
        is_full &= slot != 0;
        matches |= static_cast<unsigned>(tag_of(slot) == tag && slot != 0) << i;
      }
      for (; matches != 0; matches &= matches - 1) {
        const auto at = static_cast<std::size_t>(std::countr_zero(matches));
        if (visit(cell_of(memory_->load(first + at)))) return;
      }
      if (!is_full) return;
    }
  }
  void prefetch(std::uint32_t tag) const noexcept {
    const std::size_t page = page_word(tag);
    if (page + words_per_page <= memory_->word_count())
      __builtin_prefetch(memory_->address(page + bucket_word(tag)));
  }

  // Enters a cell. False: the page is full, or all that is within reach; split() makes room.
  [[nodiscard]] bool insert(std::uint32_t tag, std::uint32_t cell);
  void remove(std::uint32_t tag, std::uint32_t cell);
  // The entry's cell is another now.
  void move(std::uint32_t tag, std::uint32_t from, std::uint32_t to);
  // Splits the page of that tag with the help of a free page. False: there is none, or no more
  // pages can be told apart. Cells that find no place any more are in `lost`.
  [[nodiscard]] bool split(std::uint32_t tag, std::vector<std::uint64_t>& lost);
  // The slots within reach of a tag, for whoever must make room among them.
  [[nodiscard]] std::vector<std::uint64_t> slots_in_reach(std::uint32_t tag) const;

  [[nodiscard]] static std::uint32_t cell_of(std::uint64_t slot) noexcept {
    return static_cast<std::uint32_t>(slot >> 32);
  }
  [[nodiscard]] static std::uint32_t tag_of(std::uint64_t slot) noexcept {
    return static_cast<std::uint32_t>(slot);
  }
  // Octets that the index takes beside the shard's memory.
  [[nodiscard]] std::size_t memory_octets() const noexcept;
  // How large a directory may become for so many pages; a power of two.
  [[nodiscard]] static std::size_t directory_words_for(std::uint32_t pages) noexcept;

 private:
  static constexpr std::size_t slots_per_bucket = 8;
  static constexpr std::uint32_t buckets_per_page = words_per_page / slots_per_bucket;
  // All types of one owner have one tag, and must find room.
  static constexpr std::uint32_t buckets_in_reach = 12;
  static constexpr std::uint16_t slots_used_max = words_per_page * 7 / 8;
  static constexpr unsigned bucket_bits = 6;
  static_assert(buckets_per_page == 1u << bucket_bits);

  [[nodiscard]] std::size_t page_word(std::uint32_t tag) const noexcept {
    const std::uint32_t depth = depth_.load(std::memory_order_acquire);
    const std::uint64_t page = memory_->load_directory((tag >> bucket_bits) & ((1u << depth) - 1));
    return static_cast<std::size_t>(page) * words_per_page;
  }
  [[nodiscard]] static std::size_t bucket_word(std::uint32_t bucket) noexcept {
    return (bucket % buckets_per_page) * slots_per_bucket;
  }
  // The word of the slot that holds exactly this, or SIZE_MAX.
  [[nodiscard]] std::size_t find_slot(std::uint32_t tag, std::uint64_t slot) const noexcept;
  [[nodiscard]] bool insert_in(std::size_t page_word, std::uint64_t slot) noexcept;
  [[nodiscard]] bool make_distinct(std::uint32_t shared_bits);
  [[nodiscard]] std::uint32_t take_page();

  PackedMemory* memory_;
  std::atomic<std::uint32_t> depth_{0};  // bits of a tag that the directory looks at
  std::size_t directory_max_;
  struct Page {
    std::uint16_t used = 0;        // slots
    std::uint8_t shared_bits = 0;  // of the tags in it, those of the bucket aside
  };
  std::vector<Page> pages_;  // by page number, as far as they are the index's
};

}  // namespace godwit::cache
