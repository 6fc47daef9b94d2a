#include "iterator/why_insecure.h"

#include "dnssec/nsec3.h"

namespace godwit::iterator {

using cache::Security;
using dnssec::Failure;
using dnssec::ZoneTrustPtr;
using wire::RrType;

namespace {

Failure reason_of_zone(const Caches& caches, const wire::RRset& set, cache::Time now) {
  const wire::Name owner = set.owner();
  // A DS is the parent's.
  const bool is_above = set.type() == RrType::ds && !owner.is_root();
  const ZoneTrustPtr trust = caches.trusts.closest(is_above ? owner.parent() : owner, 0, now);
  if (!trust || trust->security != Security::insecure) return {};
  return trust->failure;
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
  for (const AnswerRRset& part : answer.answer)
    worst = dnssec::graver(worst, reason_of_zone(caches, *part.set, now));
  for (const AnswerRRset& part : answer.authority) {
    const bool is_proof = part.set->type() == RrType::nsec3;
    worst = dnssec::graver(worst, is_proof ? reason_of_proof(caches, *part.set, limits, now)
                                           : reason_of_zone(caches, *part.set, now));
  }
  return worst;
}

}  // namespace godwit::iterator
