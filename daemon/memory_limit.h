// How much memory this process may come to use, as the machine and its control groups (cgroups(7),
// version 2 and 1) say, and the size of the cache that goes with it. Reads files; keeps nothing.
#pragma once

#include <cstdint>
#include <string>

namespace godwit::daemon {

struct MemoryLimit {
  std::uint64_t octets = 0;
  std::string set_by;  // the file that says so; empty: the machine has no more
};

// The least of `machine_octets` and the limits of the control groups that this process is in, from
// its own up to the top. `root` goes before every path: "" but in tests. What cannot be read is no
// limit.
[[nodiscard]] MemoryLimit memory_limit(const std::string& root, std::uint64_t machine_octets);
// Of this process on this machine.
[[nodiscard]] MemoryLimit memory_limit();

// All that is not the cache takes up no more than this, under any load. Octets.
inline constexpr std::uint64_t memory_beside_cache = 64ULL << 20;

// The size of a cache where nobody stated one: a quarter of the memory, so that others have room
// too, but no more than leaves memory_beside_cache free; between 4 MiB, the least that can be
// stated, and 1 GiB, which holds some millions of names. Whole MiB.
[[nodiscard]] std::uint64_t default_cache_octets(std::uint64_t memory_octets) noexcept;

// For the operator: what the default comes to and why; and that a cache does not fit beside the
// rest.
[[nodiscard]] std::string default_cache_reason(const MemoryLimit& memory);
[[nodiscard]] std::string too_little_memory(const MemoryLimit& memory);

}  // namespace godwit::daemon
