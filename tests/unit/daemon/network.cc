// What the kernel says of the network, octet by octet, and what of it is news.
#include <gtest/gtest.h>
#include <linux/if_addr.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <sys/socket.h>

#include <cstring>

#include "daemon/network_state.h"

namespace godwit::daemon {
namespace {

using namespace std::chrono_literals;
using Octets = std::vector<std::uint8_t>;

template <class Struct>
void append(Octets& out, const Struct& value) {
  const auto* const at = reinterpret_cast<const std::uint8_t*>(&value);
  out.insert(out.end(), at, at + sizeof value);
  out.resize((out.size() + 3) / 4 * 4);
}

void append_attribute(Octets& out, std::uint16_t type, const Octets& value) {
  rtattr head{};
  head.rta_len = static_cast<std::uint16_t>(sizeof head + value.size());
  head.rta_type = type;
  append(out, head);
  out.insert(out.end(), value.begin(), value.end());
  out.resize((out.size() + 3) / 4 * 4);
}

Octets message(std::uint16_t type, const Octets& body) {
  nlmsghdr head{};
  head.nlmsg_len = static_cast<std::uint32_t>(sizeof head + body.size());
  head.nlmsg_type = type;
  Octets out;
  append(out, head);
  out.insert(out.end(), body.begin(), body.end());
  return out;
}

Octets link(int index, bool usable, std::uint16_t type = RTM_NEWLINK) {
  ifinfomsg head{};
  head.ifi_index = index;
  head.ifi_flags = usable ? IFF_UP | IFF_RUNNING : IFF_UP;
  Octets body;
  append(body, head);
  return message(type, body);
}

struct AddressOptions {
  std::uint16_t type = RTM_NEWADDR;
  std::uint8_t scope = RT_SCOPE_UNIVERSE;
  std::uint32_t flags = 0;
};
Octets address(int index, std::string_view text, const AddressOptions& options = {}) {
  const auto parsed = wire::IpAddress::parse(text).value();
  ifaddrmsg head{};
  head.ifa_family = parsed.is_v4() ? AF_INET : AF_INET6;
  head.ifa_prefixlen = 24;
  head.ifa_scope = options.scope;
  head.ifa_index = static_cast<unsigned>(index);
  Octets body;
  append(body, head);
  append_attribute(body, IFA_ADDRESS, {parsed.octets().begin(), parsed.octets().end()});
  Octets flags;
  append(flags, options.flags);
  append_attribute(body, IFA_FLAGS, flags);
  return message(options.type, body);
}

struct RouteOptions {
  std::uint16_t type = RTM_NEWROUTE;
  std::uint8_t family = AF_INET;
  std::uint8_t prefix_bits = 0;
  std::uint8_t kind = RTN_UNICAST;
  std::uint32_t flags = 0;
  std::uint8_t gateway = 1;
};
Octets route(const RouteOptions& options = {}) {
  rtmsg head{};
  head.rtm_family = options.family;
  head.rtm_dst_len = options.prefix_bits;
  head.rtm_type = options.kind;
  head.rtm_flags = options.flags;
  Octets body;
  append(body, head);
  append_attribute(body, RTA_GATEWAY, {192, 0, 2, options.gateway});
  append_attribute(body, RTA_METRICS, {options.gateway, 1, 2, 3});
  return message(options.type, body);
}

// What a state that heard nothing before makes of the datagrams, one after the other.
class Listener {
 public:
  NetworkNews hear(const Octets& datagram) {
    NetworkNews news;
    for (const auto& event : read_netlink(datagram).events) state_.take(event, news);
    return news;
  }

 private:
  NetworkState state_;
};

TEST(NetlinkMessage, LinksAddressesAndRoutesAreReadOneBehindTheOther) {
  Octets datagram = link(3, true);
  for (const Octets& more : {address(3, "192.0.2.7"), route(), message(NLMSG_NOOP, {1, 2, 3, 4})})
    datagram.insert(datagram.end(), more.begin(), more.end());
  const auto read = read_netlink(datagram);
  EXPECT_EQ(read.malformed, 0u);
  EXPECT_FALSE(read.lost || read.is_end);
  ASSERT_EQ(read.events.size(), 3u);
  EXPECT_EQ(std::get<LinkSeen>(read.events[0]).link, 3);
  EXPECT_TRUE(std::get<LinkSeen>(read.events[0]).is_usable);
  EXPECT_EQ(std::get<AddressSeen>(read.events[1]).address.to_text(), "192.0.2.7");
  EXPECT_EQ(std::get<AddressSeen>(read.events[1]).prefix_bits, 24);
  EXPECT_TRUE(std::get<AddressSeen>(read.events[1]).may_be_used);
  EXPECT_TRUE(std::get<RouteSeen>(read.events[2]).leads_on);
}

TEST(NetlinkMessage, AnAddressThatIsBeingTriedOrReachesNobodyIsNotUsed) {
  const auto is_used = [](const AddressOptions& options) {
    const auto read = read_netlink(address(3, "2001:db8::7", options));
    return std::get<AddressSeen>(read.events.at(0)).may_be_used;
  };
  EXPECT_TRUE(is_used({}));
  EXPECT_TRUE(is_used({.flags = IFA_F_TENTATIVE | IFA_F_OPTIMISTIC}));
  EXPECT_FALSE(is_used({.flags = IFA_F_TENTATIVE}));
  EXPECT_FALSE(is_used({.flags = IFA_F_DADFAILED}));
  EXPECT_FALSE(is_used({.scope = RT_SCOPE_LINK}));
  EXPECT_FALSE(is_used({.scope = RT_SCOPE_HOST}));
}

TEST(NetlinkMessage, BetweenTwoPointsTheLocalAddressCounts) {
  ifaddrmsg head{};
  head.ifa_family = AF_INET;
  Octets body;
  append(body, head);
  append_attribute(body, IFA_ADDRESS, {192, 0, 2, 9});
  append_attribute(body, IFA_LOCAL, {192, 0, 2, 7});
  const auto read = read_netlink(message(RTM_NEWADDR, body));
  EXPECT_EQ(std::get<AddressSeen>(read.events.at(0)).address.to_text(), "192.0.2.7");
}

TEST(NetlinkMessage, WhatIsCutOffAnywhereIsMalformedAndNothingElse) {
  for (const Octets& whole : {link(3, true), address(3, "192.0.2.7"), route()}) {
    for (std::size_t size = 0; size < whole.size(); ++size) {
      // The length may say that there is more, or go with what is there.
      Octets cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
      EXPECT_EQ(read_netlink(cut).malformed, size == 0 ? 0u : 1u) << size;
      EXPECT_TRUE(read_netlink(cut).events.empty()) << size;
      if (size < sizeof(nlmsghdr)) continue;
      const auto length = static_cast<std::uint32_t>(size);
      std::memcpy(cut.data(), &length, sizeof length);
      const auto read = read_netlink(cut);
      EXPECT_LE(read.malformed + read.events.size(), 1u) << size;
    }
  }
}

TEST(NetlinkMessage, ALengthOfNothingEndsTheReading) {
  Octets datagram = link(3, true);
  for (const std::uint32_t length : {0u, 15u, 0xffffffffu}) {
    std::memcpy(datagram.data(), &length, sizeof length);
    EXPECT_EQ(read_netlink(datagram).malformed, 1u) << length;
  }
}

TEST(NetlinkMessage, AnAttributeWithALengthThatCannotBeIsMalformed) {
  const Octets good = address(3, "192.0.2.7");
  for (const std::uint16_t length : std::initializer_list<std::uint16_t>{0, 3, 200}) {
    Octets bad = good;
    std::memcpy(bad.data() + sizeof(nlmsghdr) + sizeof(ifaddrmsg), &length, sizeof length);
    EXPECT_EQ(read_netlink(bad).malformed, 1u) << length;
    EXPECT_TRUE(read_netlink(bad).events.empty()) << length;
  }
}

TEST(NetlinkMessage, TheKernelSaysThatItCouldNotTellAllAndThatAnAnswerEnds) {
  EXPECT_TRUE(read_netlink(message(NLMSG_OVERRUN, {})).lost);
  EXPECT_TRUE(read_netlink(message(NLMSG_DONE, {0, 0, 0, 0})).is_end);
}

TEST(NetworkState, AnAddressIsNewsOnceUntilItGoes) {
  Listener listener;
  EXPECT_EQ(listener.hear(address(3, "192.0.2.7")).addresses, 1u);
  EXPECT_FALSE(listener.hear(address(3, "192.0.2.7")).any());
  EXPECT_EQ(listener.hear(address(3, "192.0.2.8")).addresses, 1u);
  EXPECT_EQ(listener.hear(address(4, "192.0.2.7")).addresses, 1u);
  EXPECT_EQ(listener.hear(address(3, "192.0.2.7", {.type = RTM_DELADDR})).addresses, 1u);
  EXPECT_FALSE(listener.hear(address(3, "192.0.2.7", {.type = RTM_DELADDR})).any());
  EXPECT_EQ(listener.hear(address(3, "192.0.2.7")).addresses, 1u);
}

TEST(NetworkState, AnAddressThatIsBeingTriedIsNewsWhenItIsGood) {
  Listener listener;
  EXPECT_FALSE(listener.hear(address(3, "2001:db8::7", {.flags = IFA_F_TENTATIVE})).any());
  EXPECT_TRUE(listener.hear(address(3, "2001:db8::7")).any());
}

TEST(NetworkState, ALinkIsNewsWhenItChangesAndHasAnAddress) {
  Listener listener;
  (void)listener.hear(link(3, true));
  (void)listener.hear(link(4, true));
  (void)listener.hear(address(3, "192.0.2.7"));
  EXPECT_FALSE(listener.hear(link(3, true)).any());
  EXPECT_EQ(listener.hear(link(3, false)).links, 1u);
  EXPECT_FALSE(listener.hear(link(3, false)).any());
  EXPECT_EQ(listener.hear(link(3, true)).links, 1u);
  EXPECT_FALSE(listener.hear(link(4, false)).any()) << "no address";
  EXPECT_EQ(listener.hear(link(3, true, RTM_DELLINK)).links, 1u);
  EXPECT_FALSE(listener.hear(link(3, true, RTM_DELLINK)).any());
}

TEST(NetworkState, ARouteIsNewsOnceUntilItGoesAndAnotherGatewayIsAnother) {
  Listener listener;
  EXPECT_EQ(listener.hear(route()).routes, 1u);
  EXPECT_FALSE(listener.hear(route()).any());
  EXPECT_EQ(listener.hear(route({.gateway = 2})).routes, 1u);
  EXPECT_EQ(listener.hear(route({.type = RTM_DELROUTE})).routes, 1u);
  EXPECT_EQ(listener.hear(route()).routes, 1u);
  EXPECT_EQ(listener.hear(route({.type = RTM_DELROUTE, .gateway = 9})).routes, 1u)
      << "of before the start";
}

TEST(NetworkState, RoutesToFewAddressesToThisHostAndKeptExceptionsAreNone) {
  const auto is_news = [](const RouteOptions& options) {
    return Listener().hear(route(options)).any();
  };
  EXPECT_TRUE(is_news({.prefix_bits = NetworkState::wide_bits_v4}));
  EXPECT_FALSE(is_news({.prefix_bits = NetworkState::wide_bits_v4 + 1}));
  EXPECT_TRUE(is_news({.family = AF_INET6, .prefix_bits = NetworkState::wide_bits_v6}));
  EXPECT_FALSE(is_news({.family = AF_INET6, .prefix_bits = NetworkState::wide_bits_v6 + 1}));
  EXPECT_FALSE(is_news({.kind = RTN_LOCAL}));
  EXPECT_FALSE(is_news({.kind = RTN_MULTICAST}));
  EXPECT_FALSE(is_news({.flags = RTM_F_CLONED}));
}

TEST(NetworkState, NoMoreIsKnownThanTheLimitSays) {
  Listener listener;
  std::size_t news = 0;
  for (unsigned i = 0; i <= NetworkState::known_max; ++i) {
    const auto text = "10.0." + std::to_string(i / 256) + "." + std::to_string(i % 256);
    news += listener.hear(address(3, text)).addresses;
  }
  EXPECT_EQ(news, NetworkState::known_max);
}

TEST(ClockNews, SleepIsWhatPassesWithoutRunning) {
  const ClockReading before{100s, 200s, 5000s};
  EXPECT_FALSE(compare_clocks(before, {160s, 260s, 5060s}).any());
  EXPECT_FALSE(compare_clocks(before, {160s, 261s - 1ns, 5061s}).any());
  const auto least = compare_clocks(before, {160s, 261s, 5061s});
  EXPECT_EQ(least.asleep, 1s);
  EXPECT_EQ(least.jump, 0s);
  EXPECT_EQ(compare_clocks(before, {160s, 3860s, 8660s}).asleep, 3600s);
}

TEST(ClockNews, AJumpIsWhatTheWallClockAloneSays) {
  const ClockReading before{100s, 200s, 5000s};
  EXPECT_FALSE(compare_clocks(before, {160s, 260s, 5070s - 1ns}).any());
  EXPECT_EQ(compare_clocks(before, {160s, 260s, 5070s}).jump, 10s);
  EXPECT_FALSE(compare_clocks(before, {160s, 260s, 5050s + 1ns}).any());
  EXPECT_EQ(compare_clocks(before, {160s, 260s, 5050s}).jump, -10s);
}

}  // namespace
}  // namespace godwit::daemon
