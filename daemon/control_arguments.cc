#include "daemon/control_arguments.h"

#include <algorithm>
#include <string>

#include "conf/problem.h"
#include "wire/codes_text.h"
#include "wire/name_text.h"

namespace godwit::daemon {
namespace {

constexpr unsigned char first_beyond_ascii = 0x80;

std::string_view fault_of(wire::WireError error) noexcept {
  switch (error) {
    case wire::WireError::bad_label:
      return "a label has 1 to 63 octets";
    case wire::WireError::name_too_long:
      return "it is longer than 255 octets";
    default:
      return "it cannot be read (octets are written as \\DDD)";
  }
}

}  // namespace

std::optional<wire::Name> read_name(std::string_view text, ControlAnswer& answer) {
  const bool is_ascii = std::ranges::all_of(
      text, [](char c) { return static_cast<unsigned char>(c) < first_beyond_ascii; });
  const auto name = wire::parse_name(text, wire::Name());
  if (name && is_ascii) return *name;
  std::string fault = conf::shown(text) + " is no name of the DNS: ";
  if (!is_ascii)
    fault += "write letters beyond ASCII as the DNS has them (xn--..., see idn2), octets as \\DDD";
  else if (text.empty())
    fault += "it is empty; the root is \".\"";
  else
    fault += fault_of(name.error());
  answer.fail(ControlFailure::request, std::move(fault));
  return std::nullopt;
}

std::optional<wire::Name> read_name(const ControlRequest& request, ControlAnswer& answer) {
  return read_name(request.text("name"), answer);
}

bool read_type(const ControlRequest& request, std::optional<wire::RrType>& out,
               ControlAnswer& answer) {
  if (request.text("type").empty()) return true;
  out = wire::parse_type(request.text("type"));
  if (!out)
    answer.fail(ControlFailure::request,
                conf::shown(request.text("type")) +
                    " is no type of records, such as AAAA, or TYPE65 for a number");
  return out.has_value();
}

std::optional<std::uint64_t> read_limit(const ControlRequest& request, std::uint64_t usual,
                                        std::uint64_t largest, ControlAnswer& answer) {
  const auto limit = request.number("limit");
  const bool is_unread = !limit && !request.text("limit").empty();
  if (!is_unread && limit.value_or(usual) <= largest) return limit.value_or(usual);
  answer.fail(ControlFailure::request, "limit is to be a number up to " + std::to_string(largest));
  return std::nullopt;
}

}  // namespace godwit::daemon
