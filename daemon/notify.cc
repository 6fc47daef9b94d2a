// The socket is connected once, before privileges and file system views change.
#include "daemon/notify.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstddef>
#include <cstring>

namespace godwit::daemon {
namespace {

std::optional<long long> read_number(const char* text) noexcept {
  if (text == nullptr) return std::nullopt;
  long long value = 0;
  const char* const end = text + std::strlen(text);
  const auto result = std::from_chars(text, end, value);
  if (result.ec != std::errc{} || result.ptr != end || text == end) return std::nullopt;
  return value;
}

}  // namespace

Notifier::Notifier(const char* socket_path) {
  if (socket_path == nullptr || (socket_path[0] != '/' && socket_path[0] != '@')) return;
  const std::string_view path(socket_path);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) return;
  std::memcpy(address.sun_path, path.data(), path.size());
  if (path[0] == '@') address.sun_path[0] = '\0';
  const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + path.size());
  Fd socket(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (!socket.valid()) return;
  if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), size) == 0)
    socket_ = std::move(socket);
}

void Notifier::send(const std::string& text) const {
  std::string copy = text;
  iovec part{copy.data(), copy.size()};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  send(message);
}

void Notifier::send(const msghdr& message) const {
  if (!socket_.valid()) return;
  while (::sendmsg(socket_.get(), &message, MSG_NOSIGNAL | MSG_DONTWAIT) < 0 && errno == EAGAIN) {
    pollfd room{socket_.get(), POLLOUT, 0};
    if (::poll(&room, 1, static_cast<int>(busy_time.count())) <= 0) return;
  }
}

// The manager would let go of a socket on which an error waits to be read, if it looked.
void Notifier::keep(const std::string& name, std::span<const Fd> descriptors) const {
  std::string text = "FDSTORE=1\nFDNAME=" + name + "\nFDPOLL=0";
  while (socket_.valid() && !descriptors.empty()) {
    const auto some = descriptors.first(std::min(descriptors.size(), kept_at_once_max));
    descriptors = descriptors.subspan(some.size());
    alignas(cmsghdr) std::array<char, CMSG_SPACE(kept_at_once_max * sizeof(int))> room{};
    iovec part{text.data(), text.size()};
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = room.data();
    message.msg_controllen = CMSG_SPACE(some.size() * sizeof(int));
    cmsghdr* const rights = CMSG_FIRSTHDR(&message);
    rights->cmsg_level = SOL_SOCKET;
    rights->cmsg_type = SCM_RIGHTS;
    rights->cmsg_len = CMSG_LEN(some.size() * sizeof(int));
    for (std::size_t i = 0; i < some.size(); ++i) {
      const int number = some[i].get();
      std::memcpy(CMSG_DATA(rights) + i * sizeof number, &number, sizeof number);
    }
    send(message);
  }
}

void Notifier::forget(const std::string& name) const {
  send("FDSTOREREMOVE=1\nFDNAME=" + name);
}

void Notifier::ready(std::string_view status_text) const {
  send("READY=1\nSTATUS=" + std::string(status_text));
}

void Notifier::reloading() const {
  timespec at{};
  ::clock_gettime(CLOCK_MONOTONIC, &at);
  const auto usec = static_cast<long long>(at.tv_sec) * 1'000'000 + at.tv_nsec / 1000;
  send("RELOADING=1\nMONOTONIC_USEC=" + std::to_string(usec));
}

void Notifier::stopping(std::string_view status_text) const {
  send("STOPPING=1\nSTATUS=" + std::string(status_text));
}

void Notifier::status(std::string_view text) const {
  send("STATUS=" + std::string(text));
}

void Notifier::watchdog() const {
  send("WATCHDOG=1");
}

void Notifier::watchdog(std::chrono::microseconds period) const {
  send("WATCHDOG_USEC=" + std::to_string(period.count()));
}

std::optional<std::chrono::microseconds> watchdog_period(const char* usec, const char* pid,
                                                         long own_pid) noexcept {
  const auto period = read_number(usec);
  if (!period || *period <= 0) return std::nullopt;
  if (pid != nullptr && read_number(pid) != static_cast<long long>(own_pid)) return std::nullopt;
  return std::chrono::microseconds(*period);
}

}  // namespace godwit::daemon
