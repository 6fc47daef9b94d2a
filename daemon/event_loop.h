// A worker's loop: one epoll set that the thread blocks in, the deadline table for how long, and a
// mailbox for what other threads want done. Coroutines go on inside the handlers that they waited
// for. A turn costs one epoll_wait and what its handlers do. Each event and each call has a time of
// its own, which the clock may tell for as long as it lasts. On the worker's thread, but for
// post().
#pragma once

#include <sys/epoll.h>

#include <array>
#include <atomic>
#include <exception>
#include <functional>
#include <mutex>
#include <vector>

#include "daemon/fd.h"
#include "daemon/worker_timers.h"

namespace godwit::daemon {

class EventHandler {
 public:
  virtual void on_events(std::uint32_t events) = 0;  // EPOLLIN, EPOLLOUT, EPOLLERR, EPOLLHUP

 protected:
  ~EventHandler() = default;
};

class EventLoop final : public iterator::Mailbox {
 public:
  explicit EventLoop(WorkerTimers& timers);
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

  // Has `call` made by the loop, in its next turn. From any thread. Cost: a system call when the
  // loop sleeps.
  void post(std::function<void()> call) override;

  // Turns until stop(). To be called again when a handler has thrown, which ends it after the turn.
  void run();
  void stop() noexcept { stopped_ = true; }
  enum class Patience : std::uint8_t { none, until_something_comes };
  // One turn: events, deadlines, posted calls, the end-of-turn calls.
  void turn(Patience patience);
  [[nodiscard]] std::uint64_t turns() const noexcept { return turns_; }

 private:
  // Rung by other threads.
  struct Bell final : EventHandler {
    void on_events(std::uint32_t events) override;
    Fd fd;
  };
  static constexpr int events_per_wait = 64;
  static constexpr int waits_per_turn = 4;  // then deadlines and posted calls have their turn
  int wait(Patience patience);
  void handle_events(std::exception_ptr& first_error);
  void make_posted_calls(std::exception_ptr& first_error);
  [[nodiscard]] int milliseconds_to_sleep() const;
  WorkerTimers& timers_;
  Fd set_;
  Bell bell_;
  std::array<epoll_event, events_per_wait> events_{};
  int event_count_ = 0, event_next_ = 0;
  bool in_turn_ = false, stopped_ = false;
  std::uint64_t turns_ = 0;
  std::vector<std::function<void()>> turn_end_;

  std::mutex mutex_;
  std::vector<std::function<void()>> posted_;  // guarded by mutex_
  std::atomic<bool> has_posted_{false};
  std::atomic<bool> sleeps_{false};
  std::vector<std::function<void()>> being_made_;
};

}  // namespace godwit::daemon
