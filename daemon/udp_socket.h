// The system calls of a UDP socket to a server, but for send and receive. No state; any thread.
#pragma once

#include <cstdint>

#include "daemon/fd.h"
#include "wire/ip_address.h"

namespace godwit::daemon {

// Non-blocking, without a port; it neither fragments nor learns path MTUs. Invalid: see errno.
[[nodiscard]] Fd udp_socket(bool v6) noexcept;
// Zero, or the error of the system.
[[nodiscard]] int bind_to(int fd, bool v6, std::uint16_t port) noexcept;
[[nodiscard]] int connect_to(int fd, const wire::Endpoint& server) noexcept;
// The next connect() takes this port, if the kernel lends it. False: it knows no such thing.
[[nodiscard]] bool ask_for_port(int fd, std::uint16_t port) noexcept;
// Gives back the port that connect() took.
[[nodiscard]] bool disconnect(int fd) noexcept;
// Takes what came for the port that the socket had before, errors too. False: there is more.
[[nodiscard]] bool drain(int fd) noexcept;

}  // namespace godwit::daemon
