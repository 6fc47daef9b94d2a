// Negative trust anchors that come and go while the server runs. Every worker goes by the new state
// before what was found out by the old one is forgotten: else it would be found out again.
#include <boost/asio/post.hpp>

#include <algorithm>
#include <atomic>

#include "daemon/server.h"
#include "daemon/server_caches.h"
#include "daemon/snapshot_basis.h"
#include "iterator/forgetting.h"
#include "wire/name_text.h"

namespace godwit::daemon {
namespace {

// The end is the wall clock's, which may be set meanwhile.
constexpr std::chrono::seconds negative_sleep_max{60};

}  // namespace

std::string Server::add_negative_anchor(const wire::Name& name, std::int64_t until,
                                        std::function<void()> done) {
  auto fault = negative_anchors_.add(name, until, wall_seconds(SystemClock()));
  if (!fault.empty()) return fault;
  log_.warning("negative-trust-anchor", {{"name", wire::to_text(name)}, {"until", until}});
  // What is there is good, or has been found not to be: that alone is judged anew.
  change_trust({name}, Forgets::judgements, std::move(done));
  return {};
}

bool Server::remove_negative_anchor(const wire::Name& name, std::function<void()> done) {
  if (!negative_anchors_.remove(name)) return false;
  log_.info("negative-trust-anchor-removed", {{"name", wire::to_text(name)}});
  change_trust({name}, Forgets::data, std::move(done));
  return true;
}

void Server::change_trust(const std::vector<wire::Name>& names, Forgets what,
                          std::function<void()> done) {
  put_in_effect([this, names, what, done = std::move(done)] {
    for (const wire::Name& name : names) iterator::forget_trust(caches_->caches, name);
    if (what == Forgets::data) return forget_data(names, done);
    if (done) done();
  });
  arm_negative_timer();
}

// One name after the other, each a piece for a turn of the loop.
void Server::forget_data(std::vector<wire::Name> names, const std::function<void()>& done) {
  if (names.empty()) {
    if (done) done();
    return;
  }
  const cache::EraseScope below{names.back(), {}};
  names.pop_back();
  const auto work =
      std::make_shared<iterator::Forgetting>(caches_->caches, below, SystemClock().now());
  forget_some(work, [this, names, done] { forget_data(names, done); });
}

void Server::forget_some(const std::shared_ptr<iterator::Forgetting>& work,
                         const std::function<void()>& then) {
  if (!work->advance()) return then();
  boost::asio::post(io_, [this, work, then] { forget_some(work, then); });
}

void Server::arm_negative_timer() {
  const auto end = negative_anchors_.next_end();
  negative_timer_.cancel();
  if (!end) return;
  negative_timer_.expires_after(std::clamp(std::chrono::seconds(*end - wall_seconds(SystemClock())),
                                           std::chrono::seconds(1), negative_sleep_max));
  negative_timer_.async_wait([this](const boost::system::error_code& error) {
    if (!error) end_negative_anchors();
  });
}

void Server::end_negative_anchors() {
  const auto ended = negative_anchors_.take_ended(wall_seconds(SystemClock()));
  if (ended.empty()) return arm_negative_timer();
  for (const wire::Name& name : ended)
    log_.info("negative-trust-anchor-ended", {{"name", wire::to_text(name)}});
  change_trust(ended, Forgets::data, {});
}

// `then`: called on this thread when all of them do.
void Server::put_in_effect(std::function<void()> then) {
  const auto settings = settings_in_effect();
  if (snapshots_)
    snapshots_->configure(snapshot_basis(*settings->resolver, wall_seconds(SystemClock())));
  const auto left = std::make_shared<std::atomic<std::size_t>>(workers_.size());
  for (const auto& worker : workers_)
    worker->reload(settings, [this, left, then] {
      if (left->fetch_sub(1) == 1 && then) boost::asio::post(io_, then);
    });
}

}  // namespace godwit::daemon
