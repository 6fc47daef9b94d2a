#include "daemon/ctl_client.h"

#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>

#include <array>
#include <cerrno>
#include <cstring>

namespace godwit::daemon {

std::string CtlClient::connect(const std::string& path, std::chrono::seconds step_time) {
  step_time_ = step_time;
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.empty() || path.size() >= sizeof address.sun_path) return "no name of a socket: " + path;
  std::memcpy(address.sun_path, path.data(), path.size());
  socket_ = Fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const timeval limit{.tv_sec = step_time.count(), .tv_usec = 0};
  ::setsockopt(socket_.get(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  ::setsockopt(socket_.get(), SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
  const auto* const to = reinterpret_cast<const sockaddr*>(&address);
  if (::connect(socket_.get(), to, sizeof address) == 0) return {};
  return "cannot reach godwitd at " + path + ": " + std::strerror(errno);
}

std::string CtlClient::send(const std::string& line) {
  for (std::size_t sent = 0; sent < line.size();) {
    const auto done = ::send(socket_.get(), line.data() + sent, line.size() - sent, MSG_NOSIGNAL);
    if (done > 0) {
      sent += static_cast<std::size_t>(done);
    } else if (errno != EINTR) {
      return std::string("godwitd does not take the request: ") + std::strerror(errno);
    }
  }
  return {};
}

std::optional<std::string> CtlClient::receive() {
  std::array<char, 16'384> buffer;
  std::size_t searched = 0;
  for (;;) {
    if (const auto end = received_.find('\n', searched); end != received_.npos) {
      std::string line = received_.substr(0, end);
      received_.erase(0, end + 1);
      return line;
    }
    searched = received_.size();
    if (searched > line_octets_max) return std::nullopt;
    const auto octets = ::recv(socket_.get(), buffer.data(), buffer.size(), 0);
    if (octets < 0 && errno == EINTR) continue;
    has_timed_out_ = octets < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
    if (octets <= 0) return std::nullopt;
    received_.append(buffer.data(), static_cast<std::size_t>(octets));
  }
}

std::string CtlClient::why_no_line() const {
  if (!has_timed_out_) return "the answer broke off";
  return "godwitd has said nothing for " + std::to_string(step_time_.count()) + " s";
}

}  // namespace godwit::daemon
