// Lets the system put a table's memory into huge pages as it fills: a look-up at random then pays
// less for finding the page. A block is given free for it when the last of its pages is taken, and
// before that kept from it, so that nothing is resident that is not used. The copying is the
// system's own affair, in its own time. Any thread may call anything.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>

namespace godwit::cache {

class HugePages {
 public:
  static constexpr std::size_t page_octets = 4096;
  static constexpr std::size_t block_octets = std::size_t{2} << 20U;

  // For `octets` from `begin` on, which is the beginning of a block. What is behind the last whole
  // block stays in small pages.
  HugePages(void* begin, std::size_t octets);

  // A page is taken that never was before. Cost: a system call for the last one of a block. A
  // system that cannot or will not changes nothing.
  void taken(const void* page) noexcept;

 private:
  std::byte* begin_;
  std::size_t block_count_;
  std::unique_ptr<std::atomic<std::uint32_t>[]> pages_taken_;  // of each block
};

}  // namespace godwit::cache
