// How long a worker may check signatures before it turns to its sockets again. Whoever wants to
// make a check says what it costs; when so much has been spent, he and all who come after wait for
// the worker's next turn. On the worker's thread.
#pragma once

#include <vector>

#include "iterator/seams.h"
#include "iterator/task.h"

namespace godwit::iterator {

class CryptoPace {
 public:
  // Of nominal cost (dnssec/algorithms.h); a check that costs more is made by itself.
  static constexpr std::uint32_t microseconds_per_turn = 2'000;

  // False: too much has been spent in this turn; next_turn() first.
  [[nodiscard]] bool spend(std::uint32_t microseconds) noexcept {
    if (spent_ > 0 && spent_ + microseconds > microseconds_per_turn) return false;
    spent_ += microseconds;
    return true;
  }
  // Waits until the worker has looked at its sockets.
  [[nodiscard]] Task<bool> next_turn(Timers& timers, Time now);

 private:
  void turn();
  std::uint32_t spent_ = 0;
  std::vector<Resume<bool>> waiting_;
};

}  // namespace godwit::iterator
