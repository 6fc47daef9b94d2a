// socket, options, bind, listen.
#include "daemon/listen_sockets.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>

#include "daemon/socket_address.h"

namespace godwit::daemon {
namespace {

constexpr int udp_buffer_octets = 4 << 20;
constexpr int tcp_backlog = 512;

bool set_option(int fd, int level, int option, int value) noexcept {
  return ::setsockopt(fd, level, option, &value, sizeof value) == 0;
}

// Bursts wait in the socket rather than being lost; more than net.core.rmem_max takes
// CAP_NET_ADMIN.
void set_buffers(int fd) noexcept {
  if (!set_option(fd, SOL_SOCKET, SO_RCVBUFFORCE, udp_buffer_octets))
    set_option(fd, SOL_SOCKET, SO_RCVBUF, udp_buffer_octets);
  if (!set_option(fd, SOL_SOCKET, SO_SNDBUFFORCE, udp_buffer_octets))
    set_option(fd, SOL_SOCKET, SO_SNDBUF, udp_buffer_octets);
}

void set_udp_options(int fd, const wire::IpAddress& address) noexcept {
  set_buffers(fd);
  if (address.is_v4()) {
    if (!set_option(fd, IPPROTO_IP, IP_MTU_DISCOVER, IP_PMTUDISC_OMIT))
      set_option(fd, IPPROTO_IP, IP_MTU_DISCOVER, IP_PMTUDISC_DONT);
    if (is_wildcard(address)) set_option(fd, IPPROTO_IP, IP_PKTINFO, 1);
  } else {
    set_option(fd, IPPROTO_IPV6, IPV6_MTU_DISCOVER, IPV6_PMTUDISC_OMIT);
    if (is_wildcard(address)) set_option(fd, IPPROTO_IPV6, IPV6_RECVPKTINFO, 1);
  }
}

Fd bind_socket(const ListenPoint& point, bool reuse_port) noexcept {
  const SocketAddress address(point.endpoint);
  const int type = point.stream ? SOCK_STREAM : SOCK_DGRAM;
  Fd fd(::socket(address.family(), type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!fd.valid()) return fd;
  if (reuse_port) set_option(fd.get(), SOL_SOCKET, SO_REUSEPORT, 1);
  if (point.stream) set_option(fd.get(), SOL_SOCKET, SO_REUSEADDR, 1);
  if (address.family() == AF_INET6) set_option(fd.get(), IPPROTO_IPV6, IPV6_V6ONLY, 1);
  if (!point.stream) set_udp_options(fd.get(), point.endpoint.address);
  if (::bind(fd.get(), address.get(), address.size()) != 0) return Fd();
  if (!point.stream) return fd;
  if (::listen(fd.get(), tcp_backlog) != 0) return Fd();
  return fd;
}

ListenResult failed(const ListenPoint& point) {
  ListenResult out;
  out.error = "cannot listen on " + point.to_text() + ": " + std::strerror(errno);
  return out;
}

}  // namespace

std::string ListenPoint::to_text() const {
  return endpoint.to_text() + (stream ? "/tcp" : "/udp");
}

ListenResult open_listen_sockets(const ListenPoint& point, unsigned workers) {
  const bool several = workers > 1;
  // SO_REUSEPORT would let a second daemon of the same user in: first see whether we are alone.
  if (several && !bind_socket(point, false).valid()) return failed(point);
  ListenResult out;
  out.sockets.point = point;
  for (unsigned i = 0; i < workers; ++i) {
    out.sockets.fds.push_back(bind_socket(point, several));
    if (!out.sockets.fds.back().valid()) return failed(point);
  }
  return out;
}

ListenResult reuse_listen_sockets(const ListenPoint& point, std::vector<Fd> fds, unsigned workers) {
  ListenResult out;
  const std::size_t made = fds.size();
  fds.resize(workers);
  for (std::size_t i = made; i < workers; ++i) {
    fds[i] = Fd(::fcntl(fds[i % made].get(), F_DUPFD_CLOEXEC, 0));
    if (!fds[i].valid()) return failed(point);
  }
  out.sockets.point = point;
  out.sockets.fds = std::move(fds);
  out.sockets.shared = made < workers;
  out.sockets.kept = true;
  return out;
}

ListenResult share_listen_socket(const ListenPoint& point, Fd fd, unsigned workers) {
  if (!point.stream) set_udp_options(fd.get(), point.endpoint.address);
  ListenResult out;
  out.sockets.point = point;
  out.sockets.shared = workers > 1;
  for (unsigned i = 1; i < workers; ++i) {
    out.sockets.fds.emplace_back(::fcntl(fd.get(), F_DUPFD_CLOEXEC, 0));
    if (!out.sockets.fds.back().valid()) return failed(point);
  }
  out.sockets.fds.push_back(std::move(fd));
  return out;
}

}  // namespace godwit::daemon
