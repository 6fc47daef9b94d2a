// Whether IPv4 or IPv6 as such is dead here, as on a host without a route. Pure: no lock, no clock.
//
// A streak begins with the first server of the family that fails after one was heard, and counts
// each server once. It trips at `servers_until_down`, and only if the other family was heard
// meanwhile: else the whole network is away and nothing is gained by preferring one. Any response
// of the family ends streak and verdict at once. A verdict ends by itself; the traffic that then
// comes back is the probe, and few failures renew it for twice as long.
#pragma once

#include <array>
#include <cstdint>

#include "cache/time.h"

namespace godwit::cache {

class FamilyHealth {
 public:
  static constexpr unsigned servers_until_down = 8;
  static constexpr unsigned servers_until_down_again = 2;
  static constexpr Duration down_min = std::chrono::seconds(30);
  static constexpr Duration down_max = std::chrono::seconds(300);
  // A streak with a longer gap between two failures says nothing; nor does a verdict so long ago.
  static constexpr Duration streak_gap_max = std::chrono::seconds(60);
  static constexpr Duration verdict_forgotten_after = std::chrono::seconds(600);

  void heard(bool v6, Time now) noexcept;
  // A server fails that was not yet counted in streak(v6).
  void failed(bool v6, Time now) noexcept;
  // Identifies the streak under way; never 0.
  [[nodiscard]] std::uint32_t streak(bool v6) const noexcept { return families_[v6].streak; }
  [[nodiscard]] bool is_down(bool v6, Time now) const noexcept { return now < down_until(v6); }
  [[nodiscard]] Time down_until(bool v6) const noexcept { return families_[v6].down_until; }

 private:
  struct Family {
    std::uint32_t streak = 1;
    unsigned failed_servers = 0;
    Time streak_began{};
    Time last_failure{};
    Time last_heard = Time::min();
    Time down_until = Time::min();
    Duration hold{};  // of the last verdict; zero when it is forgotten

    void begin_streak() noexcept {
      failed_servers = 0;
      if (++streak == 0) streak = 1;
    }
  };
  std::array<Family, 2> families_;  // IPv4, IPv6
};

}  // namespace godwit::cache
