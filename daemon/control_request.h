// A request on the control socket: one line of JSON, {"command": "...", ...}. Pure; the octets are
// hostile.
#pragma once

#include <boost/json/object.hpp>
#include <boost/system/result.hpp>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace godwit::daemon {

// The longest line, without its end.
inline constexpr std::size_t control_request_octets_max = 4'096;
// How deep values lie in one another: an object of lists is the most that a command takes.
inline constexpr std::size_t control_request_depth_max = 4;

enum class ControlRequestError : std::uint8_t {
  too_long,
  not_json,
  not_an_object,
  no_command,  // or one that is no text
};
[[nodiscard]] std::string_view to_text(ControlRequestError error) noexcept;

class ControlRequest {
 public:
  ControlRequest(std::string command, boost::json::object members)
      : command_(std::move(command)), members_(std::move(members)) {}

  [[nodiscard]] const std::string& command() const noexcept { return command_; }
  // A member that is a text; empty: there is none. Lifetime: the request's.
  [[nodiscard]] std::string_view text(std::string_view key) const noexcept;
  // Whether a member is `true`.
  [[nodiscard]] bool flag(std::string_view key) const noexcept;
  // A member that is a whole number, not negative, or a text of such a number.
  [[nodiscard]] std::optional<std::uint64_t> number(std::string_view key) const noexcept;

 private:
  std::string command_;
  boost::json::object members_;
};

// `line`: without its end.
[[nodiscard]] boost::system::result<ControlRequest, ControlRequestError> read_control_request(
    std::string_view line);

}  // namespace godwit::daemon
