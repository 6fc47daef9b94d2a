#include "daemon/control_request.h"

#include <boost/json/parse.hpp>
#include <charconv>

namespace godwit::daemon {

std::string_view to_text(ControlRequestError error) noexcept {
  switch (error) {
    case ControlRequestError::too_long:
      return "a request is longer than is taken";
    case ControlRequestError::not_json:
      return "a request is no line of JSON";
    case ControlRequestError::not_an_object:
      return "a request is no JSON object";
    case ControlRequestError::no_command:
      return "a request has no command";
  }
  return "a request cannot be read";
}

boost::system::result<ControlRequest, ControlRequestError> read_control_request(
    std::string_view line) {
  if (line.size() > control_request_octets_max) return ControlRequestError::too_long;
  boost::json::parse_options options;
  options.max_depth = control_request_depth_max;
  boost::system::error_code error;
  boost::json::value value = boost::json::parse(line, error, {}, options);
  if (error) return ControlRequestError::not_json;
  auto* const members = value.if_object();
  if (members == nullptr) return ControlRequestError::not_an_object;
  const auto* const command = members->if_contains("command");
  const auto* const text = command == nullptr ? nullptr : command->if_string();
  if (text == nullptr || text->empty()) return ControlRequestError::no_command;
  std::string name(*text);
  return ControlRequest(std::move(name), std::move(*members));
}

std::string_view ControlRequest::text(std::string_view key) const noexcept {
  const auto* const member = members_.if_contains(key);
  const auto* const text = member == nullptr ? nullptr : member->if_string();
  return text == nullptr ? std::string_view() : std::string_view(*text);
}

bool ControlRequest::flag(std::string_view key) const noexcept {
  const auto* const member = members_.if_contains(key);
  const auto* const flag = member == nullptr ? nullptr : member->if_bool();
  return flag != nullptr && *flag;
}

std::optional<std::uint64_t> ControlRequest::number(std::string_view key) const noexcept {
  const auto* const member = members_.if_contains(key);
  if (member == nullptr) return std::nullopt;
  if (const auto* const whole = member->if_int64(); whole != nullptr && *whole >= 0)
    return static_cast<std::uint64_t>(*whole);
  const auto* const digits = member->if_string();
  if (digits == nullptr || digits->empty()) return std::nullopt;
  std::uint64_t out = 0;
  const char* const end = digits->data() + digits->size();
  const auto result = std::from_chars(digits->data(), end, out);
  if (result.ec != std::errc{} || result.ptr != end) return std::nullopt;
  return out;
}

}  // namespace godwit::daemon
