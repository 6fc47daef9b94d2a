#include "iterator/patience.h"

#include <algorithm>

namespace godwit::iterator {

namespace {

constexpr int tcp_round_trips = 3;
constexpr Duration wait_always = std::chrono::milliseconds(400);
constexpr Duration feel_for = std::chrono::milliseconds(800);
constexpr Duration second_wait = std::chrono::milliseconds(1500);
constexpr Duration last_wait = std::chrono::seconds(3);

// Of the time that is left, so that something remains for what there is to do besides.
Duration share_of(const Wait& wait, Duration left) noexcept {
  if (wait.alternative == Alternative::none && wait.is_first) return left;
  if (wait.alternative == Alternative::none && wait.is_last) return left * 3 / 4;
  return left / (wait.alternative == Alternative::doubtful && wait.is_first ? 2 : 3);
}

// Of one that has been silent to this question already, with nobody who would do better. What it
// took so far is no longer true, if it ever was: a forwarder knows one name and has to ask for
// another.
Duration once_more(const Wait& wait, bool is_measured) noexcept {
  if (wait.alternative != Alternative::none) return feel_for;
  if (wait.is_last) return last_wait;
  return is_measured ? second_wait : feel_for;
}

}  // namespace

Duration patience(const Wait& wait, const cache::ServerTable& table) {
  const cache::ServerState& state = wait.state;
  const Duration once = table.timeout_without_losses(state);
  const bool tcp = wait.transport == Transport::tcp;
  Duration chosen = tcp ? once * tcp_round_trips : table.timeout_of(state);

  const bool is_measured = state.rtt_variation > Duration::zero();
  const bool is_down = state.down_until > wait.now;
  const Duration known_to_do = is_measured ? std::max(feel_for, once) : feel_for;
  if (wait.alternative == Alternative::good) {
    if (is_down)
      chosen = std::min(chosen, feel_for);
    else if (!tcp)
      chosen = std::min(chosen, known_to_do);
  } else if (is_down) {
    // What never answered is worth one wait of twice the longest that it has had.
    const bool is_news = !is_measured && 2 * state.srtt <= chosen;
    if (!is_news) chosen = std::min(chosen, known_to_do);
  } else if (!wait.is_first) {
    chosen = std::max(chosen, once_more(wait, is_measured));
  }
  const Duration left = wait.ends - wait.now;
  // Less than its known time would be in vain.
  const Duration least =
      is_measured ? std::max(wait_always, state.srtt + state.rtt_variation) : wait_always;
  chosen = std::min(chosen, std::max(least, share_of(wait, left)));
  return std::min(chosen, left);
}

}  // namespace godwit::iterator
