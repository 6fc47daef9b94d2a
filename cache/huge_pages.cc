#include "cache/huge_pages.h"

#include <sys/mman.h>

namespace godwit::cache {

HugePages::HugePages(void* begin, std::size_t octets)
    : begin_(static_cast<std::byte*>(begin)),
      block_count_(octets / block_octets),
      pages_taken_(std::make_unique<std::atomic<std::uint32_t>[]>(block_count_)) {
  (void)::madvise(begin, octets, MADV_NOHUGEPAGE);
}

void HugePages::taken(const void* page) noexcept {
  const auto offset = static_cast<std::size_t>(static_cast<const std::byte*>(page) - begin_);
  const std::size_t block = offset / block_octets;
  if (block >= block_count_) return;
  constexpr std::uint32_t all = block_octets / page_octets;
  if (pages_taken_[block].fetch_add(1, std::memory_order_relaxed) + 1 == all)
    (void)::madvise(begin_ + block * block_octets, block_octets, MADV_HUGEPAGE);
}

}  // namespace godwit::cache
