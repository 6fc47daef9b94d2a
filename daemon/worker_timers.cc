// The system timer is set again only for a deadline earlier than the one it is set for: most
// deadlines are cancelled long before, and a wake-up for nothing every few hundred milliseconds
// costs less than a system call for each.
#include "daemon/worker_timers.h"

namespace godwit::daemon {

WorkerTimers::WorkerTimers(boost::asio::io_context& io, const iterator::Clock& clock)
    : clock_(clock), timer_(io) {}

iterator::Timers::Token WorkerTimers::at(iterator::Time when, std::function<void()> call) {
  const auto token = table_.add(when, std::move(call));
  if (!stopped_ && (!armed_ || when < *armed_)) arm(when);
  return token;
}

void WorkerTimers::stop() noexcept {
  stopped_ = true;
  timer_.cancel();
}

void WorkerTimers::arm(iterator::Time when) {
  armed_ = when;
  timer_.expires_after(std::chrono::ceil<std::chrono::steady_clock::duration>(when - clock_.now()));
  timer_.async_wait([this](const boost::system::error_code& error) {
    if (!error) fire();
  });
}

void WorkerTimers::fire() {
  armed_.reset();
  try {
    table_.run_due(clock_.now());
  } catch (...) {
    rearm();
    throw;
  }
  rearm();
}

void WorkerTimers::rearm() {
  const auto next = table_.earliest();
  if (next && !stopped_ && (!armed_ || *next < *armed_)) arm(*next);
}

}  // namespace godwit::daemon
