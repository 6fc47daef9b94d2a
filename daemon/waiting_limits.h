// How many queries may wait for a resolution: in all, of one client, and of one client with one
// question (DNSBomb, CVE-2024-33655). Shared by all workers; any thread.
#pragma once

#include <atomic>
#include <mutex>
#include <unordered_map>

#include "cache/cache_key.h"
#include "iterator/answer.h"

namespace godwit::daemon {

enum class WaitingVerdict : std::uint8_t { admitted, total_full, client_full, question_full };

// Whom a waiting query is counted for. A client is an IPv4 address or an IPv6 /64: a whole /64 is
// one host's to use.
struct WaitingKey {
  std::uint64_t client = 0;
  std::uint64_t question = 0;  // with the client
};

struct WaitingMaxima {
  std::uint32_t total = 4096;
  std::uint32_t per_client = 100;
  std::uint32_t per_question = 10;
};

class WaitingLimits {
 public:
  explicit WaitingLimits(const cache::KeyedHash& hash) : hash_(hash) {}

  [[nodiscard]] WaitingKey key_of(const wire::IpAddress& client,
                                  const iterator::Question& question) const noexcept;
  // Counts the query in, if every number is below its maximum; then leave() is owed.
  [[nodiscard]] WaitingVerdict enter(const WaitingKey& key, const WaitingMaxima& maxima);
  void leave(const WaitingKey& key) noexcept;
  [[nodiscard]] std::uint32_t total() const noexcept {
    return total_.load(std::memory_order_relaxed);
  }

 private:
  using Counts = std::unordered_map<std::uint64_t, std::uint32_t>;
  static void take_one(Counts& counts, std::uint64_t key) noexcept;
  const cache::KeyedHash& hash_;
  mutable std::mutex mutex_;
  std::atomic<std::uint32_t> total_{0};  // changed under the mutex
  Counts clients_, questions_;
};

// The address that stands for a client where clients are counted.
[[nodiscard]] wire::IpAddress counted_client(const wire::IpAddress& address) noexcept;

}  // namespace godwit::daemon
