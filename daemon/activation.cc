// Only bound UDP sockets and listening TCP sockets are of use.
#include "daemon/activation.h"

#include <fcntl.h>
#include <sys/socket.h>

#include <charconv>
#include <cstdlib>
#include <cstring>
#include <string_view>

#include "daemon/socket_address.h"

namespace godwit::daemon {
namespace {

constexpr long descriptors_max = 1024;

std::optional<long> read_number(const char* text) noexcept {
  if (text == nullptr) return std::nullopt;
  long value = 0;
  const char* const end = text + std::strlen(text);
  const auto result = std::from_chars(text, end, value);
  if (result.ec != std::errc{} || result.ptr != end || text == end) return std::nullopt;
  return value;
}

int socket_option(int fd, int option) noexcept {
  int value = -1;
  socklen_t size = sizeof value;
  return ::getsockopt(fd, SOL_SOCKET, option, &value, &size) == 0 ? value : -1;
}

}  // namespace

std::vector<ActivatedName> parse_activation(const char* pid, const char* count, const char* names,
                                            long own_pid) {
  const auto number = read_number(count);
  if (read_number(pid) != own_pid || !number || *number < 1 || *number > descriptors_max) return {};
  std::vector<ActivatedName> out;
  std::string_view rest(names == nullptr ? "" : names);
  for (int i = 0; i < *number; ++i) {
    const auto colon = rest.find(':');
    out.push_back({first_activated_fd + i, std::string(rest.substr(0, colon))});
    rest = colon == std::string_view::npos ? std::string_view{} : rest.substr(colon + 1);
  }
  return out;
}

Activated take_activated_sockets() {
  const auto passed =
      parse_activation(std::getenv("LISTEN_PID"), std::getenv("LISTEN_FDS"),
                       std::getenv("LISTEN_FDNAMES"), static_cast<long>(::getpid()));
  for (const char* name : {"LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES"}) ::unsetenv(name);
  Activated out;
  for (const auto& [number, name] : passed) {
    Fd fd(number);
    const auto type = socket_option(number, SO_TYPE);
    const bool listening = socket_option(number, SO_ACCEPTCONN) == 1;
    const auto local = local_endpoint(number);
    const bool usable =
        local && local->port != 0 && (type == SOCK_DGRAM || (type == SOCK_STREAM && listening));
    if (!usable) {
      out.rejected.push_back(std::to_string(number) + " " + name);
      continue;
    }
    ::fcntl(number, F_SETFD, FD_CLOEXEC);
    ::fcntl(number, F_SETFL, ::fcntl(number, F_GETFL) | O_NONBLOCK);
    out.sockets.push_back({std::move(fd), type == SOCK_STREAM, *local, name});
  }
  return out;
}

}  // namespace godwit::daemon
