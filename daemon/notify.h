// Tells the service manager how we are: the protocol of sd_notify(3), one datagram a message, to
// the socket that NOTIFY_SOCKET names. Nothing happens when there is none. Any thread.
#pragma once

#include <sys/socket.h>

#include <chrono>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "daemon/fd.h"

namespace godwit::daemon {

class Notifier {
 public:
  // `socket_path`: the value of NOTIFY_SOCKET (a path, or '@' and an abstract name); may be null.
  explicit Notifier(const char* socket_path);

  [[nodiscard]] bool active() const noexcept { return socket_.valid(); }
  void ready(std::string_view status) const;
  // To be followed by ready() when the reload is over, whatever came of it.
  void reloading() const;
  void stopping(std::string_view status) const;
  void status(std::string_view text) const;
  void watchdog() const;
  // How long we may be silent from now on.
  void watchdog(std::chrono::microseconds period) const;
  // Has the manager keep descriptors for the process that follows, beside what it keeps under that
  // name already; and forget all that it has under it.
  void keep(const std::string& name, std::span<const Fd> descriptors) const;
  void forget(const std::string& name) const;
  // In one message: what the kernel takes is some more.
  static constexpr std::size_t kept_at_once_max = 128;
  // The manager takes no more than some messages at once: how long we wait for it to read one. What
  // cannot be said then is not said.
  static constexpr std::chrono::milliseconds busy_time{1'000};

 private:
  void send(const std::string& text) const;
  void send(const msghdr& message) const;
  Fd socket_;
};

// How often the watchdog wants to hear of us at least, from WATCHDOG_USEC and WATCHDOG_PID (either
// may be null); empty when it does not.
[[nodiscard]] std::optional<std::chrono::microseconds> watchdog_period(const char* usec,
                                                                       const char* pid,
                                                                       long own_pid) noexcept;

}  // namespace godwit::daemon
