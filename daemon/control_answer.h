// What a command says: lines of JSON, the last of which has "done". A long answer is made piece by
// piece, as the reader takes it; one that needs work elsewhere waits for it (control_waiting.h).
// One thread.
#pragma once

#include <boost/json/object.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "daemon/control_waiting.h"

namespace godwit::daemon {

// Why an answer ends with an error; a script's exit status follows from it.
enum class ControlFailure : std::uint8_t {
  request,   // it cannot be understood
  negative,  // it was understood, and the answer is no
};

class ControlAnswer {
 public:
  using Piece = ControlPiece;
  ControlAnswer() = default;
  ControlAnswer(const ControlAnswer&) = delete;
  ControlAnswer& operator=(const ControlAnswer&) = delete;
  ~ControlAnswer();

  void line(const boost::json::object& members);
  // The rest follows, piece by piece.
  void go_on(Piece next) { next_ = std::move(next); }
  // The rest follows from somebody else, on any thread; when that takes longer than `time`, the
  // answer ends with an error. One wait at a time; a piece that waits says true.
  [[nodiscard]] ControlContinuation wait(std::chrono::milliseconds time);
  // Ends the answer with an error.
  void fail(ControlFailure kind, std::string text);
  [[nodiscard]] bool has_failed() const noexcept { return has_failed_; }

  // For who sends it: makes one more piece if there are more, then the last line. Nothing while
  // is_waiting().
  void advance();
  [[nodiscard]] bool is_complete() const noexcept { return is_complete_; }
  // Whether nothing can be done before the continuation is used, or the time for it is over.
  [[nodiscard]] bool is_waiting() const { return wait_ && !has_failed_ && !wait_->is_ready(); }
  [[nodiscard]] std::chrono::milliseconds waiting_time() const noexcept { return waiting_time_; }
  // See ControlWait::when_ready; while is_waiting().
  void when_ready(std::function<void()> wake) { wait_->when_ready(std::move(wake)); }
  // The time is over.
  void stop_waiting();
  [[nodiscard]] std::string take_octets() noexcept { return std::exchange(octets_, {}); }

 private:
  void take_continuation();
  void end();
  std::string octets_;
  Piece next_;
  std::shared_ptr<ControlWait> wait_;
  std::chrono::milliseconds waiting_time_{0};
  ControlFailure kind_ = ControlFailure::request;
  std::string error_;
  bool has_failed_ = false;
  bool is_complete_ = false;
};

}  // namespace godwit::daemon
