// A reload is whole or not at all: the new file is read and checked before anything changes; any
// error leaves everything as it was. Sockets stay: `listen` waits for a restart, as ports below
// 1024 cannot be bound once privileges are gone.
#include "conf/changes.h"
#include "daemon/server.h"

namespace godwit::daemon {

void Server::reload() {
  notifier_.reloading();
  const auto loaded = conf::load_file(options_.config_path, options_.if_missing);
  if (!loaded.good()) {
    for (const auto& problem : loaded.problems)
      log_.error("configuration-problem", {{"problem", conf::to_text(problem, loaded.filename)}});
    log_.error("reload-refused", {{"file", loaded.filename}});
  } else if (const auto error = try_reload(loaded.config); !error.empty()) {
    log_.error("reload-refused", {{"file", loaded.filename}, {"reason", error}});
  } else {
    log_.info("reloaded", {{"file", loaded.filename}});
  }
  notifier_.ready(status());
}

std::string Server::try_reload(const conf::Config& wanted) try {
  const auto changed = conf::changes(config_, wanted);
  const auto config = conf::reloaded(config_, wanted);
  const auto made = make_settings(config, points_);
  if (!made.settings) return made.reason();
  settings_ = made.settings;
  anchor_watch_->configure(settings_->anchors, settings_->resolver->signature_skew_seconds);
  for (const auto& worker : workers_) worker->reload(settings_in_effect());
  apply_log_settings(config, log_);
  config_ = config;
  for (const auto& setting : changed)
    log_.info(setting.restart_needed ? "setting-waits-for-restart" : "setting-changed",
              {{"key", setting.path}, {"before", setting.before}, {"after", setting.after}});
  return {};
} catch (const std::exception& error) {
  return error.what();
}

}  // namespace godwit::daemon
