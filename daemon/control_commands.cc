#include "daemon/control_commands.h"

#include <algorithm>

#include "conf/problem.h"
#include "daemon/control_rooms.h"

namespace godwit::daemon {
namespace {

// clang-format off
constexpr ControlCommand command_table[] = {
    {"status", control_status},
    {"stats", control_stats},
    {"cache load", control_cache_load},
    {"explain", control_explain},
    {"why", control_why},
    {"config show", control_config_show},
    {"config diff", control_config_diff},
    {"config reload", control_config_reload},
    {"log level", control_log_level},
    {"doctor", control_doctor},
    {"policy test", control_policy_test},
};
// clang-format on

}  // namespace

std::span<const ControlCommand> control_commands() noexcept {
  return command_table;
}

void handle_control_request(ControlSubject& subject, const ControlRequest& request,
                            ControlAnswer& answer) {
  const auto* const found = std::ranges::find(command_table, request.command(), &ControlCommand::name);
  if (found == std::end(command_table))
    return answer.fail(ControlFailure::request,
                       "unknown command: " + conf::shown(request.command()));
  found->begin(subject, request, answer);
}

}  // namespace godwit::daemon
