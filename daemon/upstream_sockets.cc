// The system calls of one UDP exchange, but for send and receive.
#include "daemon/upstream_sockets.h"

#include <netinet/in.h>

#include <cerrno>
#include <fstream>

namespace godwit::daemon {
namespace {

#ifndef IP_LOCAL_PORT_RANGE
constexpr int ip_local_port_range_option = 51;  // Linux 6.3
#else
constexpr int ip_local_port_range_option = IP_LOCAL_PORT_RANGE;
#endif

constexpr std::uint16_t dns_port = 53;
constexpr PortRange default_kernel_range{32768, 60999};

bool set_option(int fd, int level, int option, int value) noexcept {
  return ::setsockopt(fd, level, option, &value, sizeof value) == 0;
}

// Fragments are what forged answers are smuggled in by, and path MTU is what ICMP lies about: send
// small, never fragment for IPv6, do not learn (RFC 9715 §3.1).
void set_fragmentation(int fd, int family) noexcept {
  if (family == AF_INET) {
    if (!set_option(fd, IPPROTO_IP, IP_MTU_DISCOVER, IP_PMTUDISC_OMIT))
      set_option(fd, IPPROTO_IP, IP_MTU_DISCOVER, IP_PMTUDISC_DONT);
  } else {
    set_option(fd, IPPROTO_IPV6, IPV6_MTU_DISCOVER, IPV6_PMTUDISC_OMIT);
    set_option(fd, IPPROTO_IPV6, IPV6_DONTFRAG, 1);
  }
}

bool is_taken(int error) noexcept {
  return error == EADDRINUSE || error == EAGAIN || error == EACCES;
}

OpenFault fault_of(int error) noexcept {
  return error == EMFILE || error == ENFILE || error == ENOMEM || error == ENOBUFS ||
                 is_taken(error)
             ? OpenFault::no_resources
             : OpenFault::unreachable;
}

}  // namespace

UpstreamSockets::UpstreamSockets(EventLoop& loop, iterator::Entropy& entropy,
                                 PortRange kernel_range)
    : loop_(loop), entropy_(entropy), kernel_range_(kernel_range) {}

UpstreamSockets::~UpstreamSockets() {
  for (const auto& lease : all_)
    if (lease->fd.valid()) loop_.forget(*lease);
}

UpstreamSockets::Lease* UpstreamSockets::take(int family, bool reusable) {
  auto& idle = family == AF_INET ? idle_v4_ : idle_v6_;
  if (reusable && !idle.empty()) {
    auto* const lease = idle.back();
    idle.pop_back();
    return lease;
  }
  if (bare_.empty()) {
    all_.push_back(std::make_unique<Lease>());
    // close() needs room in them, and may not fail.
    for (auto* const list : {&idle_v4_, &idle_v6_, &bare_}) list->reserve(all_.capacity());
    bare_.push_back(all_.back().get());
  }
  auto* const lease = bare_.back();
  if (!make_socket(*lease, family)) return nullptr;
  bare_.pop_back();
  lease->reusable = reusable;
  return lease;
}

bool UpstreamSockets::make_socket(Lease& lease, int family) {
  lease.fd = Fd(::socket(family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_UDP));
  if (!lease.fd.valid()) return false;
  lease.family = family;
  lease.registered = false;
  set_fragmentation(lease.fd.get(), family);
  return true;
}

// Zero, or the error of the system.
int UpstreamSockets::connect_from(Lease& lease, std::uint16_t port, const SocketAddress& server) {
  const int fd = lease.fd.get();
  if (lease.reusable) {
    const std::uint32_t range = std::uint32_t{port} << 16 | port;
    if (::setsockopt(fd, IPPROTO_IP, ip_local_port_range_option, &range, sizeof range) != 0)
      return errno;
  } else {
    wire::Endpoint local;
    static constexpr std::array<std::uint8_t, 16> any{};
    if (lease.family == AF_INET6) local.address = wire::IpAddress::v6(any);
    local.port = port;
    const SocketAddress address(local);
    if (::bind(fd, address.get(), address.size()) != 0) return errno;
  }
  if (::connect(fd, server.get(), server.size()) != 0) return errno;
  return lease.reusable && !keeps_port(lease, port) ? EINVAL : 0;
}

// A range outside of its own the kernel ignores without a word, and takes any port: its own may be
// another than we know, or have become another.
bool UpstreamSockets::keeps_port(const Lease& lease, std::uint16_t port) {
  if (reuses_++ % reuses_per_check != 0) return true;
  const auto local = local_endpoint(lease.fd.get());
  return local && local->port == port;
}

UpstreamSockets::Opened UpstreamSockets::open(const wire::Endpoint& server, EventHandler& handler) {
  const SocketAddress address(server);
  Opened out;
  for (; out.retries < port_draws_max; ++out.retries) {
    const auto port = draw_source_port(entropy_);
    const bool reusable = reuse_ && kernel_range_.contains(port);
    auto* const lease = take(address.family(), reusable);
    int error = lease == nullptr ? errno : connect_from(*lease, port, address);
    if (error == 0 && !lease->registered) {
      if (!loop_.add(lease->fd.get(), EPOLLIN | EPOLLET, *lease)) error = errno;
      lease->registered = error == 0;
    }
    if (error == 0 && refuse_own_ && leads_to_self(*lease, server)) error = ENETUNREACH;
    if (error == 0) {
      lease->handler = &handler;
      out.lease = lease;
      return out;
    }
    if (lease != nullptr) free(lease);
    if (reusable && (error == ENOPROTOOPT || error == EINVAL)) {
      reuse_ = false;  // a kernel before 6.3, or with another range
      continue;
    }
    out.fault = fault_of(error);
    if (!is_taken(error)) return out;
  }
  return out;
}

// A route to an address of this host gives the socket that same address as its own.
bool UpstreamSockets::leads_to_self(const Lease& lease, const wire::Endpoint& server) const {
  if (server.port != dns_port) return false;
  const auto local = local_endpoint(lease.fd.get());
  return local && local->address == server.address;
}

void UpstreamSockets::close(Lease* lease) noexcept {
  lease->handler = nullptr;
  auto& idle = lease->family == AF_INET ? idle_v4_ : idle_v6_;
  if (!lease->reusable || idle.size() >= idle_max) return free(lease);
  sockaddr nowhere{};
  nowhere.sa_family = AF_UNSPEC;
  if (::connect(lease->fd.get(), &nowhere, sizeof nowhere) != 0) return free(lease);
  // The port is gone, so nothing new arrives; what is queued belongs to the exchange that is over.
  std::uint8_t octet;
  for (int i = 0; i < 64; ++i) {
    if (::recv(lease->fd.get(), &octet, sizeof octet, MSG_DONTWAIT) < 0 &&
        (errno == EAGAIN || errno == EWOULDBLOCK)) {
      idle.push_back(lease);
      return;
    }
  }
  free(lease);
}

void UpstreamSockets::free(Lease* lease) noexcept {
  lease->handler = nullptr;
  loop_.forget(*lease);
  lease->fd.reset();
  lease->registered = false;
  bare_.push_back(lease);
}

PortRange kernel_port_range(const char* path) {
  std::ifstream file(path);
  PortRange out;
  if (!(file >> out.low >> out.high)) return default_kernel_range;
  return out;
}

}  // namespace godwit::daemon
