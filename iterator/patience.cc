#include "iterator/patience.h"

#include <algorithm>

namespace godwit::iterator {

namespace {

constexpr int tcp_round_trips = 3;
constexpr Duration wait_always = std::chrono::milliseconds(400);
constexpr Duration feel_for = std::chrono::milliseconds(800);

// Parts into which the time that is left is cut.
int shares(const Wait& wait) noexcept {
  constexpr int most = 3;
  if (!wait.is_first || wait.alternative == Alternative::good) return most;
  return wait.alternative == Alternative::none ? 1 : 2;
}

}  // namespace

Duration patience(const Wait& wait, const cache::ServerTable& table) {
  const cache::ServerState& state = wait.state;
  cache::ServerState without_losses = state;
  without_losses.timeouts_in_row = 0;
  const Duration once = table.timeout_of(without_losses);
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
    const bool is_news = !is_measured && 2 * state.srtt < chosen;
    if (!is_news) chosen = std::min(chosen, known_to_do);
  }
  const Duration left = wait.ends - wait.now;
  // Less than its known time would be in vain.
  const Duration least =
      is_measured ? std::max(wait_always, state.srtt + state.rtt_variation) : wait_always;
  chosen = std::min(chosen, std::max(least, left / shares(wait)));
  return std::min(chosen, left);
}

}  // namespace godwit::iterator
