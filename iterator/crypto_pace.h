// How long a worker may check signatures before it turns to its sockets again: who wants to make a
// check waits for the worker's next turn, first come first served. All checks of a turn are made
// before the first who waited goes on, because what checks and what walks push one another out of
// the processor's caches. On the worker's thread.
#pragma once

#include <deque>

#include "iterator/seams.h"
#include "iterator/task.h"

namespace godwit::iterator {

class PacedCheck {
 public:
  [[nodiscard]] virtual std::uint32_t nominal_microseconds() const = 0;
  // True: there is another one to be made.
  virtual bool make() = 0;

 protected:
  ~PacedCheck() = default;
};

class CryptoPace {
 public:
  // Of nominal cost (dnssec/algorithms.h); a check that costs more is made by itself. A turn
  // without anything to do takes some two microseconds, a question that waits for it all of these.
  static constexpr std::uint32_t microseconds_per_turn = 500;

  // Has the check made when the worker has looked at its sockets, and those who came before have
  // had their turns, and gives what make() said. The check stays the caller's.
  [[nodiscard]] Task<bool> make_in_turn(PacedCheck& check, Timers& timers, Time now);

 private:
  struct Waiting {
    PacedCheck* check;
    Resume<bool> resume;
  };
  void turn(Timers& timers, Time now);

  std::deque<Waiting> waiting_;
};

}  // namespace godwit::iterator
