// Opens the control socket in the file system: its folder, the file that a dead process left
// behind, and who may connect. Errors are values with the system's reason. On the main thread,
// before there are others.
#pragma once

#include <sys/types.h>

#include <string>

#include "daemon/fd.h"

namespace godwit::daemon {

// As root, before privileges go: makes the folder that the socket is to be in, if it is missing,
// for the user to become ("": as drop_privileges). What fails shows when the socket is opened.
void make_control_folder(const std::string& path, const std::string& user) noexcept;

struct ControlSocketResult {
  Fd socket;          // listens, does not block
  std::string error;  // empty: none
};
// The file has mode 0600 from its beginning. One on which nobody listens any more is replaced;
// where somebody does, or the file is no socket, that is an error.
[[nodiscard]] ControlSocketResult open_control_socket(const std::string& path);

// Whether the peer of a connection is root or this process's own user, who does not change any
// more.
[[nodiscard]] bool is_control_peer_allowed(int fd, uid_t own_user) noexcept;

}  // namespace godwit::daemon
