#include "cache/server_row.h"

#include <algorithm>
#include <limits>

namespace godwit::cache {
namespace {

constexpr std::uint8_t losses_until_tcp = 2;
constexpr unsigned timeout_doublings_max = 6;

}  // namespace

Duration timeout_without_losses(const ServerState& state,
                                const ServerTableOptions& options) noexcept {
  const bool measured = state.known && state.rtt_variation > Duration::zero();
  const Duration base = measured ? state.srtt + 4 * state.rtt_variation : options.initial_timeout;
  return std::clamp(base, options.timeout_min, options.timeout_max);
}

Duration timeout_of(const ServerState& state, const ServerTableOptions& options) noexcept {
  const unsigned doublings = std::min<unsigned>(state.timeouts_in_row, timeout_doublings_max);
  return std::min(timeout_without_losses(state, options) * (1 << doublings), options.timeout_max);
}

void ServerRow::response(Duration rtt, Time now) noexcept {
  const Duration sample = std::max(rtt, Duration(std::chrono::microseconds(1)));
  if (is_measured_) {
    const Duration error = sample > srtt_ ? sample - srtt_ : srtt_ - sample;
    variation_ += (error - variation_) / 4;
    srtt_ += (sample - srtt_) / 8;
  } else {
    srtt_ = sample;
    variation_ = sample / 2;
    is_measured_ = true;
  }
  last_heard_ = now;
  timeouts_in_row_ = 0;
  down_until_ = {};
  tcp_until_ = {};
}

bool ServerRow::timeout(Duration waited, Time now, const ServerTableOptions& options) noexcept {
  const Time sent = now - waited;
  if (sent < last_heard_ || sent < last_loss_) return false;
  last_loss_ = now;
  if (!is_measured_) srtt_ = std::max(srtt_, waited);  // it is at least as far as that
  // Being felt for while it is held down does not hold it down for longer: else whoever asks all
  // the time would never give a slow server the time that it needs.
  if (sent < down_until_ && waited < timeout_of(state(now), options)) return true;
  if (timeouts_in_row_ < std::numeric_limits<std::uint8_t>::max()) ++timeouts_in_row_;
  if (timeouts_in_row_ >= options.timeouts_until_down) hold_down(now, options);
  return true;
}

bool ServerRow::unreachable(Duration waited, Time now, const ServerTableOptions& options) noexcept {
  if (!timeout(waited, now, options)) return false;
  // An error that came at once must not make it look near.
  if (!is_measured_) srtt_ = std::max(srtt_, options.initial_timeout);
  return true;
}

void ServerRow::hold_down(Time now, const ServerTableOptions& options) noexcept {
  Duration hold = std::min(options.down_min, options.down_max);
  for (unsigned n = options.timeouts_until_down; n < timeouts_in_row_; ++n) {
    if (hold > options.down_max / 2) {
      hold = options.down_max;
      break;
    }
    hold *= 2;
  }
  down_until_ = now + hold;
}

void ServerRow::tcp_works(Time now, const ServerTableOptions& options) noexcept {
  last_heard_ = now;
  down_until_ = {};
  if (timeouts_in_row_ < losses_until_tcp) return;
  timeouts_in_row_ = 0;
  tcp_until_ = now + options.prefer_tcp_for;
}

void ServerRow::edns(EdnsAbility ability, Time now, const ServerTableOptions& options) noexcept {
  edns_ = ability;
  edns_fails_until_ = now + options.edns_fails_for;
}

void ServerRow::cookie(const wire::Cookie& cookie, Time now,
                       const ServerTableOptions& options) noexcept {
  cookie_ = cookie;
  has_cookie_ = true;
  cookie_until_ = now + options.forget_after;
}

void ServerRow::forget_cookie(const wire::Cookie& cookie) noexcept {
  if (std::ranges::equal(cookie_.server(), cookie.server())) has_cookie_ = false;
}

ServerState ServerRow::state(Time now) const noexcept {
  ServerState state;
  state.known = is_measured_ || srtt_ > Duration::zero();
  state.srtt = srtt_;
  state.rtt_variation = variation_;
  state.timeouts_in_row = timeouts_in_row_;
  state.down_until = down_until_;
  state.edns =
      edns_ == EdnsAbility::fails && now >= edns_fails_until_ ? EdnsAbility::unknown : edns_;
  state.prefers_tcp = now < tcp_until_;
  if (has_cookie_ && now < cookie_until_) {
    state.cookie = cookie_;
    state.cookie_proven = cookie_.server_size > 0;
  }
  return state;
}

}  // namespace godwit::cache
