// One epoll_wait takes up to 64 events. Whoever posts rings only a loop that sleeps or is about to:
// the loop says that it sleeps before it looks at the mailbox for the last time, the poster looks
// whether it sleeps after he has put in his call, so that one of them sees the other.
#include "daemon/event_loop.h"

#include <sys/eventfd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

namespace godwit::daemon {

EventLoop::EventLoop(WorkerTimers& timers) : timers_(timers), set_(::epoll_create1(EPOLL_CLOEXEC)) {
  bell_.fd = Fd(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC));
  if (!set_.valid() || !bell_.fd.valid() || !add(bell_.fd.get(), EPOLLIN | EPOLLET, bell_))
    throw std::system_error(errno, std::generic_category(), "event loop");
}

bool EventLoop::add(int fd, std::uint32_t events, EventHandler& handler) noexcept {
  epoll_event event{};
  event.events = events;
  event.data.ptr = &handler;
  return ::epoll_ctl(set_.get(), EPOLL_CTL_ADD, fd, &event) == 0;
}

bool EventLoop::change(int fd, std::uint32_t events, EventHandler& handler) noexcept {
  epoll_event event{};
  event.events = events;
  event.data.ptr = &handler;
  return ::epoll_ctl(set_.get(), EPOLL_CTL_MOD, fd, &event) == 0;
}

void EventLoop::remove(int fd, const EventHandler& handler) noexcept {
  forget(handler);
  epoll_event unused{};
  ::epoll_ctl(set_.get(), EPOLL_CTL_DEL, fd, &unused);
}

void EventLoop::forget(const EventHandler& handler) noexcept {
  for (int i = event_next_; i < event_count_; ++i)
    if (events_[static_cast<std::size_t>(i)].data.ptr == &handler)
      events_[static_cast<std::size_t>(i)].data.ptr = nullptr;
}

void EventLoop::finish_turn() {
  for (const auto& call : turn_end_) call();
}

void EventLoop::post(std::function<void()> call) {
  {
    const std::lock_guard lock(mutex_);
    posted_.push_back(std::move(call));
    has_posted_.store(true);
  }
  if (sleeps_.exchange(false)) (void)::eventfd_write(bell_.fd.get(), 1);
}

// The edge has woken the loop; the number needs no reading, only room for the next ring.
void EventLoop::Bell::on_events(std::uint32_t) {
  eventfd_t rings = 0;
  (void)::eventfd_read(fd.get(), &rings);
}

void EventLoop::run() {
  while (!stopped_) turn(Patience::until_something_comes);
}

int EventLoop::milliseconds_to_sleep() const {
  const auto left = timers_.time_left();
  if (!left) return -1;
  constexpr std::chrono::milliseconds longest{60'000};
  const auto whole = std::chrono::ceil<std::chrono::milliseconds>(*left);
  return static_cast<int>(std::clamp(whole, std::chrono::milliseconds(0), longest).count());
}

int EventLoop::wait(Patience patience) {
  int timeout = 0;
  if (patience == Patience::until_something_comes && !has_posted_.load()) {
    timeout = milliseconds_to_sleep();
    sleeps_.store(true);
    if (has_posted_.load()) timeout = 0;
  }
  const int count = ::epoll_wait(set_.get(), events_.data(), events_per_wait, timeout);
  sleeps_.store(false, std::memory_order_relaxed);
  return std::max(count, 0);
}

void EventLoop::turn(Patience patience) {
  ++turns_;
  std::exception_ptr first_error;
  for (int round = 0; round < waits_per_turn && !stopped_; ++round) {
    event_count_ = wait(round == 0 ? patience : Patience::none);
    in_turn_ = true;
    const bool more = event_count_ == events_per_wait;
    handle_events(first_error);
    if (!more) break;
  }
  try {
    timers_.fire();
  } catch (...) {
    if (!first_error) first_error = std::current_exception();
  }
  make_posted_calls(first_error);
  in_turn_ = false;
  finish_turn();
  if (first_error) std::rethrow_exception(first_error);
}

void EventLoop::handle_events(std::exception_ptr& first_error) {
  for (event_next_ = 0; event_next_ < event_count_;) {
    const auto& event = events_[static_cast<std::size_t>(event_next_++)];
    if (event.data.ptr == nullptr) continue;
    timers_.look_again();
    try {
      static_cast<EventHandler*>(event.data.ptr)->on_events(event.events);
    } catch (...) {
      if (!first_error) first_error = std::current_exception();
    }
  }
  event_count_ = event_next_ = 0;
}

// What these post has its turn in the next.
void EventLoop::make_posted_calls(std::exception_ptr& first_error) {
  if (!has_posted_.load(std::memory_order_relaxed)) return;
  {
    const std::lock_guard lock(mutex_);
    being_made_.swap(posted_);
    has_posted_.store(false);
  }
  for (auto& call : being_made_) {
    timers_.look_again();
    try {
      call();
    } catch (...) {
      if (!first_error) first_error = std::current_exception();
    }
  }
  being_made_.clear();
}

}  // namespace godwit::daemon
