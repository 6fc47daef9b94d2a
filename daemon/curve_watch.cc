#include "daemon/curve_watch.h"

#include <algorithm>

#include "daemon/system_seams.h"

namespace godwit::daemon {

CurveWatch::CurveWatch(boost::asio::io_context& io, std::vector<Source> sources, double octets)
    : timer_(io), sources_(std::move(sources)), octets_(octets) {}

void CurveWatch::set_on(bool on) {
  if (on == curve_.has_value()) return;
  if (!on) {
    set_threshold(0);
    timer_.cancel();
    curve_.reset();
    return;
  }
  for (const Source& source : sources_) source.sample->drain([](const cache::ShadowUse&) {});
  curve_.emplace(octets_);
  questions_ = questions();
  lost_ = lost();
  looked_at_ = SystemClock().now();
  period_ = busy_period;
  set_threshold(curve_->threshold());
  arm();
}

std::optional<CurveWatch::Ratios> CurveWatch::ratios() const noexcept {
  return curve_ ? curve_->ratios() : std::nullopt;
}

std::uint64_t CurveWatch::questions() const noexcept {
  std::uint64_t sum = 0;
  for (const Source& source : sources_)
    sum += source.counters->hits[static_cast<std::size_t>(HitKind::ready)].get() +
           source.counters->curve_questions.get();
  return sum;
}

std::uint64_t CurveWatch::lost() const noexcept {
  std::uint64_t sum = 0;
  for (const Source& source : sources_) sum += source.sample->lost();
  return sum;
}

void CurveWatch::set_threshold(std::uint32_t threshold) noexcept {
  for (const Source& source : sources_) source.sample->set_threshold(threshold);
}

void CurveWatch::look() {
  if (!curve_) return;
  const cache::Time now = SystemClock().now();
  const std::chrono::duration<double> passed = now - looked_at_;
  looked_at_ = now;
  for (const Source& source : sources_)
    source.sample->drain([this](const cache::ShadowUse& use) { curve_->use(use); });
  const std::uint64_t asked = questions(), lost_now = lost();
  const bool is_idle = asked == questions_;
  curve_->end_period(passed.count(), asked - questions_, lost_now - lost_);
  questions_ = asked;
  lost_ = lost_now;
  set_threshold(curve_->threshold());
  period_ = is_idle ? std::min(idle_period_max, period_ * 2) : busy_period;
}

void CurveWatch::arm() {
  timer_.expires_after(period_);
  timer_.async_wait([this](const boost::system::error_code& error) {
    if (error || !curve_) return;
    arm();
    look();
  });
}

}  // namespace godwit::daemon
