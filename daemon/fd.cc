#include "daemon/fd.h"

#include <sys/resource.h>

namespace godwit::daemon {

std::size_t descriptor_limit() noexcept {
  constexpr std::size_t usual = 1024;
  rlimit limit{};
  return ::getrlimit(RLIMIT_NOFILE, &limit) == 0 ? static_cast<std::size_t>(limit.rlim_cur) : usual;
}

}  // namespace godwit::daemon
