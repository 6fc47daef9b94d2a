#include "daemon/packet_info.h"

#include <netinet/udp.h>

#include <cstring>

namespace godwit::daemon {
namespace {

static_assert(CMSG_SPACE(sizeof(in6_pktinfo)) + CMSG_SPACE(sizeof(std::uint16_t)) <=
              control_octets_max);

template <class Data>
void add(msghdr& header, int level, int type, const Data& data) noexcept {
  auto* const at = static_cast<std::uint8_t*>(header.msg_control) + header.msg_controllen;
  cmsghdr head{};
  head.cmsg_level = level;
  head.cmsg_type = type;
  head.cmsg_len = CMSG_LEN(sizeof(Data));
  std::memcpy(at, &head, sizeof head);
  std::memcpy(at + CMSG_LEN(0), &data, sizeof data);
  header.msg_controllen += CMSG_SPACE(sizeof(Data));
}

}  // namespace

PacketInfo read_packet_info(msghdr& header) noexcept {
  PacketInfo out;
  for (auto* c = CMSG_FIRSTHDR(&header); c != nullptr; c = CMSG_NXTHDR(&header, c)) {
    if (c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_PKTINFO) {
      in_pktinfo info;
      std::memcpy(&info, CMSG_DATA(c), sizeof info);
      sockaddr_in address{};
      address.sin_family = AF_INET;
      address.sin_addr = info.ipi_spec_dst;
      std::memcpy(out.local.get(), &address, sizeof address);
      out.known = true;
    } else if (c->cmsg_level == IPPROTO_IPV6 && c->cmsg_type == IPV6_PKTINFO) {
      in6_pktinfo info;
      std::memcpy(&info, CMSG_DATA(c), sizeof info);
      sockaddr_in6 address{};
      address.sin6_family = AF_INET6;
      address.sin6_addr = info.ipi6_addr;
      std::memcpy(out.local.get(), &address, sizeof address);
      // Elsewhere routing chooses the interface, which need not be the one that was asked.
      if (IN6_IS_ADDR_LINKLOCAL(&info.ipi6_addr)) out.interface_index = info.ipi6_ifindex;
      out.known = true;
    }
  }
  return out;
}

void add_packet_info(const PacketInfo& info, msghdr& header) noexcept {
  if (info.local.family() == AF_INET) {
    sockaddr_in address;
    std::memcpy(&address, info.local.get(), sizeof address);
    in_pktinfo data{};
    data.ipi_spec_dst = address.sin_addr;
    add(header, IPPROTO_IP, IP_PKTINFO, data);
  } else {
    sockaddr_in6 address;
    std::memcpy(&address, info.local.get(), sizeof address);
    in6_pktinfo data{};
    data.ipi6_addr = address.sin6_addr;
    data.ipi6_ifindex = info.interface_index;
    add(header, IPPROTO_IPV6, IPV6_PKTINFO, data);
  }
}

void add_segment_size(std::uint16_t octets, msghdr& header) noexcept {
  add(header, IPPROTO_UDP, UDP_SEGMENT, octets);
}

}  // namespace godwit::daemon
