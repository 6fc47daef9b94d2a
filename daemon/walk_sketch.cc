#include "daemon/walk_sketch.h"

#include <cmath>

namespace godwit::daemon {
namespace {

// How many half-lives have ended since; then nothing is left.
int half_lives_between(cache::Time since, cache::Time now) noexcept {
  constexpr cache::Duration::rep all = 64;
  return static_cast<int>(
      std::clamp<cache::Duration::rep>((now - since) / WalkSketch::half_life, 0, all));
}

template <class Key>
void add_rows(const BusySketch<Key>& from, std::map<Key, BusyFigures>& to) {
  for (const auto& row : from.rows()) to[row.key] += row.figures;
}

}  // namespace

void WalkSketch::Sketches::scale(double factor) noexcept {
  zones.scale(factor);
  failing_zones.scale(factor);
  names.scale(factor);
  clients.scale(factor);
}

void WalkSketch::note(const WalkedQuestion& question, cache::Time now) {
  const std::unique_lock guard(lock_, std::try_to_lock);
  if (!guard.owns_lock()) return;
  if (const int times = half_lives_between(halved_, now); times > 0) {
    sketches_.scale(std::ldexp(1.0, -times));
    halved_ = now;
  }
  const double milliseconds = std::chrono::duration<double, std::milli>(question.took).count();
  const BusyFigures figures{1, question.has_failed ? 1.0 : 0.0, milliseconds};
  const std::uint64_t zone = hash_.owner(question.zone.wire());
  sketches_.zones.add(zone, question.zone, 1, figures);
  if (question.has_failed) sketches_.failing_zones.add(zone, question.zone, 1, figures);
  sketches_.names.add(hash_.owner(question.name.wire()), question.name, 1, figures);
  sketches_.clients.add(hash_(question.client), question.client, 1, figures);
}

void WalkSketch::add_to(BusySum& sum, cache::Time now) const {
  Sketches copy;
  cache::Time halved;
  {
    const std::lock_guard guard(lock_);
    copy = sketches_;
    halved = halved_;
  }
  copy.scale(std::ldexp(1.0, -half_lives_between(halved, now)));
  add_rows(copy.names, sum.names);
  add_rows(copy.clients, sum.clients);
  // A zone that fails is in both sketches, unless busier ones have pushed it out of the first.
  std::map<wire::Name, BusyFigures> zones;
  add_rows(copy.zones, zones);
  for (const auto& row : copy.failing_zones.rows()) {
    BusyFigures& known = zones[row.key];
    if (known.failures < row.figures.failures) known.failures = row.figures.failures;
    if (known.questions < row.figures.questions) {
      known.questions = row.figures.questions;
      known.milliseconds = row.figures.milliseconds;
    }
  }
  for (const auto& [zone, figures] : zones) sum.zones[zone] += figures;
}

}  // namespace godwit::daemon
