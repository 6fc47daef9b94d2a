// Addresses between the kernel's form and wire's. Plain functions; any thread.
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

#include <optional>

#include "wire/ip_address.h"

namespace godwit::daemon {

inline constexpr std::uint16_t dns_port = 53;

// A socket address of either family with its length, as the system calls want it.
class SocketAddress {
 public:
  SocketAddress() noexcept : storage_{} {}
  explicit SocketAddress(const wire::Endpoint& endpoint) noexcept;

  // Empty for a family that is neither IPv4 nor IPv6. An IPv4-mapped address becomes IPv4.
  [[nodiscard]] std::optional<wire::Endpoint> endpoint() const noexcept;

  [[nodiscard]] const sockaddr* get() const noexcept { return &storage_.any; }
  [[nodiscard]] sockaddr* get() noexcept { return &storage_.any; }
  [[nodiscard]] socklen_t size() const noexcept {
    return storage_.any.sa_family == AF_INET ? socklen_t{sizeof(sockaddr_in)}
                                             : socklen_t{sizeof(sockaddr_in6)};
  }
  [[nodiscard]] static constexpr socklen_t capacity() noexcept { return sizeof(Storage); }
  [[nodiscard]] int family() const noexcept { return storage_.any.sa_family; }

 private:
  union Storage {
    sockaddr any;
    sockaddr_in v4;
    sockaddr_in6 v6;
  };
  Storage storage_;
};

// The address that a socket is bound to; empty when it is no IP socket.
[[nodiscard]] std::optional<wire::Endpoint> local_endpoint(int fd) noexcept;

[[nodiscard]] bool is_wildcard(const wire::IpAddress& address) noexcept;
[[nodiscard]] bool is_loopback(const wire::IpAddress& address) noexcept;

}  // namespace godwit::daemon
