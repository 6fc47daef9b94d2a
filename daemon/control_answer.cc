#include "daemon/control_answer.h"

#include <boost/json/serialize.hpp>

namespace godwit::daemon {

ControlAnswer::~ControlAnswer() {
  if (wait_) wait_->abandon();
}

void ControlAnswer::line(const boost::json::object& members) {
  octets_ += boost::json::serialize(members);
  octets_ += '\n';
}

ControlContinuation ControlAnswer::wait(std::chrono::milliseconds time) {
  if (wait_) wait_->abandon();
  wait_ = std::make_shared<ControlWait>();
  waiting_time_ = time;
  return ControlContinuation(wait_);
}

void ControlAnswer::fail(ControlFailure kind, std::string text) {
  kind_ = kind;
  error_ = std::move(text);
  has_failed_ = true;
}

void ControlAnswer::stop_waiting() {
  fail(ControlFailure::negative, "what was asked for is not done within its time");
}

void ControlAnswer::advance() {
  if (is_complete_ || is_waiting()) return;
  take_continuation();
  // A piece may replace itself by another one, or wait.
  Piece piece = has_failed_ ? Piece() : std::exchange(next_, nullptr);
  const bool goes_on = piece && piece(*this);
  if (goes_on && !next_ && !wait_) next_ = std::move(piece);
  if (has_failed_ || (!goes_on && !wait_)) end();
}

void ControlAnswer::take_continuation() {
  if (!wait_) return;
  wait_->abandon();
  next_ = wait_->take();
  wait_ = nullptr;
  if (!next_ && !has_failed_) fail(ControlFailure::negative, "the work was broken off");
}

void ControlAnswer::end() {
  boost::json::object last{{"done", true}, {"error", nullptr}};
  if (has_failed_) {
    last["error"] = error_;
    last["kind"] = kind_ == ControlFailure::request ? "request" : "negative";
  }
  line(last);
  next_ = nullptr;
  is_complete_ = true;
}

}  // namespace godwit::daemon
