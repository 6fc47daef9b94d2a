// How long a worker may check signatures before it turns to its sockets again. Whoever wants to
// make a check says what it costs; when so much has been spent, he and all who come after wait for
// the worker's next turns, first come first served. On the worker's thread.
#pragma once

#include <deque>

#include "iterator/seams.h"
#include "iterator/task.h"

namespace godwit::iterator {

class CryptoPace {
 public:
  // Of nominal cost (dnssec/algorithms.h); a check that costs more is made by itself. A turn
  // without anything to do takes some two microseconds, a question that waits for it all of these.
  static constexpr std::uint32_t microseconds_per_turn = 500;

  // False: too much has been spent in this turn, or others wait already; wait_to_spend() instead.
  [[nodiscard]] bool spend(std::uint32_t microseconds) noexcept {
    if (!waiting_.empty() || !has_room_for(microseconds)) return false;
    spent_ += microseconds;
    return true;
  }
  // Waits until the worker has looked at its sockets, and those who came before have had their
  // turns. Then so much is spent.
  [[nodiscard]] Task<bool> wait_to_spend(std::uint32_t microseconds, Timers& timers, Time now);

 private:
  struct Waiting {
    std::uint32_t microseconds;
    Resume<bool> resume;
  };
  [[nodiscard]] bool has_room_for(std::uint32_t microseconds) const noexcept {
    return spent_ == 0 || spent_ + microseconds <= microseconds_per_turn;
  }
  void turn(Timers& timers, Time now);

  std::uint32_t spent_ = 0;
  std::deque<Waiting> waiting_;
};

}  // namespace godwit::iterator
