// What this resolver holds of a name whose change is being followed: the copy that its clients get,
// until when, and whose servers it would ask next. Read on a worker; changes nothing.
#pragma once

#include <chrono>
#include <optional>

#include "daemon/errand.h"

namespace godwit::daemon {

struct CachedCopy {
  CachedCopy() = default;
  enum class State : std::uint8_t {
    none,
    data,  // `set`: of the name itself, its CNAME included
    nodata,
    nxdomain,
    failure,  // servers could not be reached, or were not believed
    local,    // the operator's own data, or a name of special use: no zone is asked
  };
  State state = State::none;
  wire::RRsetPtr set;
  // Of all that clients are given with it, what lasts longest of the name itself.
  iterator::Duration left{};
  // The delegation of the zone, as it was learnt; null: there is none.
  wire::RRsetPtr delegation;
  iterator::Duration delegation_left{};
  std::chrono::system_clock::time_point taken_at;  // when all this was so
};

// Of the caches and of the answers that are kept ready made.
[[nodiscard]] CachedCopy look_at_copy(const WorkerReach& reach, const iterator::Question& question,
                                      const wire::Name& zone);

}  // namespace godwit::daemon
