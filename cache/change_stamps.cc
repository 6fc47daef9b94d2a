#include "cache/change_stamps.h"

#include <algorithm>
#include <bit>

namespace godwit::cache {
namespace {
constexpr std::size_t groups_min = 1024;
constexpr std::size_t groups_max = std::size_t{1} << 24;
}  // namespace

ChangeStamps::ChangeStamps(const KeyedHash& hash, std::size_t octets_max) : hash_(hash) {
  const std::size_t groups =
      std::bit_floor(std::clamp(octets_max / sizeof(std::uint32_t), groups_min, groups_max));
  mask_ = static_cast<std::uint32_t>(groups - 1);
  counts_ = std::make_unique<std::atomic<std::uint32_t>[]>(groups);
}

void ChangeStamps::all_changed() noexcept {
  for (std::size_t i = 0; i <= mask_; ++i) counts_[i].fetch_add(1, std::memory_order_release);
}

}  // namespace godwit::cache
