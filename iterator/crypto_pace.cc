#include "iterator/crypto_pace.h"

#include <vector>

namespace godwit::iterator {

Task<bool> CryptoPace::make_in_turn(PacedCheck& check, Timers& timers, Time now) {
  return suspend<bool>([this, &check, &timers, now](Resume<bool> resume) {
    const bool is_first = waiting_.empty();
    waiting_.push_back({&check, std::move(resume)});
    // A deadline that is due is met by the next turn, not by this one.
    if (is_first) (void)timers.at(now, [this, &timers, now] { turn(timers, now); });
  });
}

void CryptoPace::turn(Timers& timers, Time now) {
  std::uint32_t spent = 0;
  struct Made {
    Resume<bool> resume;
    bool has_more;
  };
  std::vector<Made> made;
  while (!waiting_.empty()) {
    Waiting& first = waiting_.front();
    const std::uint32_t cost = first.check->nominal_microseconds();
    if (spent != 0 && spent + cost > microseconds_per_turn) break;
    spent += cost;
    const bool has_more = first.check->make();
    made.push_back({std::move(first.resume), has_more});
    waiting_.pop_front();
  }
  if (!waiting_.empty()) (void)timers.at(now, [this, &timers, now] { turn(timers, now); });
  for (Made& one : made) one.resume(one.has_more);
}

}  // namespace godwit::iterator
