// The memory of one shard of a PackedTable: a fixed range of pages that is never unmapped, read
// and written word by word as atomics. So who reads without a lock may read what is out of date,
// never what is not there, and a sequence counter tells him afterwards (packed_shard.h). Pages are
// given out here; what is in them is the business of packed_index.h and packed_cells.h.
//
//   [ directory of the index | page 0 | page 1 | ... ]
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "cache/huge_pages.h"

namespace godwit::cache {

inline constexpr std::size_t page_octets = HugePages::page_octets;
inline constexpr std::size_t words_per_page = page_octets / 8;

class PackedMemory {
 public:
  static constexpr std::uint32_t no_page = UINT32_MAX;

  PackedMemory() = default;
  // `words`: zeroed room for directory_words + pages * words_per_page. It stays the caller's, as
  // does `huge`, which may be null.
  PackedMemory(std::uint64_t* words, std::size_t directory_words, std::uint32_t pages,
               HugePages* huge) noexcept
      : words_(words + directory_words), directory_(words), huge_(huge), pages_max_(pages) {}

  // The words of all pages, counted through. What is loaded was stored whole; stores are seen in
  // their order.
  [[nodiscard]] std::uint64_t load(std::size_t word) const noexcept {
    return std::atomic_ref<std::uint64_t>(words_[word]).load(std::memory_order_acquire);
  }
  void store(std::size_t word, std::uint64_t value) noexcept {
    std::atomic_ref<std::uint64_t>(words_[word]).store(value, std::memory_order_release);
  }
  // Changes a word that is still what it was.
  void replace(std::size_t word, std::uint64_t expected, std::uint64_t value) const noexcept {
    std::atomic_ref<std::uint64_t>(words_[word])
        .compare_exchange_strong(expected, value, std::memory_order_relaxed);
  }
  [[nodiscard]] std::uint64_t load_directory(std::size_t index) const noexcept {
    return std::atomic_ref<std::uint64_t>(directory_[index]).load(std::memory_order_acquire);
  }
  void store_directory(std::size_t index, std::uint64_t value) noexcept {
    std::atomic_ref<std::uint64_t>(directory_[index]).store(value, std::memory_order_release);
  }
  [[nodiscard]] const std::uint64_t* address(std::size_t word) const noexcept {
    return words_ + word;
  }
  [[nodiscard]] std::size_t word_count() const noexcept {
    return std::size_t{pages_max_} * words_per_page;
  }

  // A page that nobody has, or no_page. Its words are those of whoever had it before.
  [[nodiscard]] std::uint32_t take_page() {
    if (!free_.empty()) {
      const std::uint32_t page = free_.back();
      free_.pop_back();
      return page;
    }
    if (pages_begun_ == pages_max_) return no_page;
    if (pages_begun_ == pages_ever_begun_) {
      ++pages_ever_begun_;
      if (huge_ != nullptr) huge_->taken(words_ + std::size_t{pages_begun_} * words_per_page);
    }
    return pages_begun_++;
  }
  void give_back(std::uint32_t page) { free_.push_back(page); }
  [[nodiscard]] bool has_free_page() const noexcept { return !free_.empty(); }
  [[nodiscard]] bool may_grow() const noexcept { return pages_begun_ < pages_max_; }
  // All pages are nobody's again.
  void forget_pages() noexcept {
    pages_begun_ = 0;
    free_.clear();
  }

  // Every page that was ever taken has a lower number.
  [[nodiscard]] std::uint32_t pages_begun() const noexcept { return pages_begun_; }
  [[nodiscard]] std::uint32_t pages_max() const noexcept { return pages_max_; }
  [[nodiscard]] std::uint32_t pages_in_use() const noexcept {
    return pages_begun_ - static_cast<std::uint32_t>(free_.size());
  }

 private:
  std::uint64_t* words_ = nullptr;
  std::uint64_t* directory_ = nullptr;
  HugePages* huge_ = nullptr;
  std::uint32_t pages_max_ = 0;
  std::uint32_t pages_begun_ = 0;
  std::uint32_t pages_ever_begun_ = 0;
  std::vector<std::uint32_t> free_;
};

}  // namespace godwit::cache
