// Counting of connections.
#include "daemon/tcp_limits.h"

#include <algorithm>

#include "daemon/waiting_limits.h"

namespace godwit::daemon {

cache::Duration idle_timeout_at(const TcpMaxima& maxima, std::uint32_t open) noexcept {
  const auto least = std::min(maxima.idle_timeout_min, maxima.idle_timeout);
  const std::int64_t places = maxima.connections;
  const auto free = std::max<std::int64_t>(places - static_cast<std::int64_t>(open), 0);
  if (2 * free >= places) return maxima.idle_timeout;
  return least + (maxima.idle_timeout - least) * (2 * free) / places;
}

std::uint64_t TcpLimits::key_of(const wire::IpAddress& client) const noexcept {
  return hash_(counted_client(client));
}

TcpLimits::Verdict TcpLimits::enter(const wire::IpAddress& client, const TcpMaxima& maxima) {
  const auto key = key_of(client);
  const std::lock_guard lock(mutex_);
  if (total_ >= maxima.connections) return Verdict::total_full;
  const auto found = clients_.find(key);
  if (found != clients_.end() && found->second >= maxima.per_client) return Verdict::client_full;
  ++clients_[key];
  ++total_;
  return Verdict::admitted;
}

void TcpLimits::leave(const wire::IpAddress& client) noexcept {
  const auto key = key_of(client);
  const std::lock_guard lock(mutex_);
  --total_;
  const auto found = clients_.find(key);
  if (found != clients_.end() && --found->second == 0) clients_.erase(found);
}

std::uint32_t TcpLimits::open() const {
  const std::lock_guard lock(mutex_);
  return total_;
}

}  // namespace godwit::daemon
