// Time as every layer below the daemon knows it: a monotonic point handed in as `now`. Nothing here
// reads a clock.
#pragma once

#include <chrono>

namespace godwit::cache {

// The domain of monotonic time points. It has no now(): the Clock seam of the iterator does.
struct Monotonic {
  using duration = std::chrono::nanoseconds;
  using rep = duration::rep;
  using period = duration::period;
  using time_point = std::chrono::time_point<Monotonic>;
  static constexpr bool is_steady = true;
};
using Time = Monotonic::time_point;
using Duration = Monotonic::duration;
using Seconds = std::chrono::seconds;

}  // namespace godwit::cache
