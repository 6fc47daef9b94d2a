// A connection is one chain of waits at a time: octets, room to send, another turn of the loop for
// the next piece of an answer, or somebody who does the work for it. It ends with the last of them.
#include "daemon/control_listener.h"

#include <unistd.h>

#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>

namespace godwit::daemon {
namespace {

using boost::system::error_code;

// Where the system has no more descriptors, others are not to be starved by trying.
constexpr std::chrono::milliseconds control_accept_pause{100};

constexpr std::string_view full =
    R"({"done":true,"error":"there are as many connections as are taken","kind":"negative"})"
    "\n";
constexpr std::string_view forbidden =
    R"({"done":true,"error":"only root and the user of godwitd may ask","kind":"negative"})"
    "\n";

}  // namespace

class ControlListener::Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection(Protocol::socket socket, const ControlListener& listener)
      : socket_(std::move(socket)),
        timer_(listener.io_),
        limits_(listener.limits_),
        handler_(listener.handler_),
        open_(listener.open_),
        session_(*handler_, limits_) {
    ++*open_;
  }
  ~Connection() { --*open_; }

  // Does what there is to do and waits for what comes next.
  void go_on() {
    session_.work();
    if (session_.is_over()) return close();
    if (!session_.unsent().empty()) return send();
    if (auto* const answer = session_.waiting()) return wait_for_others(*answer);
    if (session_.has_work()) return wait_for_turn();
    receive();
  }

 private:
  void close() noexcept {
    error_code ignored;
    timer_.cancel();
    socket_.close(ignored);
  }
  void arm() {
    timer_.expires_after(limits_.idle_time);
    timer_.async_wait([self = weak_from_this()](const error_code& error) {
      const auto here = self.lock();
      if (!error && here) here->close();
    });
  }
  // Whoever comes with the piece is on another thread, and must not be left with the last hold of
  // this. Until then it is held by the watch for the reader's leaving.
  void wait_for_others(ControlAnswer& answer) {
    watch_reader();
    timer_.expires_after(answer.waiting_time());
    timer_.async_wait([self = weak_from_this(), wait = ++waits_](const error_code& error) {
      const auto here = self.lock();
      if (!error && here && here->waits_ == wait) here->on_waited_too_long();
    });
    answer.when_ready([self = weak_from_this(), loop = socket_.get_executor()] {
      boost::asio::post(loop, [self] {
        if (const auto here = self.lock()) here->on_ready();
      });
    });
  }
  void on_waited_too_long() {
    auto* const answer = session_.waiting();
    if (answer == nullptr) return;
    answer->stop_waiting();
    on_ready();
  }
  void on_ready() {
    error_code ignored;
    socket_.cancel(ignored);
    go_on();
  }
  void watch_reader() {
    socket_.async_wait(Protocol::socket::wait_error,
                       [self = shared_from_this()](const error_code& error) {
                         if (error != boost::asio::error::operation_aborted) self->close();
                       });
  }
  void wait_for_turn() {
    arm();
    boost::asio::post(socket_.get_executor(), [self = shared_from_this()] { self->go_on(); });
  }
  void receive() {
    arm();
    socket_.async_read_some(
        boost::asio::buffer(buffer_),
        [self = shared_from_this()](const error_code& error, std::size_t octets) {
          if (error) return self->close();
          self->session_.take({self->buffer_.data(), octets});
          self->go_on();
        });
  }
  // Nothing is made meanwhile: what is sent stays where it is.
  void send() {
    arm();
    socket_.async_write_some(
        boost::asio::buffer(session_.unsent().data(), session_.unsent().size()),
        [self = shared_from_this()](const error_code& error, std::size_t octets) {
          if (error) return self->close();
          self->session_.sent(octets);
          self->go_on();
        });
  }

  Protocol::socket socket_;
  Timer timer_;
  const ControlLimits limits_;
  const std::shared_ptr<const ControlSession::Handler> handler_;
  const std::shared_ptr<std::size_t> open_;
  ControlSession session_;
  std::array<char, 1'024> buffer_{};
  std::uint64_t waits_ = 0;
};

ControlListener::ControlListener(boost::asio::io_context& io, OpenedControl opened, Log& log)
    : io_(io),
      log_(log),
      path_(std::move(opened.path)),
      audience_(opened.audience),
      own_user_(::geteuid()),
      acceptor_(io, Protocol(), opened.socket.release()),
      pause_(io) {}

ControlListener::~ControlListener() {
  stop();
}

void ControlListener::start(ControlSession::Handler handler) {
  handler_ = std::make_shared<const ControlSession::Handler>(std::move(handler));
  accept();
}

void ControlListener::stop() noexcept {
  if (is_stopped_) return;
  is_stopped_ = true;
  error_code ignored;
  acceptor_.close(ignored);
  pause_.cancel();
  ::unlink(path_.c_str());
}

void ControlListener::accept() {
  acceptor_.async_accept([this](const error_code& error, Protocol::socket socket) {
    if (error == boost::asio::error::operation_aborted || is_stopped_) return;
    if (!error) {
      welcome(std::move(socket));
      return accept();
    }
    log_.noisy("control-accept-failed", {{"reason", error.message()}});
    pause_.expires_after(control_accept_pause);
    pause_.async_wait([this](const error_code& cancelled) {
      if (!cancelled) accept();
    });
  });
}

void ControlListener::welcome(Protocol::socket socket) {
  const bool allowed = is_control_peer_allowed(socket.native_handle(), audience_, own_user_);
  if (allowed && *open_ < limits_.connections_max) {
    std::make_shared<Connection>(std::move(socket), *this)->go_on();
    return;
  }
  log_.noisy(allowed ? "control-full" : "control-forbidden", {});
  error_code ignored;
  socket.non_blocking(true, ignored);
  const auto reason = allowed ? full : forbidden;
  (void)socket.write_some(boost::asio::buffer(reason.data(), reason.size()), ignored);
}

}  // namespace godwit::daemon
