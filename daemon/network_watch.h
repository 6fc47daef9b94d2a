// Hears of changes of this machine's network, and of its waking from sleep, so that what was learnt
// of servers by another way to them is not believed any longer. Says so once for what comes within
// a short time. The sockets are opened before privileges go; where there are none, nothing is
// heard, and the log says it. Main thread.
#pragma once

#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <functional>
#include <optional>
#include <vector>

#include "daemon/fd.h"
#include "daemon/log.h"
#include "daemon/network_state.h"

namespace godwit::daemon {

class NetworkWatch {
 public:
  // How long more is waited for after the first news: a new network comes as a link, addresses and
  // routes.
  static constexpr std::chrono::milliseconds gathering_time{500};

  struct Happened {
    NetworkNews network;
    ClockNews clocks;
  };
  using OnHappened = std::function<void(const Happened&)>;

  NetworkWatch(boost::asio::io_context& io, Log& log);
  // Opens what is listened to, and looks at the links and addresses that are there.
  void open();
  // Begins to listen. `on_happened` is called on the main thread.
  void start(OnHappened on_happened);
  void stop() noexcept;

  // Messages of the kernel's that could not be read.
  [[nodiscard]] std::uint64_t malformed() const noexcept { return malformed_; }

 private:
  using Timer = boost::asio::basic_waitable_timer<std::chrono::steady_clock>;
  using Descriptor = boost::asio::posix::stream_descriptor;
  enum class Heard : std::uint8_t { something, nothing_more, end };
  [[nodiscard]] std::string open_netlink();
  [[nodiscard]] std::string open_clock();
  void look_at_present(std::uint16_t request);
  Heard receive(NetworkNews& news);
  void await_events();
  void await_clock();
  void arm_clock() noexcept;
  void look_at_clocks();
  void gather();
  void tell();

  Log& log_;
  Descriptor netlink_, clock_;
  Timer timer_;
  OnHappened on_happened_;
  NetworkState state_;
  ClockReading clocks_;
  std::optional<Happened> gathered_;
  std::uint64_t malformed_ = 0;
  std::vector<std::uint8_t> buffer_;
};

}  // namespace godwit::daemon
