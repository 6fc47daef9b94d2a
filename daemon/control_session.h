// One connection of the control socket without its socket: octets in, octets out, one request after
// the other. Bounded whatever comes in and however slowly the answers are taken. One thread.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "daemon/control_answer.h"
#include "daemon/control_request.h"

namespace godwit::daemon {

struct ControlLimits {
  std::size_t connections_max = 16;
  // Pieces of an answer are made while less than this is waiting to be taken. Octets.
  std::size_t unread_octets_max = 64 << 10;
  // Of a connection on which nothing is received or taken.
  std::chrono::milliseconds idle_time{30'000};
};

class ControlSession {
 public:
  // Begins an answer.
  using Handler = std::function<void(const ControlRequest&, ControlAnswer&)>;
  // `handler` outlives this.
  ControlSession(const Handler& handler, const ControlLimits& limits) noexcept
      : handler_(handler), limits_(limits) {}

  // What was received. Owed only when there is nothing to do and nothing unsent.
  void take(std::string_view octets);

  // Whether work() has something to do.
  [[nodiscard]] bool has_work() const {
    return answer_ && !answer_->is_waiting() && unsent_.size() < limits_.unread_octets_max;
  }
  // The answer that nothing can be done for until somebody else has done his part; null: there is
  // none.
  [[nodiscard]] ControlAnswer* waiting() {
    return answer_ && answer_->is_waiting() ? &*answer_ : nullptr;
  }
  // Makes one piece of the answer, or begins the next answer.
  void work();

  // Lifetime: until the next call of anything else.
  [[nodiscard]] std::string_view unsent() const noexcept { return unsent_; }
  void sent(std::size_t octets);
  // All has been said and taken: close it.
  [[nodiscard]] bool is_over() const noexcept { return is_ending_ && !answer_ && unsent_.empty(); }

 private:
  void begin_next();
  void begin(std::string_view line);
  const Handler& handler_;
  const ControlLimits limits_;
  std::string received_;  // of requests that have not begun
  std::optional<ControlAnswer> answer_;
  std::string unsent_;
  bool is_ending_ = false;
};

}  // namespace godwit::daemon
