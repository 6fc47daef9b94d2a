// Until when any server of a group of servers may be lame for a zone. Nearly none is lame, and each
// address that may be asked is looked at: one load spares the look-up. Servers fall into groups by
// their addresses alone, so that whoever wants his to meet others can do so, to no end but that the
// look-up is made. Any thread may call anything.
#pragma once

#include <array>
#include <atomic>
#include <bit>
#include <cstring>

#include "cache/time.h"
#include "wire/ip_address.h"

namespace godwit::cache {

class LameGroups {
 public:
  [[nodiscard]] bool may_have(const wire::IpAddress& server, Time now) const noexcept {
    return until_[group_of(server)].load(std::memory_order_acquire) >
           now.time_since_epoch().count();
  }
  // After what it announces is there to be found.
  void add(const wire::IpAddress& server, Time until) noexcept {
    std::atomic<Duration::rep>& group = until_[group_of(server)];
    const Duration::rep ticks = until.time_since_epoch().count();
    Duration::rep old = group.load(std::memory_order_relaxed);
    while (old < ticks && !group.compare_exchange_weak(old, ticks, std::memory_order_release)) {
    }
  }

 private:
  [[nodiscard]] static std::size_t group_of(const wire::IpAddress& server) noexcept {
    std::uint64_t halves[2] = {};
    std::memcpy(halves, server.octets().data(), server.octets().size());
    constexpr std::uint64_t odd = 0x9e3779b97f4a7c15;
    return (halves[0] ^ std::rotl(halves[1], 32)) * odd >> (64 - group_bits);
  }
  static constexpr unsigned group_bits = 9;
  std::array<std::atomic<Duration::rep>, 1u << group_bits> until_{};
};

}  // namespace godwit::cache
