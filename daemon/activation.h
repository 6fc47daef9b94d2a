// Sockets that the service manager opened for us: sd_listen_fds(3) from its environment variables.
// Parsing is pure; take_activated_sockets asks the kernel what each descriptor is.
#pragma once

#include <string>
#include <vector>

#include "daemon/fd.h"
#include "wire/ip_address.h"

namespace godwit::daemon {

inline constexpr int first_activated_fd = 3;

struct ActivatedName {
  int fd = -1;
  std::string name;  // of LISTEN_FDNAMES; may be empty
  bool operator==(const ActivatedName&) const noexcept = default;
};

// The descriptors that the environment hands over: LISTEN_PID, LISTEN_FDS and LISTEN_FDNAMES, each
// of which may be null. Empty when they are not for this process or cannot be read.
[[nodiscard]] std::vector<ActivatedName> parse_activation(const char* pid, const char* count,
                                                          const char* names, long own_pid);

struct ActivatedSocket {
  Fd fd;
  bool stream = false;  // TCP, listening; else UDP
  wire::Endpoint local;
  std::string name;
};

struct Activated {
  std::vector<ActivatedSocket> sockets;
  std::vector<std::string> rejected;  // what was passed and is neither, for the log
};

// Takes the descriptors over: close-on-exec, non-blocking. Removes the variables from the
// environment.
[[nodiscard]] Activated take_activated_sockets();

}  // namespace godwit::daemon
