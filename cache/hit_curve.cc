#include "cache/hit_curve.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace godwit::cache {
namespace {

template <std::size_t... index>
std::array<ShadowCache, sizeof...(index)> shadows_of(double octets, std::index_sequence<index...>) {
  return {ShadowCache(octets * HitCurve::sizes[index])...};
}

}  // namespace

HitCurve::HitCurve(double octets)
    : octets_(octets), caches_(shadows_of(octets, std::make_index_sequence<sizes.size()>())) {}

double HitCurve::rate() const noexcept {
  return std::ldexp(static_cast<double>(threshold_), -32);
}

void HitCurve::use(const ShadowUse& what) {
  if (static_cast<std::uint32_t>(what.key) >= threshold_) return;
  ++used_;
  for (std::size_t i = 0; i < sizes.size(); ++i)
    if (caches_[i].use(what)) ++found_[i];
}

void HitCurve::make_sample_smaller() {
  threshold_ = std::max(threshold_ / 2, threshold_min);
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    caches_[i].keep_below(threshold_);
    caches_[i].set_octets_max(octets_ * sizes[i] * rate());
  }
}

// Names that very many ask for are in the sample or are not, and would weigh too much or nothing:
// what the sample has too few questions, or too many, is of such names, which are found at any size
// (SHARDS-adj).
void HitCurve::end_period(double seconds, std::uint64_t questions, std::uint64_t lost) {
  const double fading = std::exp2(-seconds / half_life_seconds);
  const double expected = static_cast<double>(questions) * rate() - static_cast<double>(lost);
  const double missing = expected - static_cast<double>(used_);
  const double weight = 1 / rate();
  questions_ = questions_ * fading + std::max(0.0, expected) * weight;
  for (std::size_t i = 0; i < sizes.size(); ++i)
    hits_[i] = hits_[i] * fading + (static_cast<double>(found_[i]) + missing) * weight;
  const auto most = static_cast<double>(uses_per_second_max) * std::max(1.0, seconds);
  const bool is_too_much = static_cast<double>(used_ + lost) > most;
  used_ = 0;
  found_ = {};
  if (is_too_much) make_sample_smaller();
  while (caches_.back().entries() > entries_max && threshold_ > threshold_min)
    make_sample_smaller();
}

std::optional<std::array<double, HitCurve::sizes.size()>> HitCurve::ratios() const noexcept {
  if (questions_ < uses_min) return std::nullopt;
  std::array<double, sizes.size()> out{};
  for (std::size_t i = 0; i < sizes.size(); ++i)
    out[i] = std::clamp(hits_[i] / questions_, 0.0, 1.0);
  return out;
}

}  // namespace godwit::cache
