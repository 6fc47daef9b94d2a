#include "daemon/control_answer.h"

#include <boost/json/serialize.hpp>

namespace godwit::daemon {

void ControlAnswer::line(const boost::json::object& members) {
  octets_ += boost::json::serialize(members);
  octets_ += '\n';
}

void ControlAnswer::fail(ControlFailure kind, std::string text) {
  kind_ = kind;
  error_ = std::move(text);
  has_failed_ = true;
}

void ControlAnswer::advance() {
  if (is_complete_) return;
  if (has_failed_ || !next_ || !next_(*this)) end();
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
