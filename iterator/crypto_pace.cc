#include "iterator/crypto_pace.h"

namespace godwit::iterator {

Task<bool> CryptoPace::next_turn(Timers& timers, Time now) {
  return suspend<bool>([this, &timers, now](Resume<bool> resume) {
    const bool is_first = waiting_.empty();
    waiting_.push_back(std::move(resume));
    // A deadline that is due is met by the next turn, not by this one.
    if (is_first) (void)timers.at(now, [this] { turn(); });
  });
}

void CryptoPace::turn() {
  spent_ = 0;
  std::vector<Resume<bool>> woken;
  woken.swap(waiting_);
  for (Resume<bool>& resume : woken) resume(true);
}

}  // namespace godwit::iterator
