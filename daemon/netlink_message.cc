#include "daemon/netlink_message.h"

#include <linux/if_addr.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <sys/socket.h>

#include <cstring>
#include <optional>

namespace godwit::daemon {
namespace {

constexpr std::size_t alignment = 4;

std::size_t aligned(std::size_t octets) noexcept {
  return (octets + alignment - 1) / alignment * alignment;
}

// A structure of the kernel's from the front of the octets.
template <class Struct>
std::optional<Struct> read_front(wire::Bytes octets) noexcept {
  if (octets.size() < sizeof(Struct)) return std::nullopt;
  Struct out;
  std::memcpy(&out, octets.data(), sizeof out);
  return out;
}

wire::Bytes without_front(wire::Bytes octets, std::size_t count) noexcept {
  return octets.subspan(std::min(aligned(count), octets.size()));
}

// Calls visit(type, octets) for each attribute. False: one has a length that cannot be.
template <class Visit>
bool for_each_attribute(wire::Bytes octets, Visit&& visit) {
  while (!octets.empty()) {
    const auto head = read_front<rtattr>(octets);
    if (!head || head->rta_len < sizeof *head || head->rta_len > octets.size()) return false;
    visit(static_cast<std::uint16_t>(head->rta_type & NLA_TYPE_MASK),
          octets.first(head->rta_len).subspan(sizeof *head));
    octets = without_front(octets, head->rta_len);
  }
  return true;
}

std::optional<wire::IpAddress> to_address(std::uint8_t family, wire::Bytes octets) noexcept {
  if (family == AF_INET && octets.size() == 4) return wire::IpAddress::v4(octets.first<4>());
  if (family == AF_INET6 && octets.size() == 16) return wire::IpAddress::v6(octets.first<16>());
  return std::nullopt;
}

std::optional<NetworkEvent> read_link(bool is_gone, wire::Bytes body) {
  const auto head = read_front<ifinfomsg>(body);
  if (!head) return std::nullopt;
  constexpr unsigned usable = IFF_UP | IFF_RUNNING;
  return LinkSeen{head->ifi_index, is_gone, (head->ifi_flags & usable) == usable};
}

std::optional<NetworkEvent> read_address(bool is_gone, wire::Bytes body) {
  const auto head = read_front<ifaddrmsg>(body);
  if (!head) return std::nullopt;
  std::uint32_t flags = head->ifa_flags;
  std::optional<wire::IpAddress> own, any;
  const bool whole = for_each_attribute(
      without_front(body, sizeof *head), [&](std::uint16_t type, wire::Bytes octets) {
        // Between two points IFA_ADDRESS is the other one.
        if (type == IFA_LOCAL) own = to_address(head->ifa_family, octets);
        if (type == IFA_ADDRESS) any = to_address(head->ifa_family, octets);
        if (type == IFA_FLAGS) flags = read_front<std::uint32_t>(octets).value_or(flags);
      });
  const auto address = own ? own : any;
  if (!whole || !address) return std::nullopt;
  AddressSeen out;
  out.link = static_cast<int>(head->ifa_index);
  out.address = *address;
  out.prefix_bits = head->ifa_prefixlen;
  out.is_gone = is_gone;
  const bool is_doubtful =
      (flags & IFA_F_TENTATIVE) != 0 && (flags & IFA_F_OPTIMISTIC) == 0;  // RFC 4862, RFC 4429
  out.may_be_used =
      head->ifa_scope < RT_SCOPE_LINK && !is_doubtful && (flags & IFA_F_DADFAILED) == 0;
  return out;
}

bool tells_routes_apart(std::uint16_t attribute) noexcept {
  switch (attribute) {
    case RTA_DST:
    case RTA_OIF:
    case RTA_GATEWAY:
    case RTA_PRIORITY:
    case RTA_MULTIPATH:
    case RTA_TABLE:
    case RTA_VIA:
    case RTA_NH_ID:
      return true;
    default:
      return false;
  }
}

std::optional<NetworkEvent> read_route(bool is_gone, wire::Bytes body) {
  const auto head = read_front<rtmsg>(body);
  if (!head) return std::nullopt;
  RouteSeen out;
  out.v6 = head->rtm_family == AF_INET6;
  out.prefix_bits = head->rtm_dst_len;
  out.is_gone = is_gone;
  const bool is_for_us = head->rtm_type == RTN_LOCAL || head->rtm_type == RTN_BROADCAST ||
                         head->rtm_type == RTN_ANYCAST || head->rtm_type == RTN_MULTICAST;
  out.leads_on = !is_for_us && (head->rtm_flags & RTM_F_CLONED) == 0;
  out.identity = {head->rtm_family, head->rtm_dst_len, head->rtm_table, head->rtm_type};
  const bool whole = for_each_attribute(
      without_front(body, sizeof *head), [&out](std::uint16_t type, wire::Bytes octets) {
        if (!tells_routes_apart(type)) return;
        out.identity.push_back(static_cast<std::uint8_t>(type));
        out.identity.push_back(static_cast<std::uint8_t>(octets.size()));
        out.identity.insert(out.identity.end(), octets.begin(), octets.end());
      });
  if (!whole) return std::nullopt;
  return out;
}

// What is not asked for is nothing: no event, and no fault.
void read_message(const nlmsghdr& head, wire::Bytes body, NetlinkRead& out) {
  std::optional<NetworkEvent> event;
  switch (head.nlmsg_type) {
    case RTM_NEWLINK:
    case RTM_DELLINK:
      event = read_link(head.nlmsg_type == RTM_DELLINK, body);
      break;
    case RTM_NEWADDR:
    case RTM_DELADDR:
      event = read_address(head.nlmsg_type == RTM_DELADDR, body);
      break;
    case RTM_NEWROUTE:
    case RTM_DELROUTE:
      event = read_route(head.nlmsg_type == RTM_DELROUTE, body);
      break;
    case NLMSG_DONE:
    case NLMSG_ERROR:
      out.is_end = true;
      return;
    case NLMSG_OVERRUN:
      out.lost = true;
      return;
    default:
      return;
  }
  if (event)
    out.events.push_back(std::move(*event));
  else
    ++out.malformed;
}

}  // namespace

NetlinkRead read_netlink(wire::Bytes datagram) {
  NetlinkRead out;
  while (!datagram.empty()) {
    const auto head = read_front<nlmsghdr>(datagram);
    if (!head || head->nlmsg_len < sizeof *head || head->nlmsg_len > datagram.size()) {
      ++out.malformed;
      return out;
    }
    read_message(*head, datagram.first(head->nlmsg_len).subspan(sizeof *head), out);
    datagram = without_front(datagram, head->nlmsg_len);
  }
  return out;
}

}  // namespace godwit::daemon
