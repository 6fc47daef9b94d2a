#include "iterator/crypto_pace.h"

#include <vector>

namespace godwit::iterator {

Task<bool> CryptoPace::wait_to_spend(std::uint32_t microseconds, Timers& timers, Time now) {
  return suspend<bool>([this, microseconds, &timers, now](Resume<bool> resume) {
    const bool is_first = waiting_.empty();
    waiting_.push_back({microseconds, std::move(resume)});
    // A deadline that is due is met by the next turn, not by this one.
    if (is_first) (void)timers.at(now, [this, &timers, now] { turn(timers, now); });
  });
}

void CryptoPace::turn(Timers& timers, Time now) {
  spent_ = 0;
  std::vector<Resume<bool>> woken;
  while (!waiting_.empty() && has_room_for(waiting_.front().microseconds)) {
    spent_ += waiting_.front().microseconds;
    woken.push_back(std::move(waiting_.front().resume));
    waiting_.pop_front();
  }
  if (!waiting_.empty()) (void)timers.at(now, [this, &timers, now] { turn(timers, now); });
  for (Resume<bool>& resume : woken) resume(true);
}

}  // namespace godwit::iterator
