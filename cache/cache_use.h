// How full a cache is; for status, metrics and tests.
#pragma once

#include <cstddef>
#include <cstdint>

namespace godwit::cache {

struct CacheUse {
  std::size_t octets = 0;  // index and payload, as the heap has them
  std::size_t entries = 0;
  std::uint64_t evictions = 0;  // entries that had not expired and went for want of room

  CacheUse& operator+=(const CacheUse& other) noexcept {
    octets += other.octets;
    entries += other.entries;
    evictions += other.evictions;
    return *this;
  }
};

}  // namespace godwit::cache
