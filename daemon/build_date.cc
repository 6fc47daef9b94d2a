#include "daemon/build_date.h"

namespace godwit::daemon {

std::int64_t build_date() noexcept {
  return GODWIT_BUILD_DATE;
}

}  // namespace godwit::daemon
