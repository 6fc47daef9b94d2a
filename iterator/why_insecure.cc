#include "iterator/why_insecure.h"

#include "dnssec/nsec3.h"

namespace godwit::iterator {

using cache::Security;
using dnssec::Failure;
using dnssec::ZoneTrustPtr;
using wire::RrType;

namespace {

// The insecure zone that a set is from, when there is a reason to tell; null: none.
ZoneTrustPtr zone_with_reason(const Caches& caches, const wire::RRset& set, cache::Time now) {
  const wire::Name owner = set.owner();
  // A DS is the parent's.
  const bool is_above = set.type() == RrType::ds && !owner.is_root();
  ZoneTrustPtr trust = caches.trusts.closest(is_above ? owner.parent() : owner, 0, now);
  const bool has_reason = trust && trust->security == Security::insecure && trust->failure;
  return has_reason ? trust : nullptr;
}

// What a secure zone denies, or has wildcards make, with too many iterations.
Failure reason_of_proof(const Caches& caches, const wire::RRset& set,
                        const dnssec::ValidationLimits& limits, cache::Time now) {
  const std::optional<dnssec::Nsec3View> view = dnssec::read_nsec3(set);
  if (!view || view->parameters.iterations <= limits.nsec3_iterations) return {};
  const ZoneTrustPtr trust = caches.trusts.find(view->zone, now);
  if (!trust || trust->security != Security::secure) return {};
  Failure failure(dnssec::Fault::nsec3_iterations_insecure);
  failure.zone = view->zone;
  return failure;
}

}  // namespace

Failure why_insecure(const Answer& answer, const Caches& caches,
                     const dnssec::ValidationLimits& limits, cache::Time now) {
  Failure worst;
  if (answer.security != Security::insecure) return worst;
  const auto consider = [&](const AnswerRRset& part) {
    if (part.set->type() == RrType::nsec3)
      worst = dnssec::graver(worst, reason_of_proof(caches, *part.set, limits, now));
    else if (const ZoneTrustPtr zone = zone_with_reason(caches, *part.set, now))
      worst = dnssec::graver(worst, zone->failure);
  };
  for (const AnswerRRset& part : answer.answer) consider(part);
  for (const AnswerRRset& part : answer.authority) consider(part);
  return worst;
}

}  // namespace godwit::iterator
