#include "daemon/anchor_watch.h"

#include <boost/asio/post.hpp>

#include <algorithm>

namespace godwit::daemon {
namespace {

// How long is slept at most: the time of the next look is the wall clock's, which may be set. One
// that is wrong is about to be.
constexpr std::chrono::seconds sleep_max{3'600};
constexpr std::chrono::seconds sleep_max_with_wrong_clock{30};

}  // namespace

AnchorWatch::AnchorWatch(std::string state_file, Services services)
    : services_(std::move(services)),
      keeper_(std::move(state_file), services_.log),
      timer_(services_.io) {}

void AnchorWatch::configure(const ConfiguredAnchors& anchors, std::uint32_t skew_seconds) {
  validates_ = anchors.anchors != nullptr;
  skew_seconds_ = skew_seconds;
  keeper_.configure(anchors, services_.wall());
  judge_clock();
  arm();
}

void AnchorWatch::start() {
  is_started_ = true;
  arm();
}

void AnchorWatch::stop() noexcept {
  is_started_ = false;
  timer_.cancel();
}

void AnchorWatch::arm() {
  if (!is_started_ || is_asking_) return;
  timer_.cancel();
  if (!validates_) return;
  std::chrono::seconds sleep = clock_ ? sleep_max_with_wrong_clock : sleep_max;
  const auto next = keeper_.next_look();
  if (next && was_clock_set_) sleep = sleep.zero();
  if (next)
    sleep = std::clamp(std::chrono::seconds(next->when - services_.wall()),
                       std::chrono::seconds::zero(), sleep);
  timer_.expires_after(sleep);
  timer_.async_wait([this](const boost::system::error_code& error) {
    if (!error) look();
  });
}

void AnchorWatch::look() {
  const auto now = services_.wall();
  judge_clock();
  const auto next = keeper_.next_look();
  // A clock that has been set makes good at once what could not be judged by it before.
  if (!next || (next->when > now && !was_clock_set_)) return arm();
  was_clock_set_ = false;
  is_asking_ = true;
  services_.fetch(next->zone, [this, zone = next->zone](KeysSeen seen) {
    boost::asio::post(services_.io, [this, zone, seen = std::move(seen)] {
      is_asking_ = false;
      on_keys(zone, seen);
      arm();
    });
  });
}

void AnchorWatch::on_keys(const wire::Name& zone, const KeysSeen& seen) {
  if (zone.is_root()) unproven_root_keys_ = seen.is_secure ? nullptr : seen.set;
  judge_clock();
  const auto now = services_.wall();
  const Looked seen_how = seen.is_secure ? Looked::secure : Looked::not_secure;
  last_looks_[zone] = {seen.set ? seen_how : Looked::in_vain, now};
  if (!seen.set) return keeper_.on_failure(zone, now);
  if (keeper_.on_dnskey_set(*seen.set, seen.is_secure, now)) services_.on_anchors();
}

AnchorWatch::LastLook AnchorWatch::last_look(const wire::Name& zone) const {
  const auto found = last_looks_.find(zone);
  return found == last_looks_.end() ? LastLook{} : found->second;
}

void AnchorWatch::judge_clock() {
  const auto before = clock_.fault;
  const auto now = services_.wall();
  clock_ = {};
  if (validates_) clock_ = dnssec::judge_clock(now, services_.build_date);
  if (validates_ && !clock_ && unproven_root_keys_)
    clock_ = dnssec::judge_clock(now, *unproven_root_keys_, skew_seconds_);
  if (clock_.fault == before) return;
  was_clock_set_ = !clock_;
  if (clock_)
    services_.log.error("clock-wrong", {{"reason", clock_fault()}});
  else
    services_.log.info("clock-plausible", {});
  services_.on_clock();
}

}  // namespace godwit::daemon
