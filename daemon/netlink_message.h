// What the kernel says of links, addresses and routes (rtnetlink(7)), read from a datagram of its
// socket. Pure, no state; any thread. What an event means is network_state.h.
//
//   datagram  message ..., each [length u32][type u16][flags u16][sequence u32][port u32][body]
//   body      [family-dependent head][attribute ...], each [length u16][type u16][octets]
//
// Numbers are in the machine's order, messages and attributes begin at multiples of four octets.
#pragma once

#include <cstdint>
#include <variant>
#include <vector>

#include "wire/ip_address.h"

namespace godwit::daemon {

struct LinkSeen {
  int link = 0;
  bool is_gone = false;
  bool is_usable = false;  // up, and there is something at its other end
};

struct AddressSeen {
  int link = 0;
  wire::IpAddress address;
  std::uint8_t prefix_bits = 0;
  bool is_gone = false;
  bool may_be_used = false;  // reaches beyond the link, and no other host is known to have it
};

struct RouteSeen {
  bool v6 = false;
  std::uint8_t prefix_bits = 0;
  bool is_gone = false;
  bool leads_on = false;  // to somewhere else than this host or a group, and is no kept exception
  // What tells it from other routes, in octets that mean nothing else.
  std::vector<std::uint8_t> identity;
};

using NetworkEvent = std::variant<LinkSeen, AddressSeen, RouteSeen>;

struct NetlinkRead {
  std::vector<NetworkEvent> events;
  bool is_end = false;          // of an answer to a request
  bool lost = false;            // the kernel says that it could not tell all
  std::uint32_t malformed = 0;  // messages; what follows one whose length is wrong counts with it
};

// Cost: linear in the octets.
[[nodiscard]] NetlinkRead read_netlink(wire::Bytes datagram);

}  // namespace godwit::daemon
