// The system calls that the running daemon may make: one row for each, with its reason and, where
// not every use will do, the arguments that it may have. No row, no call. A table; any thread.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace godwit::daemon {

// Holds if the bits of `mask` in an argument are those of `value`.
struct ArgumentMatch {
  unsigned index = 0;
  std::uint64_t mask = 0;
  std::uint64_t value = 0;
};
// As `value`: the process id of who loads the filter.
inline constexpr std::uint64_t own_process = ~std::uint64_t{0};

// All of them hold.
using ArgumentCase = std::span<const ArgumentMatch>;

struct AllowedCall {
  std::string_view name;
  std::string_view elsewhere;  // what takes its place on machines that do not have it; or nothing
  std::string_view reason;
  std::span<const ArgumentCase> cases;  // one of them holds; none given: any arguments
};

inline constexpr std::size_t allowed_calls_max = 60;
[[nodiscard]] std::span<const AllowedCall> allowed_calls() noexcept;

}  // namespace godwit::daemon
