// A reload is whole or not at all: the new file is read and checked before anything changes; any
// error leaves everything as it was. Sockets stay: `listen` waits for a restart, as ports below
// 1024 cannot be bound once privileges are gone.
#include <algorithm>
#include <chrono>
#include <iterator>

#include "conf/changes.h"
#include "daemon/server.h"

namespace godwit::daemon {
namespace {

// What is wrong with a file, or where all is well nothing.
std::vector<std::string> problems_of(const conf::Loaded& loaded) {
  std::vector<std::string> out;
  for (const auto& problem : loaded.problems)
    out.push_back(conf::to_text(problem, loaded.filename));
  return out;
}

// The most that reading lists of the largest size on the slowest machine should take.
constexpr std::chrono::minutes reading_time_max{10};

// The main thread, which feeds the watchdog, reads the files: while this lives, the manager waits
// for longer.
class LongSilence {
 public:
  LongSilence(const Notifier& notifier, std::optional<std::chrono::microseconds> period)
      : notifier_(notifier), period_(period) {
    if (period_)
      notifier_.watchdog(std::max<std::chrono::microseconds>(*period_, reading_time_max));
  }
  ~LongSilence() {
    if (period_) notifier_.watchdog(*period_);
  }
  LongSilence(const LongSilence&) = delete;
  LongSilence& operator=(const LongSilence&) = delete;

 private:
  const Notifier& notifier_;
  std::optional<std::chrono::microseconds> period_;
};

}  // namespace

ControlSubject::Changes Server::reload() {
  notifier_.reloading();
  const LongSilence silence(notifier_, watchdog_period_);
  Changes out;
  try {
    try_reload(out);
  } catch (const std::exception& error) {
    out.problems.emplace_back(error.what());
  }
  for (const auto& problem : out.problems)
    log_.error("configuration-problem", {{"problem", problem}});
  if (!out.problems.empty()) {
    log_.error("reload-refused", {{"file", options_.config_path}});
    out.settings.clear();
  } else {
    for (const auto& setting : out.settings)
      log_.info(setting.restart_needed ? "setting-waits-for-restart" : "setting-changed",
                {{"key", setting.path}, {"before", setting.before}, {"after", setting.after}});
    log_.info("reloaded", {{"file", options_.config_path}});
  }
  notifier_.ready(status());
  return out;
}

void Server::try_reload(Changes& out) {
  const auto loaded = conf::load_file(options_.config_path, options_.if_missing);
  out.problems = problems_of(loaded);
  if (!out.problems.empty()) return explain_denied(loaded.config, out);
  out.settings = conf::changes(config_, loaded.config);
  const auto config = conf::reloaded(config_, loaded.config);
  const auto made = make_settings(config, points_);
  if (!made.settings) {
    out.problems.push_back(made.reason());
    return explain_denied(config, out);
  }
  settings_ = made.settings;
  log_issues(settings_->local_issues, log_);
  log_lists(settings_->answers->policy, log_);
  anchor_watch_->configure(settings_->anchors, settings_->resolver->signature_skew_seconds);
  put_in_effect();
  apply_log_settings(config, log_);
  recorder_.set_limits(recorder_limits(config));
  curve_->set_on(config.cache.curve);
  if (sandbox_.limits_ports)
    for (const auto port : ports_beyond(sandbox_plan_, config))
      log_.warning("port-waits-for-restart",
                   {{"port", port}, {"reason", "the sandbox denies TCP"}});
  config_ = config;
}

// A refusal by the sandbox looks like one for want of rights.
void Server::explain_denied(const conf::Config& config, Changes& out) const {
  if (!sandbox_.limits_files) return;
  auto denied = denied_files(config, options_.config_path);
  std::ranges::move(denied, std::back_inserter(out.problems));
}

// As try_reload, without the last step.
ControlSubject::Changes Server::changes_waiting() const {
  const LongSilence silence(notifier_, watchdog_period_);
  Changes out;
  const auto loaded = conf::load_file(options_.config_path, options_.if_missing);
  out.problems = problems_of(loaded);
  const auto config = conf::reloaded(config_, loaded.config);
  if (out.problems.empty())
    if (const auto made = make_settings(config, points_); !made.settings)
      out.problems.push_back(made.reason());
  if (out.problems.empty())
    out.settings = conf::changes(config_, loaded.config);
  else
    explain_denied(config, out);
  return out;
}

}  // namespace godwit::daemon
