// What a heap block really takes: the allocator's header and rounding included, so that a charge
// against a limit is what the process pays. The figures are glibc's on 64 bits.
#pragma once

#include <algorithm>
#include <cstddef>

namespace godwit::cache {

// Octets taken by a block of `requested` octets; nothing for an empty request.
[[nodiscard]] constexpr std::size_t heap_octets(std::size_t requested) noexcept {
  constexpr std::size_t header = 8, grain = 16, smallest = 32;
  if (requested == 0) return 0;
  return std::max(smallest, (requested + header + grain - 1) / grain * grain);
}

}  // namespace godwit::cache
