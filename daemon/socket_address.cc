// Copies octets between wire::Endpoint and sockaddr; knows the IPv4-mapped form (RFC 4291
// §2.5.5.2).
#include "daemon/socket_address.h"

#include <algorithm>
#include <cstring>

namespace godwit::daemon {

SocketAddress::SocketAddress(const wire::Endpoint& endpoint) noexcept : storage_{} {
  const auto octets = endpoint.address.octets();
  if (endpoint.address.is_v4()) {
    storage_.v4 = {};
    storage_.v4.sin_family = AF_INET;
    storage_.v4.sin_port = htons(endpoint.port);
    std::memcpy(&storage_.v4.sin_addr, octets.data(), octets.size());
  } else {
    storage_.v6 = {};
    storage_.v6.sin6_family = AF_INET6;
    storage_.v6.sin6_port = htons(endpoint.port);
    std::memcpy(&storage_.v6.sin6_addr, octets.data(), octets.size());
  }
}

std::optional<wire::Endpoint> SocketAddress::endpoint() const noexcept {
  wire::Endpoint out;
  if (storage_.any.sa_family == AF_INET) {
    std::array<std::uint8_t, 4> octets;
    std::memcpy(octets.data(), &storage_.v4.sin_addr, octets.size());
    out.address = wire::IpAddress::v4(octets);
    out.port = ntohs(storage_.v4.sin_port);
    return out;
  }
  if (storage_.any.sa_family != AF_INET6) return std::nullopt;
  std::array<std::uint8_t, 16> octets;
  std::memcpy(octets.data(), &storage_.v6.sin6_addr, octets.size());
  out.port = ntohs(storage_.v6.sin6_port);
  if (IN6_IS_ADDR_V4MAPPED(&storage_.v6.sin6_addr))
    out.address = wire::IpAddress::v4(std::span<const std::uint8_t, 16>(octets).subspan<12, 4>());
  else
    out.address = wire::IpAddress::v6(octets);
  return out;
}

std::optional<wire::Endpoint> local_endpoint(int fd) noexcept {
  SocketAddress address;
  socklen_t size = SocketAddress::capacity();
  if (::getsockname(fd, address.get(), &size) != 0) return std::nullopt;
  return address.endpoint();
}

bool is_wildcard(const wire::IpAddress& address) noexcept {
  return std::ranges::all_of(address.octets(), [](std::uint8_t octet) { return octet == 0; });
}

bool is_loopback(const wire::IpAddress& address) noexcept {
  const auto octets = address.octets();
  if (address.is_v4()) return octets[0] == 127;
  return octets[15] == 1 && std::ranges::all_of(octets.first(15), [](auto o) { return o == 0; });
}

}  // namespace godwit::daemon
