#include "daemon/control_arguments.h"

#include <string>

#include "wire/codes_text.h"
#include "wire/name_text.h"

namespace godwit::daemon {

std::optional<wire::Name> read_name(const ControlRequest& request, ControlAnswer& answer) {
  const auto name = wire::parse_name(request.text("name"), wire::Name());
  if (name) return *name;
  answer.fail(ControlFailure::request, "name is to be a name of the DNS");
  return std::nullopt;
}

bool read_type(const ControlRequest& request, std::optional<wire::RrType>& out,
               ControlAnswer& answer) {
  if (request.text("type").empty()) return true;
  out = wire::parse_type(request.text("type"));
  if (!out) answer.fail(ControlFailure::request, "type is to be a type of records");
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
