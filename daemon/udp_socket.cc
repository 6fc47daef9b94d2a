#include "daemon/udp_socket.h"

#include <netinet/in.h>

#include <array>
#include <cerrno>

#include "daemon/socket_address.h"

// Linux 6.3; the C library's headers are older.
#ifndef IP_LOCAL_PORT_RANGE
#define IP_LOCAL_PORT_RANGE 51
#endif

namespace godwit::daemon {
namespace {

// What is left in the queue of a spare socket; one with more is not worth the reading.
constexpr int leftovers_max = 8;

template <class Value>
bool set_option(int fd, int level, int option, Value value) noexcept {
  return ::setsockopt(fd, level, option, &value, sizeof value) == 0;
}

// Fragments are what forged answers are smuggled in by, and path MTU is what ICMP lies about: send
// small, never fragment for IPv6, do not learn (RFC 9715 §3.1).
void set_fragmentation(int fd, bool v6) noexcept {
  if (!v6) {
    if (!set_option(fd, IPPROTO_IP, IP_MTU_DISCOVER, IP_PMTUDISC_OMIT))
      set_option(fd, IPPROTO_IP, IP_MTU_DISCOVER, IP_PMTUDISC_DONT);
  } else {
    set_option(fd, IPPROTO_IPV6, IPV6_MTU_DISCOVER, IPV6_PMTUDISC_OMIT);
    set_option(fd, IPPROTO_IPV6, IPV6_DONTFRAG, 1);
  }
}

}  // namespace

Fd udp_socket(bool v6) noexcept {
  constexpr int type = SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC;
  Fd fd(::socket(v6 ? AF_INET6 : AF_INET, type, IPPROTO_UDP));
  if (fd.valid()) set_fragmentation(fd.get(), v6);
  return fd;
}

int bind_to(int fd, bool v6, std::uint16_t port) noexcept {
  wire::Endpoint local;
  static constexpr std::array<std::uint8_t, 16> any{};
  if (v6) local.address = wire::IpAddress::v6(any);
  local.port = port;
  const SocketAddress address(local);
  return ::bind(fd, address.get(), address.size()) == 0 ? 0 : errno;
}

int connect_to(int fd, const wire::Endpoint& server) noexcept {
  const SocketAddress address(server);
  return ::connect(fd, address.get(), address.size()) == 0 ? 0 : errno;
}

bool ask_for_port(int fd, std::uint16_t port) noexcept {
  return set_option(fd, IPPROTO_IP, IP_LOCAL_PORT_RANGE, std::uint32_t{port} << 16U | port);
}

bool disconnect(int fd) noexcept {
  sockaddr nobody{};
  nobody.sa_family = AF_UNSPEC;
  return ::connect(fd, &nobody, sizeof nobody) == 0;
}

bool drain(int fd) noexcept {
  for (int i = 0; i < leftovers_max; ++i) {
    std::uint8_t octet = 0;
    if (::recv(fd, &octet, sizeof octet, MSG_DONTWAIT) < 0 && errno == EAGAIN) return true;
  }
  return false;
}

}  // namespace godwit::daemon
