#include "daemon/control_socket.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <cerrno>
#include <cstring>
#include <optional>

#include "daemon/privileges.h"

namespace godwit::daemon {
namespace {

constexpr int backlog = 128;
constexpr mode_t folder_mode = 0750;
constexpr mode_t umask_for_owner_alone = 0177;
constexpr mode_t umask_for_group = 0117;

ControlSocketResult socket_failed(const std::string& what) {
  return {Fd(), what + ": " + std::strerror(errno)};
}

std::optional<sockaddr_un> address_of(const std::string& path) noexcept {
  sockaddr_un out{};
  out.sun_family = AF_UNIX;
  if (path.empty() || path.size() >= sizeof out.sun_path) return std::nullopt;
  std::memcpy(out.sun_path, path.data(), path.size());
  return out;
}

const sockaddr* as_address(const sockaddr_un& address) noexcept {
  return reinterpret_cast<const sockaddr*>(&address);
}

Fd make_socket() noexcept {
  return Fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
}

// A socket that refuses has nobody behind it. One with a full backlog has.
bool is_left_behind(const sockaddr_un& address) noexcept {
  struct stat status {};
  if (::lstat(address.sun_path, &status) != 0 || !S_ISSOCK(status.st_mode)) return false;
  const Fd probe = make_socket();
  return probe.valid() && ::connect(probe.get(), as_address(address), sizeof address) != 0 &&
         errno == ECONNREFUSED;
}

bool bind_for(ControlAudience audience, int fd, const sockaddr_un& address) noexcept {
  const bool for_owner = audience == ControlAudience::owner;
  const mode_t before = ::umask(for_owner ? umask_for_owner_alone : umask_for_group);
  const bool bound = ::bind(fd, as_address(address), sizeof address) == 0;
  const int error = errno;
  ::umask(before);
  errno = error;
  return bound;
}

}  // namespace

void make_control_folder(const std::string& path, const std::string& user) noexcept {
  const auto slash = path.rfind('/');
  if (::geteuid() != 0 || slash == path.npos || slash == 0) return;
  const std::string folder = path.substr(0, slash);
  if (::mkdir(folder.c_str(), folder_mode) != 0) return;
  const auto account = account_of(user);
  if (!account) return;
  [[maybe_unused]] const int changed = ::chown(folder.c_str(), account->uid, account->gid);
}

ControlSocketResult open_control_socket(const std::string& path, ControlAudience audience) {
  const auto address = address_of(path);
  if (!address) return {Fd(), "the name of the file is too long for a socket"};
  ControlSocketResult out;
  out.socket = make_socket();
  if (!out.socket.valid()) return socket_failed("socket");
  bool bound = bind_for(audience, out.socket.get(), *address);
  if (!bound && errno == EADDRINUSE && is_left_behind(*address)) {
    if (::unlink(path.c_str()) != 0)
      return socket_failed("a file that was left behind cannot be removed");
    bound = bind_for(audience, out.socket.get(), *address);
  }
  if (!bound) return socket_failed("cannot bind " + path);
  if (::listen(out.socket.get(), backlog) != 0) return socket_failed("cannot listen on " + path);
  return out;
}

bool is_control_peer_allowed(int fd, ControlAudience audience, uid_t own_user) noexcept {
  if (audience == ControlAudience::readers) return true;
  ucred peer{};
  socklen_t size = sizeof peer;
  if (::getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0) return false;
  return peer.uid == 0 || peer.uid == own_user;
}

}  // namespace godwit::daemon
