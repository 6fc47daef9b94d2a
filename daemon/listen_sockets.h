// Opens the sockets that clients ask, before privileges go. Errors are values with the address and
// the system's reason. On the main thread.
#pragma once

#include <string>
#include <vector>

#include "daemon/fd.h"
#include "wire/ip_address.h"

namespace godwit::daemon {

// What is listened on: an address, a port, a transport.
struct ListenPoint {
  wire::Endpoint endpoint;
  bool stream = false;  // TCP; else UDP
  auto operator<=>(const ListenPoint&) const noexcept = default;
  [[nodiscard]] std::string to_text() const;
};

// The sockets of one point, one for each worker.
struct ListenSockets {
  ListenPoint point;
  std::vector<Fd> fds;
  bool shared = false;  // some are the same socket
  bool kept = false;    // of a process before this one
};

struct ListenResult {
  ListenSockets sockets;
  std::string error;  // empty: good
};

// Binds `workers` sockets to the point, which nobody else may have (SO_REUSEPORT among our own).
[[nodiscard]] ListenResult open_listen_sockets(const ListenPoint& point, unsigned workers);

// Sockets that open_listen_sockets made in another process, at least one, for so many workers: some
// of them shared where there are too few, the last ones closed where there are too many.
[[nodiscard]] ListenResult reuse_listen_sockets(const ListenPoint& point, std::vector<Fd> fds,
                                                unsigned workers);

// A socket made by somebody else, for all workers.
[[nodiscard]] ListenResult share_listen_socket(const ListenPoint& point, Fd fd, unsigned workers);

}  // namespace godwit::daemon
