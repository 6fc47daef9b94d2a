#include "daemon/control_commands.h"

#include <algorithm>

#include "conf/problem.h"
#include "daemon/control_rooms.h"

namespace godwit::daemon {
namespace {

constexpr auto for_readers = ControlAudience::readers;

// clang-format off
constexpr ControlCommand command_table[] = {
    {"status", control_status, for_readers},
    {"stats", control_stats, for_readers},
    {"metrics", control_metrics, for_readers},
    {"cache get", control_cache_get},
    {"cache ls", control_cache_ls},
    {"cache flush", control_cache_flush},
    {"cache dump", control_cache_dump},
    {"cache load", control_cache_load},
    {"explain", control_explain},
    {"top", control_top, for_readers},
    {"why", control_why, for_readers},
    {"servers", control_servers, for_readers},
    {"anchors", control_anchors, for_readers},
    {"nta", control_nta, for_readers},
    {"nta add", control_nta_add},
    {"nta remove", control_nta_remove},
    {"propagation", control_propagation},
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

void handle_control_request(ControlSubject& subject, ControlAudience audience,
                            const ControlRequest& request, ControlAnswer& answer) {
  const auto* const found =
      std::ranges::find(command_table, request.command(), &ControlCommand::name);
  if (found == std::end(command_table))
    return answer.fail(ControlFailure::request,
                       "unknown command: " + conf::shown(request.command()));
  if (audience == for_readers && found->audience != for_readers)
    return answer.fail(ControlFailure::negative, "this socket is for reading alone; " +
                                                     conf::shown(found->name) +
                                                     " is for the control socket");
  found->begin(subject, request, answer);
}

}  // namespace godwit::daemon
