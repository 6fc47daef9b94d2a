// Whether what the kernel says of links, addresses and routes is news for who asks servers: another
// address to ask from, another way out, a link that has come or gone. The same said again is none,
// as routers make the kernel do every few minutes; nor is what happens within one link, as where
// containers come and go. Holds no socket and reads no clock (network_watch.h). One thread.
#pragma once

#include <chrono>
#include <map>
#include <set>
#include <tuple>

#include "daemon/netlink_message.h"

namespace godwit::daemon {

// How much was new.
struct NetworkNews {
  std::uint32_t links = 0, addresses = 0, routes = 0;
  bool lost = false;  // something may have been
  [[nodiscard]] bool any() const noexcept { return links + addresses + routes > 0 || lost; }
};

class NetworkState {
 public:
  // Of each kind; what comes when that many are known is not watched.
  static constexpr std::size_t known_max = 4096;
  // A route for fewer addresses than those of such a prefix is not the way out.
  static constexpr unsigned wide_bits_v4 = 7, wide_bits_v6 = 15;

  // Notes an event; when it is news, it is counted in `news`.
  void take(const NetworkEvent& event, NetworkNews& news);

 private:
  using Address = std::tuple<int, wire::IpAddress, std::uint8_t>;
  [[nodiscard]] bool is_news(const LinkSeen& seen);
  [[nodiscard]] bool is_news(const AddressSeen& seen);
  [[nodiscard]] bool is_news(const RouteSeen& seen);
  [[nodiscard]] bool has_address(int link) const;

  std::map<int, bool> usable_;  // by link
  std::set<Address> addresses_;
  std::set<std::vector<std::uint8_t>> routes_;
};

// Clocks, read together. Units: since whatever each counts from.
struct ClockReading {
  std::chrono::nanoseconds running{};  // stands still while the machine sleeps
  std::chrono::nanoseconds passed{};   // does not
  std::chrono::nanoseconds wall{};
};

// What happened between two readings.
struct ClockNews {
  std::chrono::seconds asleep{};  // 0: not at all
  std::chrono::seconds jump{};    // of the wall clock alone; 0: none to speak of
  [[nodiscard]] bool any() const noexcept { return asleep.count() != 0 || jump.count() != 0; }
};

// Shorter is no sleep: it is how long the kernel takes to say one time and then the other.
inline constexpr std::chrono::seconds asleep_min{1};
// Who sets a clock by less corrects it; by more, a machine was put on again that did not know that
// it was off.
inline constexpr std::chrono::seconds jump_min{10};

[[nodiscard]] ClockNews compare_clocks(const ClockReading& before,
                                       const ClockReading& now) noexcept;

}  // namespace godwit::daemon
