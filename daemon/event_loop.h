// Readiness of a worker's sockets: an epoll set of our own, itself one descriptor in the
// io_context. A socket that lives for one exchange costs one system call to add and none to
// remove (close does), and a turn of the loop takes many events at once. On the worker's thread.
#pragma once

#include <sys/epoll.h>

#include <array>
#include <boost/asio/posix/basic_stream_descriptor.hpp>
#include <exception>
#include <functional>
#include <vector>

#include "iterator/task.h"

namespace godwit::daemon {

class EventHandler {
 public:
  virtual void on_events(std::uint32_t events) = 0;  // EPOLLIN, EPOLLOUT, EPOLLERR, EPOLLHUP

 protected:
  ~EventHandler() = default;
};

class EventLoop {
 public:
  explicit EventLoop(boost::asio::io_context& io);
  EventLoop(const EventLoop&) = delete;
  EventLoop& operator=(const EventLoop&) = delete;

  // `handler` must live until it is removed. False when the system refuses (no memory).
  [[nodiscard]] bool add(int fd, std::uint32_t events, EventHandler& handler) noexcept;
  bool change(int fd, std::uint32_t events, EventHandler& handler) noexcept;
  // Before the descriptor is closed and before the handler goes: events of this turn that are
  // still to come for it are dropped.
  void remove(int fd, const EventHandler& handler) noexcept;
  // As remove, for a descriptor that is closed next, which takes it out of the set.
  void forget(const EventHandler& handler) noexcept;

  // Called at the end of each turn, and of finish_turn(): batches are sent then.
  void at_turn_end(std::function<void()> call) { turn_end_.push_back(std::move(call)); }
  // Whether a turn is under way; who adds to a batch outside of one calls finish_turn().
  [[nodiscard]] bool in_turn() const noexcept { return in_turn_; }
  void finish_turn();

  // Waits for events, unless it does already. To be called again when a handler has thrown, which
  // leaves the io_context's run() at the end of the turn: the edges of others come only once.
  void start();
  void stop() noexcept;
  [[nodiscard]] std::uint64_t turns() const noexcept { return turns_; }

 private:
  static constexpr int events_per_wait = 64;
  static constexpr int waits_per_turn = 4;  // then timers and posted work have their turn
  void wait();
  void turn();
  void handle_events(std::exception_ptr& first_error);
  boost::asio::posix::basic_stream_descriptor<iterator::Executor> set_;
  std::array<epoll_event, events_per_wait> events_{};
  int event_count_ = 0, event_next_ = 0;
  bool waiting_ = false, in_turn_ = false, stopped_ = false;
  std::uint64_t turns_ = 0;
  std::vector<std::function<void()>> turn_end_;
};

}  // namespace godwit::daemon
