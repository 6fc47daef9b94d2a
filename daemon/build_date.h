// When the sources of this program were finished, which no clock can be behind: the time of the
// last change to them, stated when the build is configured, so that the same sources make the same
// program.
#pragma once

#include <cstdint>

namespace godwit::daemon {

// Seconds since 1970.
[[nodiscard]] std::int64_t build_date() noexcept;

}  // namespace godwit::daemon
