// A reload is whole or not at all: the new file is read, checked and its sockets are opened before
// anything changes; any error leaves everything as it was.
#include <algorithm>

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
  notifier_.ready("answering");
}

std::string Server::try_reload(const conf::Config& wanted) try {
  const auto changed = conf::changes(config_, wanted);
  const auto config = conf::reloaded(config_, wanted);
  const auto points = activated_ ? points_ : listen_points(config);
  const auto made = make_settings(config, points);
  if (!made.settings) return made.error;
  if (auto error = change_listening(points); !error.empty()) return error;
  for (const auto& worker : workers_) worker->reload(made.settings);
  apply_log_settings(config, log_);
  config_ = config;
  for (const auto& setting : changed)
    log_.info(setting.restart_needed ? "setting-waits-for-restart" : "setting-changed",
              {{"key", setting.path}, {"before", setting.before}, {"after", setting.after}});
  return {};
} catch (const std::exception& error) {
  return error.what();
}

// Sockets that are wanted before and after stay as they are.
std::string Server::change_listening(const std::vector<ListenPoint>& wanted) {
  const auto has = [](const std::vector<ListenPoint>& list, const ListenPoint& point) {
    return std::ranges::find(list, point) != list.end();
  };
  std::vector<ListenSockets> fresh;
  for (const auto& point : wanted) {
    if (has(points_, point)) continue;
    auto opened = open_listen_sockets(point, static_cast<unsigned>(workers_.size()));
    if (!opened.error.empty()) return opened.error;
    fresh.push_back(std::move(opened.sockets));
  }
  for (const auto& point : points_) {
    if (has(wanted, point)) continue;
    for (const auto& worker : workers_) worker->stop_listening(point);
    log_.info("listening-no-more", {{"on", point.to_text()}});
  }
  for (auto& sockets : fresh) {
    for (std::size_t i = 0; i < workers_.size(); ++i)
      workers_[i]->listen(sockets.point, std::move(sockets.fds[i]), sockets.shared);
    log_.info("listening", {{"on", sockets.point.to_text()}, {"from", "configuration"}});
  }
  points_ = wanted;
  return {};
}

}  // namespace godwit::daemon
