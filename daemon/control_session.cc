// Requests are answered in their order; one that is too long ends the connection, for where the
// next begins is not known.
#include "daemon/control_session.h"

#include <exception>

namespace godwit::daemon {

void ControlSession::take(std::string_view octets) {
  received_ += octets;
  begin_next();
}

void ControlSession::begin_next() {
  if (answer_) return;
  const auto end = received_.find('\n');
  if (end == received_.npos && received_.size() <= control_request_octets_max) return;
  if (end == received_.npos || end > control_request_octets_max) {
    is_ending_ = true;
    received_.clear();
    answer_.emplace().fail(ControlFailure::request,
                           std::string(to_text(ControlRequestError::too_long)));
    return;
  }
  const std::string line = received_.substr(0, end);
  received_.erase(0, end + 1);
  begin(line);
}

void ControlSession::begin(std::string_view line) {
  auto& answer = answer_.emplace();
  const auto request = read_control_request(line);
  if (!request) return answer.fail(ControlFailure::request, std::string(to_text(request.error())));
  try {
    handler_(*request, answer);
  } catch (const std::exception& error) {
    answer.fail(ControlFailure::negative, error.what());
  }
}

void ControlSession::work() {
  if (!has_work()) return;
  try {
    answer_->advance();
  } catch (const std::exception& error) {
    answer_->fail(ControlFailure::negative, error.what());
  }
  unsent_ += answer_->take_octets();
  if (!answer_->is_complete()) return;
  answer_.reset();
  begin_next();
}

void ControlSession::sent(std::size_t octets) {
  unsent_.erase(0, octets);
}

}  // namespace godwit::daemon
