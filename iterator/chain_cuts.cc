// Where a chain of trust ends: cuts to zones that are insecure, told by denials of their DS.
#include "dnssec/denial.h"
#include "iterator/chain_of_trust.h"
#include "iterator/resolution.h"

namespace godwit::iterator {

using cache::Security;
using dnssec::Failure;
using dnssec::Fault;
using dnssec::ZoneTrustPtr;
using wire::Name;
using wire::RRsetPtr;
using wire::RrType;

// A denial that was remembered, or made of what was, has been judged without a look at the cut.
void ChainOfTrust::note_remembered_denial(const Name& name, const Answer& answer) const {
  if (known(name)) return;
  const AnswerRRset* soa = nullptr;
  std::vector<RRsetPtr> proofs;
  for (const AnswerRRset& part : answer.authority) {
    if (part.set->type() == RrType::soa) soa = &part;
    const bool proves = part.set->type() == RrType::nsec || part.set->type() == RrType::nsec3;
    if (proves) proofs.push_back(with_ttl_at_most(part.set, part.ttl));
  }
  if (soa) (void)note_no_ds(name, proofs, soa->set->owner());
}

// A zone above one that is known to be secure has nothing to say about what is below that one.
bool ChainOfTrust::stands_above_a_secure_zone(const Name& signer, const Name& name) const {
  const ZoneTrustPtr nearest =
      walk_.caches().trusts.closest(name.parent(), signer.label_count() + 1, walk_.now());
  return nearest && nearest->security == Security::secure;
}

Failure ChainOfTrust::note_no_ds(const Name& name, const std::vector<RRsetPtr>& proofs,
                                 const Name& signer) const {
  Failure failure;
  if (stands_above_a_secure_zone(signer, name)) return failure;
  const dnssec::Denial denial(signer, proofs, walk_.validation);
  if (denial.cut_at(name, failure) != dnssec::Denial::Cut::insecure_delegation) return failure;
  std::uint32_t seconds = wire::ttl_seconds_max;
  for (const RRsetPtr& proof : proofs) seconds = std::min(seconds, proof->ttl());
  store_insecure(name, seconds, failure);
  return Failure();
}

Task<ZoneTrustPtr> ChainOfTrust::of_unsigned(ZoneTrustPtr above, Name name) {
  for (unsigned labels = above->zone.label_count() + 1; labels <= name.label_count(); ++labels) {
    const Name candidate = name.suffix(labels);
    ZoneTrustPtr trust = known(candidate);
    if (!trust) {
      DsLookup found = co_await look_up_ds(candidate);
      const bool is_alias = found.error == ResolveError::alias_chain_too_long;
      if (found.error != ResolveError::none && !is_alias)
        co_return no_keys(candidate, found.error, found.failure, Fault::chain_unreachable);
      trust = known(candidate);
      const RRsetPtr none;
      if (!trust && found.ds) {
        ZoneTrustPtr signed_one = co_await of_zone(candidate, none);
        if (!signed_one) co_return nullptr;
        trust = std::move(signed_one);
      }
      const bool is_insecure = !trust && !is_alias && found.security == Security::insecure;
      if (is_insecure) trust = store_insecure(candidate, 60);
      if (!trust && found.nxdomain) co_return above;
    }
    if (!trust) continue;
    if (trust->security != Security::secure) co_return trust;
    above = std::move(trust);
  }
  co_return above;
}

}  // namespace godwit::iterator
