#include "daemon/network_state.h"

namespace godwit::daemon {

void NetworkState::take(const NetworkEvent& event, NetworkNews& news) {
  if (const auto* link = std::get_if<LinkSeen>(&event)) news.links += is_news(*link) ? 1 : 0;
  if (const auto* address = std::get_if<AddressSeen>(&event))
    news.addresses += is_news(*address) ? 1 : 0;
  if (const auto* route = std::get_if<RouteSeen>(&event)) news.routes += is_news(*route) ? 1 : 0;
}

bool NetworkState::has_address(int link) const {
  const auto first = addresses_.lower_bound({link, wire::IpAddress(), 0});
  return first != addresses_.end() && std::get<int>(*first) == link;
}

// A new link is none: its addresses are. They outlive the cable, so that it counts when that goes.
bool NetworkState::is_news(const LinkSeen& seen) {
  const auto known = usable_.find(seen.link);
  const bool was_usable = known != usable_.end() && known->second;
  const bool is_usable = seen.is_usable && !seen.is_gone;
  const bool is_new = known == usable_.end();
  if (seen.is_gone && !is_new)
    usable_.erase(known);
  else if (!is_new)
    known->second = is_usable;
  else if (!seen.is_gone && usable_.size() < known_max)
    usable_.emplace(seen.link, is_usable);
  return !is_new && was_usable != is_usable && has_address(seen.link);
}

bool NetworkState::is_news(const AddressSeen& seen) {
  const Address address(seen.link, seen.address, seen.prefix_bits);
  if (seen.is_gone) return addresses_.erase(address) > 0;
  if (!seen.may_be_used || addresses_.size() >= known_max) return false;
  return addresses_.insert(address).second;
}

// Those of before the start are not known, and are none of the few that go.
bool NetworkState::is_news(const RouteSeen& seen) {
  if (!seen.leads_on || seen.prefix_bits > (seen.v6 ? wide_bits_v6 : wide_bits_v4)) return false;
  if (seen.is_gone) {
    routes_.erase(seen.identity);
    return true;
  }
  return routes_.size() < known_max && routes_.insert(seen.identity).second;
}

ClockNews compare_clocks(const ClockReading& before, const ClockReading& now) noexcept {
  using std::chrono::duration_cast;
  using std::chrono::seconds;
  const auto passed = now.passed - before.passed;
  const auto asleep = passed - (now.running - before.running);
  const auto jump = (now.wall - before.wall) - passed;
  ClockNews out;
  if (asleep >= asleep_min) out.asleep = duration_cast<seconds>(asleep);
  if (jump >= jump_min || jump <= -jump_min) out.jump = duration_cast<seconds>(jump);
  return out;
}

}  // namespace godwit::daemon
