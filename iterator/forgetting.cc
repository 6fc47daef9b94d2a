#include "iterator/forgetting.h"

#include <utility>

#include "iterator/resolve_error.h"

namespace godwit::iterator {
namespace {

// What denies a name without being said of it: that one above does not exist, and the proofs of the
// zone that it is in.
void forget_what_covers(Caches& caches, const wire::Name& name, cache::Time now, Forgotten& out) {
  if (const auto zone = caches.proven.closest_zone(name, now))
    out.proven += caches.proven.erase(zone->apex);
  out.negatives += caches.negatives.erase_above(name);
}

}  // namespace

Forgotten forget_name(Caches& caches, const wire::Name& name, std::optional<wire::RrType> type,
                      cache::Time now) {
  Forgotten out;
  forget_what_covers(caches, name, now, out);
  out.failures = caches.failures.erase_owner(name, type);
  out.negatives += caches.negatives.erase_owner(name, type);
  out.rrsets = caches.rrsets.erase_owner(name, type);
  out.answers = caches.answers.erase_owner(name, type);
  return out;
}

void forget_trust(Caches& caches, const wire::Name& name) {
  caches.failures.erase_each([](std::uint16_t reason) {
    const auto error = static_cast<ResolveError>(reason);
    return error == ResolveError::bogus || error == ResolveError::out_of_validation;
  });
  const cache::EraseScope below{name, {}};
  cache::TablePlace place;
  std::size_t erased = 0;
  while (caches.trusts.erase_part(place, below, erased)) {
  }
}

Forgetting::Forgetting(Caches& caches, cache::EraseScope what, cache::Time now)
    : caches_(caches), what_(std::move(what)) {
  forget_what_covers(caches_, what_.top, now, so_far_);
  if (what_.type) pool_ = Pool::proven;
}

bool Forgetting::advance() {
  for (unsigned part = 0; part < parts_per_advance; ++part) {
    if (pool_ == Pool::done) return false;
    if (erase_part()) continue;
    pool_ = static_cast<Pool>(static_cast<unsigned>(pool_) + 1);
    place_ = {};
    if (pool_ == Pool::done) finish();
  }
  return pool_ != Pool::done;
}

bool Forgetting::erase_part() {
  switch (pool_) {
    case Pool::delegations:
      return caches_.delegations.erase_part(place_, what_, so_far_.delegations);
    case Pool::trusts:
      return caches_.trusts.erase_part(place_, what_, so_far_.trusts);
    case Pool::proven:
      return caches_.proven.erase_part(place_, what_, so_far_.proven);
    case Pool::failures:
      return caches_.failures.erase_part(place_, what_, so_far_.failures);
    case Pool::negatives:
      return caches_.negatives.erase_part(place_, what_, so_far_.negatives);
    case Pool::rrsets:
      return caches_.rrsets.erase_part(place_, what_, so_far_.rrsets);
    case Pool::done:
      break;
  }
  return false;
}

// An answer may be made of a set that went for want of room before, of which no change was told.
void Forgetting::finish() {
  so_far_.answers = caches_.answers.use().entries;
  caches_.answers.clear();
  if (what_.top.is_root() && !what_.type && caches_.cuts) caches_.cuts->clear();
}

}  // namespace godwit::iterator
