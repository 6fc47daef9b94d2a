// The configuration in effect, what a reload would change, the reload itself, and what is logged.
#include <algorithm>
#include <array>

#include "conf/settings.h"
#include "daemon/control_rooms.h"

namespace godwit::daemon {
namespace {

constexpr std::array severities = {LogSeverity::error, LogSeverity::warning, LogSeverity::info,
                                   LogSeverity::debug};

void tell(const ControlSubject::Changes& changes, std::string_view refused, ControlAnswer& answer) {
  for (const auto& setting : changes.settings)
    answer.line({{"key", setting.path},
                 {"takes", setting.restart_needed ? "restart" : "reload"},
                 {"before", setting.before},
                 {"after", setting.after}});
  if (changes.problems.empty()) return;
  for (const auto& problem : changes.problems) answer.line({{"problem", problem}});
  answer.fail(ControlFailure::negative, std::string(refused));
}

}  // namespace

void control_config_show(ControlSubject& subject, const ControlRequest&, ControlAnswer& answer) {
  const auto& table = conf::settings_table();
  for (const conf::Setting& setting : table.settings) {
    const std::string value = setting.type->print(conf::value_in(setting, &subject.config()));
    answer.line({{"key", setting.path},
                 {"is-default", value == conf::default_of(table, setting)},
                 {"value", value}});
  }
}

void control_config_diff(ControlSubject& subject, const ControlRequest&, ControlAnswer& answer) {
  tell(subject.changes_waiting(), "the file has mistakes: a reload would be refused", answer);
}

void control_config_reload(ControlSubject& subject, const ControlRequest&, ControlAnswer& answer) {
  tell(subject.reload(), "the reload is refused, and everything is as it was", answer);
}

void control_log_level(ControlSubject& subject, const ControlRequest& request,
                       ControlAnswer& answer) {
  Log& log = subject.log();
  if (const auto wanted = request.text("level"); !wanted.empty()) {
    const auto* const found = std::ranges::find(
        severities, wanted, [](LogSeverity severity) { return to_text(severity); });
    if (found == severities.end())
      return answer.fail(ControlFailure::request, "a level is error, warning, info or debug");
    log.set_level(*found);
  }
  answer.line({{"level", to_text(log.level())}});
}

}  // namespace godwit::daemon
