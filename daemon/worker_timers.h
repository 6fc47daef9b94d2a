// iterator::Timers of one worker: the deadline table, driven by one timer of the io_context. On the
// worker's thread.
#pragma once

#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/io_context.hpp>

#include "daemon/deadline_table.h"
#include "iterator/seams.h"

namespace godwit::daemon {

class WorkerTimers final : public iterator::Timers {
 public:
  WorkerTimers(boost::asio::io_context& io, const iterator::Clock& clock);

  Token at(iterator::Time when, std::function<void()> call) override;
  void cancel(Token token) noexcept override { table_.cancel(token); }
  // Fires nothing more; what was asked for is forgotten.
  void stop() noexcept;

 private:
  using SystemTimer =
      boost::asio::basic_waitable_timer<std::chrono::steady_clock,
                                        boost::asio::wait_traits<std::chrono::steady_clock>,
                                        iterator::Executor>;
  void arm(iterator::Time when);
  void fire();
  void rearm();
  const iterator::Clock& clock_;
  DeadlineTable table_;
  SystemTimer timer_;
  std::optional<iterator::Time> armed_;
  bool stopped_ = false;
};

}  // namespace godwit::daemon
