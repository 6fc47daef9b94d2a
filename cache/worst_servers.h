// Of many servers those that give most trouble: who are held down first, then who fail, then the
// slowest. Bounded; pure.
#pragma once

#include <vector>

#include "cache/server_table.h"

namespace godwit::cache {

class WorstServers {
 public:
  // Keeps `count_max` at most. `now`: by which it is told who is held down.
  WorstServers(std::size_t count_max, Time now) noexcept : count_max_(count_max), now_(now) {}

  // Cost: O(log count_max).
  void consider(const KnownServer& server);
  // How many of those considered have had no room.
  [[nodiscard]] std::size_t left_out() const noexcept { return left_out_; }
  // Those that are kept, the worst first; none are kept any more.
  [[nodiscard]] std::vector<KnownServer> take();

 private:
  std::size_t count_max_;
  Time now_;
  std::size_t left_out_ = 0;
  std::vector<KnownServer> kept_;  // a heap with the least bad in front
};

}  // namespace godwit::cache
