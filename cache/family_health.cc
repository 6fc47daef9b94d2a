#include "cache/family_health.h"

#include <algorithm>

namespace godwit::cache {

void FamilyHealth::heard(bool v6, Time now) noexcept {
  Family& family = families_[v6];
  family.last_heard = now;
  family.down_until = Time::min();
  family.hold = {};
  if (family.failed_servers > 0) family.begin_streak();
}

void FamilyHealth::failed(bool v6, Time now) noexcept {
  Family& family = families_[v6];
  if (now < family.down_until) return;
  if (family.failed_servers > 0 && now - family.last_failure > streak_gap_max)
    family.begin_streak();
  if (family.hold > Duration::zero() && now - family.down_until > verdict_forgotten_after)
    family.hold = {};
  if (family.failed_servers == 0) family.streak_began = now;
  family.last_failure = now;
  ++family.failed_servers;

  const bool was_down = family.hold > Duration::zero();
  if (family.failed_servers < (was_down ? servers_until_down_again : servers_until_down)) return;
  if (families_[!v6].last_heard < family.streak_began) return;
  family.hold = was_down ? std::min(2 * family.hold, down_max) : down_min;
  family.down_until = now + family.hold;
  family.begin_streak();
}

}  // namespace godwit::cache
