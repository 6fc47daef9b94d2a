// The control socket and its connections. Main thread: no worker waits for it, and it for no
// worker.
#pragma once

#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <memory>
#include <string>

#include "daemon/control_session.h"
#include "daemon/control_socket.h"
#include "daemon/fd.h"
#include "daemon/log.h"

namespace godwit::daemon {

// A socket of open_control_socket() and its file.
struct OpenedControl {
  Fd socket;
  std::string path;
  ControlAudience audience = ControlAudience::owner;
};

class ControlListener {
 public:
  // The file is removed at the end.
  ControlListener(boost::asio::io_context& io, OpenedControl opened, Log& log);
  ~ControlListener();
  ControlListener(const ControlListener&) = delete;
  ControlListener& operator=(const ControlListener&) = delete;

  void start(ControlSession::Handler handler);
  // No more connections; what is under way ends with the loop.
  void stop() noexcept;

 private:
  class Connection;
  using Protocol = boost::asio::local::stream_protocol;
  using Timer = boost::asio::basic_waitable_timer<std::chrono::steady_clock>;
  void accept();
  void welcome(Protocol::socket socket);

  boost::asio::io_context& io_;
  Log& log_;
  const std::string path_;
  const ControlAudience audience_;
  const ControlLimits limits_;
  const uid_t own_user_;
  Protocol::acceptor acceptor_;
  Timer pause_;
  std::shared_ptr<const ControlSession::Handler> handler_;
  std::shared_ptr<std::size_t> open_ = std::make_shared<std::size_t>(0);
  bool is_stopped_ = false;
};

}  // namespace godwit::daemon
