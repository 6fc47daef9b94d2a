// The address that a datagram was sent to, which its answer must come from, out of and into control
// messages; and the size of the segments of a batch of answers. Plain functions. RFC 3542 §6.
#pragma once

#include "daemon/socket_address.h"

namespace godwit::daemon {

// Where on this host a query came in, on a socket for every address.
struct PacketInfo {
  SocketAddress local;
  unsigned interface_index = 0;  // of link-local addresses
  bool known = false;
};

// Room for the control messages of one message, in octets.
inline constexpr std::size_t control_octets_max = 64;

[[nodiscard]] PacketInfo read_packet_info(msghdr& header) noexcept;

// Adds a control message behind those that `header` has; its msg_control has room for
// control_octets_max.
void add_packet_info(const PacketInfo& info, msghdr& header) noexcept;
// UDP_SEGMENT: the kernel cuts what is sent into datagrams of so many octets, the last may be
// shorter.
void add_segment_size(std::uint16_t octets, msghdr& header) noexcept;

}  // namespace godwit::daemon
