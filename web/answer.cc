#include "web/answer.h"

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <utility>

namespace godwit::web {

bool AnswerReader::end(Answer::Outcome outcome, std::string error) {
  answer_.outcome = outcome;
  answer_.error = std::move(error);
  is_complete_ = true;
  return true;
}

bool AnswerReader::take(std::string_view octets) {
  while (!is_complete_ && !octets.empty()) {
    const auto end_of_line = octets.find('\n');
    const auto part = octets.substr(0, end_of_line);
    octets_ += part.size();
    if (octets_ > answer_octets_max)
      return end(Answer::Outcome::broken, "the answer of godwitd is longer than is taken");
    rest_ += part;
    if (end_of_line == octets.npos) break;
    octets.remove_prefix(end_of_line + 1);
    if (take_line(std::exchange(rest_, {}))) return true;
  }
  return is_complete_;
}

bool AnswerReader::take_line(std::string_view line) {
  boost::system::error_code error;
  const auto value = boost::json::parse(line, error);
  const auto* const members = value.if_object();
  if (error || members == nullptr)
    return end(Answer::Outcome::broken,
               "what answers on the socket does not speak as godwitd does");
  if (!members->contains("done")) {
    answer_.lines.emplace_back(line);
    return false;
  }
  const auto* const reason = members->if_contains("error");
  if (reason == nullptr || !reason->is_string()) return end(Answer::Outcome::told, {});
  const auto* const kind = members->if_contains("kind");
  const bool is_request = kind != nullptr && *kind == "request";
  return end(is_request ? Answer::Outcome::not_understood : Answer::Outcome::negative,
             std::string(reason->get_string()));
}

Answer AnswerReader::finish() {
  if (!is_complete_) end(Answer::Outcome::broken, "the answer of godwitd broke off");
  return std::move(answer_);
}

}  // namespace godwit::web
