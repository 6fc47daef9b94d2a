// Opens the control socket in the file system: its folder, the file that a dead process left
// behind, and who may connect. Errors are values with the system's reason. On the main thread,
// before there are others.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>

#include "daemon/fd.h"

namespace godwit::daemon {

// Who connects to a socket, and what it is for.
enum class ControlAudience : std::uint8_t {
  owner,    // root and the program's own user, for everything: mode 0600, and the peer is looked at
  readers,  // the program's own group as well, for what changes nothing: mode 0660
};

// As root, before privileges go: makes the folder that the socket is to be in, if it is missing,
// for the user to become ("": as drop_privileges). What fails shows when the socket is opened.
void make_control_folder(const std::string& path, const std::string& user) noexcept;

struct ControlSocketResult {
  Fd socket;          // listens, does not block
  std::string error;  // empty: none
};
// The file has the mode for `audience` from its beginning. One on which nobody listens any more is
// replaced; where somebody does, or the file is no socket, that is an error.
[[nodiscard]] ControlSocketResult open_control_socket(const std::string& path,
                                                      ControlAudience audience);

// Whether the peer of a connection is of `audience`: root or this process's own user, who does not
// change any more. Whoever the mode of the file lets in is a reader.
[[nodiscard]] bool is_control_peer_allowed(int fd, ControlAudience audience,
                                           uid_t own_user) noexcept;

}  // namespace godwit::daemon
