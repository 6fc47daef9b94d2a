// What a resolution takes from a response: the way down, a part of the answer, a denial, or why
// there is none.
#include <algorithm>
#include <utility>

#include "dnssec/clock_sanity.h"
#include "iterator/ask_zone.h"
#include "iterator/resolution.h"
#include "iterator/stale_answer.h"
#include "wire/name_text.h"
#include "wire/rdata.h"
#include "wire/rdata_text.h"

namespace godwit::iterator {

using wire::Name;
using wire::RrType;

Resolution::Turn Resolution::take_turn(Walk& walk, const MinimisedQuestion& asked,
                                       const Judged& judged) {
  if (judged.error != ResolveError::none) return fail(judged);
  const Response& response = *judged.response;
  if (response.kind == ResponseKind::referral) {
    if (!response.referral) return fail(Judged(failed_response(ResolveError::internal)));
    // What a zone delegates ends with the zone's own delegation (ghost domains).
    const Time latest = walk.zone.delegation ? walk.zone.delegation->expires : Time::max();
    cache::DelegationPtr below =
        walk_.caches().delegations.store_until(*response.referral, latest, walk_.now());
    walk_.caches().note_referral(*below->ns, walk_.now());
    if (walk_.trace)
      walk_.trace->on(trace::Referred{below->cut(), below->ns->size(), below->glue.size(),
                                      response.ds != nullptr});
    walk.zone = ZoneServers(std::move(below));
    note_zone(walk.zone);
    walk.minimisation.known_labels = walk.zone.cut.label_count();
    if (!asked.is_full) ++probes_;
    if (glue_will_do_ && progress_.chain.hops() == 0 &&
        has_glue_for(*walk.zone.delegation, progress_.sname(), progress_.question.type)) {
      complete_ = settled_by_glue_ = true;
      return Turn::settled;
    }
    return Turn::go_on;
  }
  if (!asked.is_full) return take_probe(walk, asked, judged);
  if (!is_usable(response.kind)) return fail(judged);
  return take_answer(judged) ? Turn::settled : Turn::failed;
}

// A probe for fewer labels than the name has (RFC 9156): it shows the way, and is no answer.
Resolution::Turn Resolution::take_probe(Walk& walk, const MinimisedQuestion& asked,
                                        const Judged& judged) {
  const Response& response = *judged.response;
  ++probes_;
  walk.minimisation.known_labels = asked.name.label_count();
  const bool strict = walk_.options->minimisation == Minimisation::strict;
  switch (response.kind) {
    case ResponseKind::nodata:
      if (response.soa)
        walk_.caches().negatives.store_nodata(asked.name, asked.type, response.soa, walk_.now(),
                                              {.giver = response.server.address});
      return Turn::go_on;
    case ResponseKind::alias:
      // There is no cut below a DNAME.
      walk.ask_in_full = response.answer.front()->type() == RrType::dname;
      return Turn::go_on;
    case ResponseKind::answer:
      return Turn::go_on;
    case ResponseKind::nxdomain:
      if (strict || judged.denial == cache::Security::secure) {
        take_denial(judged, asked.name);
        return Turn::settled;
      }
      walk.ask_in_full = true;  // servers that deny empty non-terminals are not believed
      return Turn::go_on;
    default:
      break;
  }
  const bool hopeless = response.error == ResolveError::no_server_addresses ||
                        walk_.exhausted() != ResolveError::none;
  if (strict || hopeless) return fail(judged);
  walk.ask_in_full = true;
  return Turn::go_on;
}

// Takes a response to the full question into the answer. False: the chain cannot be followed.
bool Resolution::take_answer(const Judged& judged) {
  const Response& response = *judged.response;
  const cache::TtlLimits& ttl = walk_.caches().ttl;
  if (response.kind == ResponseKind::alias_too_long) {
    for (std::size_t i = 0; i < response.answer.size(); ++i) {
      const wire::RRsetPtr& set = response.answer[i];
      progress_.answer.answer.push_back({set, ttl.clamp(set->ttl())});
      progress_.note(judged.of_set(i));
    }
    progress_.answer.rcode = wire::Rcode::yxdomain;
    complete_ = true;
    return true;
  }
  const RrType type = progress_.question.type;
  wire::RRsetPtr dname;
  for (std::size_t i = 0; i < response.answer.size(); ++i) {
    const wire::RRsetPtr& set = response.answer[i];
    const std::uint32_t seconds = ttl.clamp(set->ttl());
    if (set->type() == RrType::cname && type != RrType::cname) {
      const AliasToFollow alias{set, seconds, dname, {}, judged.of_set(i)};
      if (!follow_alias(progress_, alias, walk_.trace)) return false;
      dname = nullptr;
      continue;
    }
    progress_.note(judged.of_set(i));
    if (set->type() == RrType::dname) {
      dname = set;
      progress_.show_dname({set, seconds});
    } else {
      progress_.answer.answer.push_back({set, seconds});
    }
  }
  if (response.denial)
    take_denial(judged, progress_.sname());
  else if (std::ranges::any_of(response.answer,
                               [](const auto& set) { return is_from_wildcard(*set); }))
    show_proofs(judged);
  forget_failures();
  complete_ = complete_ || response.settles_final_name;
  probes_ = 0;
  return true;
}

// The proofs that belong to an answer that a wildcard made.
void Resolution::show_proofs(const Judged& judged) {
  for (const wire::RRsetPtr& proof : judged.response->proofs)
    progress_.show_beside({proof, walk_.caches().ttl.clamp(proof->ttl())});
}

// It works; what was bogus may still be so for those who want it judged.
void Resolution::forget_failures() const {
  if (walk_.options->anchors && !judge_) return;
  const RrType type = progress_.question.type;
  walk_.caches().failures.erase(progress_.sname(), type);
  if (progress_.chain.hops() > 0) walk_.caches().failures.erase(progress_.question.name, type);
}

void Resolution::take_denial(const Judged& judged, const Name& denied) {
  const Response& response = *judged.response;
  const cache::Evidence evidence = judged.evidence();
  progress_.note(judged.denial);
  cache::NegativeCache& negatives = walk_.caches().negatives;
  const bool nxdomain = response.denial == ResponseKind::nxdomain;
  if (nxdomain) progress_.answer.rcode = wire::Rcode::nxdomain;
  if (response.soa) {
    if (nxdomain)
      negatives.store_nxdomain(denied, response.soa, walk_.now(), evidence);
    else
      negatives.store_nodata(denied, progress_.question.type, response.soa, walk_.now(), evidence);
    const std::optional<wire::SoaView> soa = wire::read_soa(response.soa->records().front());
    const std::uint32_t minimum = soa ? soa->minimum : 0;
    progress_.show_beside(
        {response.soa, walk_.caches().ttl.clamp_negative(response.soa->ttl(), minimum)});
  }
  show_proofs(judged);
  complete_ = true;
}

bool Resolution::is_looking_for(const Name& server) const {
  for (const Resolution* resolution = this; resolution; resolution = resolution->outer_) {
    const RrType type = resolution->progress_.question.type;
    if ((type == RrType::a || type == RrType::aaaa) && resolution->progress_.sname() == server)
      return true;
  }
  return false;
}

Resolution::Turn Resolution::fail(const Judged& judged) {
  const bool is_judges_word = judged.error != ResolveError::none;
  progress_.error = is_judges_word ? judged.error : judged.response->error;
  failure_ = judged.failure;
  return Turn::failed;
}

// A clock that cannot be right makes good signatures look wrong.
void Resolution::blame_clock(dnssec::Failure& failure) const {
  const bool is_about_time = failure.fault == dnssec::Fault::signature_expired ||
                             failure.fault == dnssec::Fault::signature_not_yet_valid;
  if (is_about_time &&
      dnssec::judge_clock(wall_seconds(walk_.seams.clock), walk_.options->build_date))
    failure.fault = dnssec::Fault::clock_wrong;
}

// In words, for this client and those after him.
void Resolution::explain_failure() {
  if (!failure_) return;
  blame_clock(failure_);
  progress_.detail = std::make_shared<const cache::FailureDetail>(cache::FailureDetail{
      static_cast<std::uint16_t>(dnssec::ede_of(failure_.fault)), dnssec::to_text(failure_)});
}

// Whether there is an answer all the same, one that has ended.
bool Resolution::is_answered_stale() const {
  return may_be_answered_stale(progress_.error) &&
         find_stale(progress_.question, walk_.caches(), *walk_.options, walk_.now()).has_value();
}

// What has ended is not to be given after what is said now and is not believed; unless it is for
// want of keys, or of a clock.
void Resolution::forget_ended() const {
  const StalePolicy& stale = walk_.options->stale;
  const dnssec::Fault fault = failure_.fault;
  const bool is_contradicted = fault != dnssec::Fault::dnskey_unreachable &&
                               fault != dnssec::Fault::chain_unreachable &&
                               fault != dnssec::Fault::clock_wrong;
  if (progress_.error != ResolveError::bogus || !is_contradicted || !stale.is_on()) return;
  const cache::Time now = walk_.now(), past = now - stale.time_max;
  const Name& name = progress_.sname();
  Caches& caches = walk_.caches();
  for (const RrType type : {progress_.question.type, RrType::cname}) {
    const auto set = caches.rrsets.find(name, type, past);
    if (set && set->expires <= now) caches.rrsets.erase(name, type);
  }
  const auto denial = caches.negatives.find(name, progress_.question.type, past);
  if (denial && denial->expires <= now) caches.negatives.erase(name, progress_.question.type);
}

// So that the world is not asked again at once (RFC 9520). What is met by the way that led here -
// a limit, a circle of server names, a chain of aliases - says nothing about the server name that
// is looked up nor about the target of an alias: it is the question asked first that fails. Else
// whoever owns the beginning of a way could make names of others fail.
void Resolution::remember_failure() const {
  const ResolveError error = progress_.error;
  if (is_chain_part_) return;
  // A refresh that fails leaves the answer as good as it is.
  if (walk_.now() < began_ + must_last_) return;
  if (error == ResolveError::none || error == ResolveError::cancelled ||
      error == ResolveError::internal)
    return;
  const bool limited = is_limit(error) || walk_.budget.has_withheld_lookup();
  if (outer_ && (limited || met_loop_)) return;
  const bool by_the_way =
      limited || error == ResolveError::alias_loop || error == ResolveError::alias_chain_too_long;
  const Name& failed = by_the_way ? progress_.question.name : progress_.sname();
  cache::FailureCache::Told told;
  told.reason = static_cast<std::uint16_t>(error);
  told.detail = progress_.detail;
  if (error == ResolveError::bogus) told.at_least = walk_.options->bogus_time;
  if (!outer_ && is_answered_stale()) told.at_least = walk_.options->stale.retry;
  walk_.caches().failures.store(failed, progress_.question.type, told, walk_.now());
}

}  // namespace godwit::iterator
