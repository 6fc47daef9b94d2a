// How many TCP connections clients may have, in all and each, and how many octets of answers may
// wait to be taken, counted over all workers; and how long idle ones are kept, falling as the
// places run out. Any thread.
#pragma once

#include <atomic>
#include <mutex>
#include <unordered_map>

#include "cache/cache_key.h"
#include "cache/time.h"
#include "wire/ip_address.h"

namespace godwit::daemon {

struct TcpMaxima {
  std::uint32_t connections = 1024;
  std::uint32_t per_client = 64;
  std::size_t unsent_octets = 4u << 20;  // answers that are not taken, of all connections
  cache::Duration idle_timeout = std::chrono::seconds(10);
  cache::Duration idle_timeout_min = std::chrono::milliseconds(200);
};

// Up to half of the places taken: the whole timeout; from there in a straight line down to the
// least when all are taken (RFC 7766 §6.2.3).
[[nodiscard]] cache::Duration idle_timeout_at(const TcpMaxima& maxima, std::uint32_t open) noexcept;

class TcpLimits {
 public:
  explicit TcpLimits(const cache::KeyedHash& hash) : hash_(hash) {}

  enum class Verdict : std::uint8_t { admitted, total_full, client_full };
  [[nodiscard]] Verdict enter(const wire::IpAddress& client, const TcpMaxima& maxima);
  void leave(const wire::IpAddress& client) noexcept;
  [[nodiscard]] std::uint32_t open() const;
  // The unsent octets of one connection, as they were last told and as they are.
  void count_unsent(std::size_t before, std::size_t after) noexcept {
    unsent_octets_.fetch_add(after - before, std::memory_order_relaxed);
  }
  [[nodiscard]] std::size_t unsent_octets() const noexcept {
    return unsent_octets_.load(std::memory_order_relaxed);
  }

 private:
  [[nodiscard]] std::uint64_t key_of(const wire::IpAddress& client) const noexcept;
  const cache::KeyedHash& hash_;
  mutable std::mutex mutex_;
  std::uint32_t total_ = 0;
  std::atomic<std::size_t> unsent_octets_{0};
  std::unordered_map<std::uint64_t, std::uint32_t> clients_;
};

}  // namespace godwit::daemon
