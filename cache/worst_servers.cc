#include "cache/worst_servers.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace godwit::cache {
namespace {

struct IsWorse {
  Time now;
  bool operator()(const KnownServer& a, const KnownServer& b) const noexcept {
    return trouble_of(a) > trouble_of(b);
  }
  [[nodiscard]] std::tuple<bool, std::uint8_t, Duration, wire::IpAddress> trouble_of(
      const KnownServer& server) const noexcept {
    const ServerState& state = server.state;
    return {state.down_until > now, state.timeouts_in_row, state.srtt, server.address};
  }
};

}  // namespace

void WorstServers::consider(const KnownServer& server) {
  const IsWorse is_worse{now_};
  const bool is_full = kept_.size() >= count_max_;
  if (is_full) ++left_out_;
  if (is_full && (kept_.empty() || !is_worse(server, kept_.front()))) return;
  if (is_full) {
    std::ranges::pop_heap(kept_, is_worse);
    kept_.pop_back();
  }
  kept_.push_back(server);
  std::ranges::push_heap(kept_, is_worse);
}

std::vector<KnownServer> WorstServers::take() {
  std::ranges::sort_heap(kept_, IsWorse{now_});
  return std::exchange(kept_, {});
}

}  // namespace godwit::cache
