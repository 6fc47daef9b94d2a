#include "iterator/cached_answer.h"

#include <algorithm>

#include "dnssec/key_sentinel.h"
#include "dnssec/synthesis.h"
#include "wire/name_text.h"
#include "wire/rdata.h"
#include "wire/rdata_text.h"

namespace godwit::iterator {

using cache::CachedNegative;
using cache::CachedRRset;
using cache::HashedName;
using wire::Name;
using wire::RrType;

namespace {

// What may be taken from the caches for a client's question.
cache::Security least_security(const ResolverOptions& options, const Question& question) noexcept {
  const bool validated = options.anchors && !question.checking_disabled;
  return validated ? cache::Security::insecure : cache::Security::bogus;
}

void report(Trace* trace, const AnswerInProgress& progress, trace::CacheResult result,
            std::uint32_t ttl_left) {
  if (trace)
    trace->on(trace::CacheLookup{progress.sname(), progress.question.type, result, ttl_left});
}

trace::CacheResult result_of(bool is_name_error) noexcept {
  return is_name_error ? trace::CacheResult::nxdomain : trace::CacheResult::nodata;
}

void report_denial(Trace* trace, const AnswerInProgress& progress, const Caches& caches,
                   const CachedNegative& found, cache::Time now) {
  if (!trace) return;
  trace::CacheLookup said{progress.sname(), progress.question.type,
                          result_of(found.kind == cache::NegativeKind::nxdomain), found.ttl_left};
  const cache::Duration age = now - cache::learnt_at(found, caches.ttl);
  said.age = static_cast<std::uint32_t>(
      std::chrono::floor<cache::Seconds>(std::max(age, cache::Duration::zero())).count());
  said.security = found.evidence.security;
  said.giver = found.evidence.giver;
  trace->on(said);
}

void report_synthesis(Trace* trace, const AnswerInProgress& progress,
                      const dnssec::Synthesis& made) {
  if (!trace) return;
  trace::CacheLookup said{progress.sname(), progress.question.type, result_of(made.is_name_error),
                          made.ttl};
  said.security = cache::Security::secure;
  trace->on(said);
  for (const dnssec::Synthesis::Part& part : made.parts)
    trace->on(trace::ProofUsed{part.set->owner(), part.set->type(), part.ttl_left, part.giver});
}

// Of sets the caches know how long they are kept, and so how long they have been.
void report_set(Trace* trace, const AnswerInProgress& progress, const Caches& caches,
                const CachedRRset& found) {
  if (!trace) return;
  const bool is_asked = found.set->type() == progress.question.type;
  trace::CacheLookup said{progress.sname(), progress.question.type,
                          is_asked ? trace::CacheResult::answer : trace::CacheResult::alias,
                          found.ttl_left};
  const std::uint32_t kept_for = caches.ttl.clamp(found.set->ttl());
  said.age = kept_for - std::min(kept_for, found.ttl_left);
  said.security = found.security;
  said.giver = found.giver;
  trace->on(said);
}

std::optional<CachedRRset> find_for_client(const Caches& caches, const HashedName& name,
                                           RrType type, cache::Security least, cache::Time now) {
  std::optional<CachedRRset> found = caches.rrsets.find(name, type, now);
  if (found && (!may_answer_clients(found->trust) || found->security < least)) found.reset();
  return found;
}

// The proof that belongs to a set that a wildcard made, if it is one. False: it is not there any
// more, so that the set cannot be shown to be true.
bool take_wildcard_proof(AnswerInProgress& progress, const Caches& caches, const CachedRRset& data,
                         cache::Time now) {
  if (!is_from_wildcard(*data.set)) return true;
  const auto proof = caches.negatives.find_no_closer_match(progress.sname(), now, progress.least);
  if (!proof) return data.security != cache::Security::secure;
  for (const wire::RRsetPtr& set : *proof->evidence.proofs)
    progress.show_beside({set, proof->ttl_left, proof->expires});
  progress.note(proof->evidence.security);
  return true;
}

// The DNAME that a CNAME was made from, when it is still known and still says the same.
std::optional<CachedRRset> find_dname_of(const AnswerInProgress& progress, const Caches& caches,
                                         const wire::RRset& cname, cache::Time now) {
  const std::optional<Name> target = wire::target_name(RrType::cname, cname.records().front());
  if (!target || target->is_root()) return std::nullopt;
  const Name& name = progress.sname();
  for (unsigned labels = name.label_count(); labels-- > 0;) {
    const Name owner = name.suffix(labels);
    const std::optional<CachedRRset> dname =
        find_for_client(caches, {caches.hash, owner}, RrType::dname, progress.least, now);
    if (!dname) continue;
    const std::optional<Name> to = wire::target_name(RrType::dname, dname->set->records().front());
    const wire::Result<Name> moved =
        to ? name.with_suffix_replaced(owner, *to) : wire::WireError::bad_rdata;
    if (!moved || *moved != *target) return std::nullopt;
    return dname;
  }
  return std::nullopt;
}

// A CNAME that was remembered, with what makes it true. Empty: some of that is not there any more.
struct CachedAlias {
  CachedRRset cname;
  std::optional<CachedRRset> dname;
};
std::optional<CachedAlias> find_alias(AnswerInProgress& progress, const Caches& caches,
                                      const HashedName& name, cache::Time now) {
  const RrType type = progress.question.type;
  if (type == RrType::cname) return std::nullopt;
  // An NSEC set is at the alias itself (RFC 4035 §2.5): some servers look for it there, and when
  // they have said that there is none, that is the answer.
  const cache::DenialWanted wanted{.above_labels = 0, .least = progress.least};
  if (type == RrType::nsec && caches.negatives.find(name, type, now, wanted)) return std::nullopt;
  const auto cname = find_for_client(caches, name, RrType::cname, progress.least, now);
  if (!cname) return std::nullopt;
  auto dname = find_dname_of(progress, caches, *cname->set, now);
  // Nobody could check what is secure for the sake of a DNAME alone.
  const bool is_made =
      cname->security == cache::Security::secure && cname->set->signatures().empty();
  if (is_made && !dname) return std::nullopt;
  if (!take_wildcard_proof(progress, caches, *cname, now)) return std::nullopt;
  return CachedAlias{*cname, std::move(dname)};
}

void show_dname(AnswerInProgress& progress, const std::optional<CachedRRset>& dname) {
  if (!dname) return;
  progress.show_dname({dname->set, dname->ttl_left, dname->expires});
  progress.note(dname->security);
}

bool take_cached_alias(AnswerInProgress& progress, const CachedAlias& alias, Trace* trace) {
  const CachedRRset& cname = alias.cname;
  show_dname(progress, alias.dname);
  return follow_alias(progress,
                      {cname.set, cname.ttl_left, alias.dname ? alias.dname->set : nullptr,
                       cname.expires, cname.security},
                      trace);
}

// A name that is served locally: the client's own, or the target of an alias.
bool take_special_name(AnswerInProgress& progress, const ResolverOptions& options) {
  if (!options.special_names) return false;
  const Question question(progress.sname(), progress.question.type, progress.question.rr_class);
  std::optional<Answer> special = options.special_names->find(question);
  if (!special) return false;
  if (progress.marks) progress.marks->complete = false;
  Answer& answer = progress.answer;
  answer.authoritative = answer.answer.empty() && special->authoritative;
  const bool has_local_below = progress.sees_local_data && options.local_data &&
                               options.local_data->has_at_or_below(progress.sname());
  answer.rcode = has_local_below ? wire::Rcode::noerror : special->rcode;
  progress.note(cache::Security::insecure);
  answer.answer.insert(answer.answer.end(), special->answer.begin(), special->answer.end());
  answer.authority = std::move(special->authority);
  answer.errors = std::move(special->errors);
  return true;
}

// Whether what is searched has failed lately, or a chain of aliases that begins there.
bool take_failure(AnswerInProgress& progress, const Caches& caches, const HashedName& name,
                  cache::Time now, Trace* trace) {
  const auto failure = caches.failures.find(name, progress.question.type, now);
  if (!failure) return false;
  const auto error = static_cast<ResolveError>(failure->reason);
  if (error == ResolveError::bogus && progress.least < cache::Security::insecure) return false;
  report(trace, progress, trace::CacheResult::failure, failure->seconds_left);
  if (trace) trace->on(trace::FailureRecalled{error, failure->detail ? failure->detail->text : ""});
  progress.error = error;
  progress.detail = failure->detail;
  progress.failure_was_cached = true;
  return true;
}

void take_denial(AnswerInProgress& progress, const CachedNegative& denial) {
  // What is said of the ancestor later would not be seen.
  if (progress.marks && denial.owner != progress.sname()) progress.marks->complete = false;
  if (denial.kind == cache::NegativeKind::nxdomain) progress.answer.rcode = wire::Rcode::nxdomain;
  progress.note(denial.evidence.security);
  if (denial.soa) progress.show_beside({denial.soa, denial.ttl_left, denial.expires});
  if (!denial.evidence.proofs) return;
  for (const wire::RRsetPtr& proof : *denial.evidence.proofs)
    progress.show_beside({proof, denial.ttl_left, denial.expires});
}

// What the zone's own proofs for other names say of this one (RFC 8198). Of a DS it is said where
// there is a cut, by those who are asked.
bool take_synthesis(AnswerInProgress& progress, const Caches& caches,
                    const ResolverOptions& options, unsigned above_labels, cache::Time now,
                    Trace* trace) {
  const RrType type = progress.question.type;
  const bool may_be = options.anchors && options.aggressive_denials && type != RrType::ds &&
                      progress.least >= cache::Security::insecure;
  if (!may_be) return false;
  dnssec::ValidationBudget budget(options.validation);
  std::optional<dnssec::Synthesis> made =
      dnssec::synthesise(caches.proven, progress.sname(), type, now, budget);
  if (!made || made->parts.empty()) return false;
  if (made->parts.front().set->owner().label_count() < above_labels) return false;
  report_synthesis(trace, progress, *made);
  if (progress.marks) progress.marks->complete = false;
  progress.answer.is_synthesised = true;
  if (made->is_name_error) progress.answer.rcode = wire::Rcode::nxdomain;
  const cache::Time expires = cache::expiry(now, made->ttl);
  for (dnssec::Synthesis::Part& part : made->parts)
    progress.show_beside({std::move(part.set), std::min(part.ttl_left, made->ttl), expires});
  return true;
}

}  // namespace

AnswerInProgress::AnswerInProgress(const Question& q, const ResolverOptions& options)
    : AnswerInProgress(q, options.limits.alias_hops) {
  least = least_security(options, q);
  sees_local_data = true;
}

void AnswerInProgress::show_beside(AnswerRRset part) {
  const auto known = std::ranges::find_if(answer.authority, [&part](const AnswerRRset& other) {
    return other.set->type() == part.set->type() && other.set->owner() == part.set->owner();
  });
  if (known == answer.authority.end())
    answer.authority.push_back(std::move(part));
  else if (part.ttl < known->ttl)
    *known = std::move(part);
}

void AnswerInProgress::show_dname(AnswerRRset part) {
  const bool is_shown = std::ranges::any_of(answer.answer, [&part](const AnswerRRset& other) {
    return other.set->type() == RrType::dname && other.set->owner() == part.set->owner();
  });
  if (!is_shown) answer.answer.push_back(std::move(part));
}

namespace {

trace::Alias meaning_of(AliasChain::Step step) noexcept {
  if (step == AliasChain::Step::follows) return trace::Alias::followed;
  return step == AliasChain::Step::loop ? trace::Alias::loop : trace::Alias::too_long;
}

}  // namespace

bool follow_alias(AnswerInProgress& progress, const AliasToFollow& alias, Trace* trace) {
  progress.answer.answer.push_back({alias.cname, alias.ttl, alias.expires});
  progress.note(alias.security);
  const std::optional<Name> target =
      wire::target_name(RrType::cname, alias.cname->records().front());
  if (!target) {
    progress.error = ResolveError::internal;
    return false;
  }
  const Name from = progress.sname();
  const bool never_ends = alias.dname && leads_into_itself(*alias.dname);
  const AliasChain::Step step =
      never_ends ? AliasChain::Step::loop : progress.chain.follow(*target);
  if (step == AliasChain::Step::loop) progress.error = ResolveError::alias_loop;
  if (step == AliasChain::Step::too_long) progress.error = ResolveError::alias_chain_too_long;
  if (trace) trace->on(trace::AliasFollowed{from, *target, meaning_of(step)});
  return step == AliasChain::Step::follows;
}

Life shortest_life(const Answer& answer, const cache::TtlLimits& limits) noexcept {
  Life shortest;
  if (answer.stale) return shortest;
  const auto consider = [&shortest](std::uint32_t ttl, std::uint32_t left) {
    if (shortest.left == 0 || left < shortest.left) shortest = {ttl, left};
  };
  for (const AnswerRRset& part : answer.answer) consider(limits.clamp(part.set->ttl()), part.ttl);
  for (const AnswerRRset& part : answer.authority) {
    if (part.set->type() != RrType::soa) continue;
    const std::optional<wire::SoaView> soa = wire::read_soa(part.set->records().front());
    if (soa) consider(limits.clamp_negative(part.set->ttl(), soa->minimum), part.ttl);
  }
  return shortest;
}

Answer failure_answer(const AnswerInProgress& progress) {
  const FailureText text = describe(progress.error);
  Answer answer;
  answer.rcode = text.rcode;
  if (progress.detail) {
    answer.errors.push_back({wire::EdeCode{progress.detail->code}, progress.detail->text});
  } else {
    std::string sentence(text.text);
    sentence +=
        " (" + wire::to_text(progress.sname()) + " " + wire::to_text(progress.question.type) + ")";
    answer.errors.push_back({text.ede, std::move(sentence)});
  }
  if (progress.failure_was_cached)
    answer.errors.push_back({wire::EdeCode::cached_error, "remembered from an earlier attempt"});
  return answer;
}

bool is_withheld_by_sentinel(const ResolverOptions& options, const Question& question,
                             const Answer& answer) {
  const bool may_be = options.root_key_sentinel && options.anchors &&
                      answer.security == cache::Security::secure && !question.checking_disabled &&
                      (question.type == RrType::a || question.type == RrType::aaaa);
  if (!may_be) return false;
  const std::optional<dnssec::KeySentinel> sentinel = dnssec::read_key_sentinel(question.name);
  if (!sentinel) return false;
  for (const dnssec::TrustAnchor& anchor : options.anchors->anchors())
    if (anchor.zone.is_root()) return !dnssec::is_answered(*sentinel, dnssec::trusted_tags(anchor));
  return false;
}

bool is_from_wildcard(const wire::RRset& set) noexcept {
  constexpr std::size_t labels_at = 3;
  const wire::RdataList signatures = set.signatures();
  if (signatures.empty()) return false;
  unsigned labels = 0;
  const wire::Bytes owner = set.owner_wire();
  for (std::size_t at = 0; owner[at] != 0; at += 1u + owner[at]) ++labels;
  const bool is_wildcard = owner[0] == 1 && owner[1] == '*';
  return signatures.front()[labels_at] < labels - (is_wildcard ? 1 : 0);
}

const ConfiguredZone* configured_zone(const ResolverOptions& options, const Name& name,
                                      RrType type) {
  const ConfiguredZone* best = nullptr;
  for (const ConfiguredZone& zone : options.zones) {
    const bool covers = type == RrType::ds && !zone.forward ? name.is_below(zone.name)
                                                            : name.is_at_or_below(zone.name);
    if (covers && (!best || zone.name.label_count() > best->name.label_count())) best = &zone;
  }
  return best;
}

CacheOutcome continue_from_cache(AnswerInProgress& progress, const Caches& caches,
                                 const ResolverOptions& options, cache::Time now, Trace* trace) {
  const RrType type = progress.question.type;
  for (;;) {
    switch (take_local_data(progress, options.local_data.get(), trace)) {
      case LocalOutcome::none:
        break;
      case LocalOutcome::complete:
        return CacheOutcome::complete;
      case LocalOutcome::alias:
        continue;
      case LocalOutcome::failed:
        return CacheOutcome::failed;
    }
    if (take_special_name(progress, options)) {
      report(trace, progress, trace::CacheResult::local, 0);
      return CacheOutcome::complete;
    }
    const HashedName name(caches.hash, progress.sname());
    if (progress.marks) progress.marks->add(caches.changes.mark(name.hash));
    const auto data = find_for_client(caches, name, type, progress.least, now);
    if (data && take_wildcard_proof(progress, caches, *data, now)) {
      report_set(trace, progress, caches, *data);
      if (type == RrType::cname)
        show_dname(progress, find_dname_of(progress, caches, *data->set, now));
      progress.answer.answer.push_back({data->set, data->ttl_left, data->expires});
      progress.note(data->security);
      return CacheOutcome::complete;
    }
    if (const auto alias = find_alias(progress, caches, name, now)) {
      if (take_failure(progress, caches, name, now, trace)) return CacheOutcome::failed;
      report_set(trace, progress, caches, alias->cname);
      if (!take_cached_alias(progress, *alias, trace)) return CacheOutcome::failed;
      continue;
    }
    const ConfiguredZone* zone = configured_zone(options, name.name, type);
    const cache::DenialWanted wanted{.above_labels = zone ? zone->name.label_count() : 0,
                                     .least = progress.least};
    if (const auto denial = caches.negatives.find(name, type, now, wanted)) {
      report_denial(trace, progress, caches, *denial, now);
      take_denial(progress, *denial);
      return CacheOutcome::complete;
    }
    if (take_failure(progress, caches, name, now, trace)) return CacheOutcome::failed;
    if (take_synthesis(progress, caches, options, wanted.above_labels, now, trace))
      return CacheOutcome::complete;
    report(trace, progress, trace::CacheResult::miss, 0);
    return CacheOutcome::miss;
  }
}

}  // namespace godwit::iterator
