// One epoll_wait that does not block takes up to 64 events; Asio waits for the set as a whole.
#include "daemon/event_loop.h"

#include <system_error>

namespace godwit::daemon {

EventLoop::EventLoop(boost::asio::io_context& io) : set_(io) {
  const int fd = ::epoll_create1(EPOLL_CLOEXEC);
  if (fd < 0) throw std::system_error(errno, std::generic_category(), "epoll_create1");
  set_.assign(fd);
}

bool EventLoop::add(int fd, std::uint32_t events, EventHandler& handler) noexcept {
  epoll_event event{};
  event.events = events;
  event.data.ptr = &handler;
  return ::epoll_ctl(set_.native_handle(), EPOLL_CTL_ADD, fd, &event) == 0;
}

bool EventLoop::change(int fd, std::uint32_t events, EventHandler& handler) noexcept {
  epoll_event event{};
  event.events = events;
  event.data.ptr = &handler;
  return ::epoll_ctl(set_.native_handle(), EPOLL_CTL_MOD, fd, &event) == 0;
}

void EventLoop::remove(int fd, const EventHandler& handler) noexcept {
  forget(handler);
  epoll_event unused{};
  ::epoll_ctl(set_.native_handle(), EPOLL_CTL_DEL, fd, &unused);
}

void EventLoop::forget(const EventHandler& handler) noexcept {
  for (int i = event_next_; i < event_count_; ++i)
    if (events_[static_cast<std::size_t>(i)].data.ptr == &handler)
      events_[static_cast<std::size_t>(i)].data.ptr = nullptr;
}

void EventLoop::finish_turn() {
  for (const auto& call : turn_end_) call();
}

void EventLoop::stop() noexcept {
  stopped_ = true;
  boost::system::error_code ignored;
  set_.cancel(ignored);
}

void EventLoop::start() {
  if (!waiting_ && !stopped_) wait();
}

void EventLoop::wait() {
  set_.async_wait(boost::asio::posix::descriptor_base::wait_read,
                  [this](const boost::system::error_code& error) {
                    waiting_ = false;
                    if (error || stopped_) return;
                    turn();
                    wait();
                  });
  waiting_ = true;
}

void EventLoop::turn() {
  in_turn_ = true;
  ++turns_;
  std::exception_ptr first_error;
  for (int round = 0; round < waits_per_turn && !stopped_; ++round) {
    event_count_ = ::epoll_wait(set_.native_handle(), events_.data(), events_per_wait, 0);
    const bool more = event_count_ == events_per_wait;
    handle_events(first_error);
    if (!more) break;
  }
  in_turn_ = false;
  finish_turn();
  if (first_error) std::rethrow_exception(first_error);
}

void EventLoop::handle_events(std::exception_ptr& first_error) {
  for (event_next_ = 0; event_next_ < event_count_;) {
    const auto& event = events_[static_cast<std::size_t>(event_next_++)];
    if (event.data.ptr == nullptr) continue;
    try {
      static_cast<EventHandler*>(event.data.ptr)->on_events(event.events);
    } catch (...) {
      if (!first_error) first_error = std::current_exception();
    }
  }
  event_count_ = event_next_ = 0;
}

}  // namespace godwit::daemon
