// iterator::Timers of one worker: the deadline table, which its event loop asks how long it may
// sleep and what is due. On the worker's thread.
#pragma once

#include <optional>

#include "daemon/deadline_table.h"
#include "iterator/seams.h"

namespace godwit::daemon {

class WorkerTimers final : public iterator::Timers {
 public:
  explicit WorkerTimers(const iterator::Clock& clock) : clock_(clock) {}

  Token at(iterator::Time when, std::function<void()> call) override {
    return table_.add(when, std::move(call));
  }
  void cancel(Token token) noexcept override { table_.cancel(token); }

  // Something new happens, at a time of its own.
  void look_again() const noexcept { clock_.look_again(); }
  // Until the earliest deadline, negative when it is over; empty: there is none.
  [[nodiscard]] std::optional<iterator::Duration> time_left() const {
    const auto earliest = table_.earliest();
    if (!earliest) return std::nullopt;
    clock_.look_again();
    return *earliest - clock_.now();
  }
  // Makes the calls that are due. One that throws leaves the rest for the next time.
  void fire() {
    if (table_.size() == 0) return;
    clock_.look_again();
    table_.run_due(clock_.now());
  }

 private:
  const iterator::Clock& clock_;
  DeadlineTable table_;
};

}  // namespace godwit::daemon
