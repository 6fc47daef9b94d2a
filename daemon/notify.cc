// The socket is connected once, before privileges and file system views change.
#include "daemon/notify.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>

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

void Notifier::send(const std::string& message) const {
  if (!socket_.valid()) return;
  [[maybe_unused]] const auto sent =
      ::send(socket_.get(), message.data(), message.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
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

std::optional<std::chrono::microseconds> watchdog_period(const char* usec, const char* pid,
                                                         long own_pid) noexcept {
  const auto period = read_number(usec);
  if (!period || *period <= 0) return std::nullopt;
  if (pid != nullptr && read_number(pid) != static_cast<long long>(own_pid)) return std::nullopt;
  return std::chrono::microseconds(*period);
}

}  // namespace godwit::daemon
