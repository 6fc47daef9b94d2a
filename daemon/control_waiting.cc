#include "daemon/control_waiting.h"

#include <utility>

namespace godwit::daemon {

void ControlWait::when_ready(std::function<void()> wake) {
  {
    const std::lock_guard guard(mutex_);
    if (!is_ready_) {
      wake_ = std::move(wake);
      return;
    }
  }
  wake();
}

bool ControlWait::is_ready() const {
  const std::lock_guard guard(mutex_);
  return is_ready_;
}

ControlPiece ControlWait::take() {
  const std::lock_guard guard(mutex_);
  return std::exchange(piece_, nullptr);
}

void ControlWait::abandon() noexcept {
  const std::lock_guard guard(mutex_);
  is_wanted_ = false;
  wake_ = nullptr;
}

void ControlWait::fill(ControlPiece piece) {
  std::function<void()> wake;
  {
    const std::lock_guard guard(mutex_);
    if (is_ready_) return;
    is_ready_ = true;
    if (is_wanted_) piece_ = std::move(piece);
    wake = std::exchange(wake_, nullptr);
  }
  if (wake) wake();
}

bool ControlWait::is_wanted() const {
  const std::lock_guard guard(mutex_);
  return is_wanted_;
}

}  // namespace godwit::daemon
