#include "iterator/chain_of_trust.h"

#include "dnssec/clock_sanity.h"
#include "dnssec/ds.h"
#include "iterator/judge.h"
#include "iterator/report.h"
#include "iterator/resolution.h"

namespace godwit::iterator {

using cache::Security;
using dnssec::Failure;
using dnssec::Fault;
using dnssec::RRsetCheck;
using dnssec::TrustAnchor;
using dnssec::ZoneTrust;
using dnssec::ZoneTrustPtr;
using wire::Name;
using wire::RRsetPtr;
using wire::RrType;

namespace {

ZoneTrustPtr make_insecure(const Name& zone, cache::Time expires, const Failure& why) {
  auto trust = std::make_shared<ZoneTrust>();
  trust->zone = zone;
  trust->security = Security::insecure;
  trust->failure = why;
  trust->expires = expires;
  return trust;
}

// Of all that no anchor leads to.
const ZoneTrustPtr& without_anchor() {
  static const ZoneTrustPtr trust = make_insecure(Name(), cache::Time::max(), Failure());
  return trust;
}

Failure failure_at(const Name& zone, Fault fault, RrType type) {
  Failure failure(fault);
  failure.zone = zone;
  failure.owner = zone;
  failure.type = type;
  return failure;
}

class NextCheck final : public PacedCheck {
 public:
  NextCheck(RRsetCheck& check, WalkContext& walk) noexcept : check_(check), walk_(walk) {}
  [[nodiscard]] std::uint32_t nominal_microseconds() const override { return check_.next_cost(); }
  [[nodiscard]] bool is_needed() const { return check_.state() == RRsetCheck::State::pending; }
  bool make() override {
    const std::uint32_t before = walk_.validation.checks_spent();
    check_.step(walk_.validation);
    walk_.counters.signature_checks.fetch_add(walk_.validation.checks_spent() - before,
                                              std::memory_order_relaxed);
    return is_needed();
  }

 private:
  RRsetCheck& check_;
  WalkContext& walk_;
};

}  // namespace

RRsetPtr with_ttl_at_most(RRsetPtr set, std::uint32_t seconds) {
  if (set->ttl() <= seconds) return set;
  wire::RRsetParts parts;
  parts.owner = set->owner_wire();
  parts.type = set->type();
  parts.rr_class = set->rr_class();
  parts.ttl = seconds;
  parts.records = set->records();
  parts.signatures = set->signatures();
  return wire::RRset::make(parts);
}

// Judges the DNSKEY set of a zone by what leads to it.
class EntryJudge final : public ResponseJudge {
 public:
  EntryJudge(ChainOfTrust& chain, const Name& zone, const ChainOfTrust::Entry& entry)
      : chain_(chain), zone_(zone), entry_(entry) {}
  Task<Judged> judge(const AskedQuestion&, ResponsePtr response) override {
    Judged judged(response);
    // The servers that are known may be those of a zone above.
    if (response->kind == ResponseKind::referral) co_return judged;
    const bool has_set = response->kind == ResponseKind::answer && response->answer.size() == 1;
    if (!has_set) {
      judged.fail(entry_.ds ? dnssec::without_keys(*entry_.ds)
                            : failure_at(zone_, Fault::dnskey_missing, RrType::dnskey));
      co_return judged;
    }
    const RRsetPtr dnskeys = response->answer.front();
    const cache::Giver giver = response->server.address;
    ZoneTrustPtr verified = co_await chain_.verify_keys(zone_, entry_, dnskeys, giver);
    trust_ = std::move(verified);
    if (trust_->security == Security::bogus) judged.fail(trust_->failure);
    judged.sets.push_back(trust_->security);
    co_return judged;
  }
  [[nodiscard]] const ZoneTrustPtr& trust() const noexcept { return trust_; }

 private:
  ChainOfTrust& chain_;
  Name zone_;
  ChainOfTrust::Entry entry_;
  ZoneTrustPtr trust_;
};

const TrustAnchor* ChainOfTrust::anchor_of(const Name& name) const {
  return walk_.options->anchors->closest(name, wall_seconds(walk_.seams.clock));
}

ZoneTrustPtr ChainOfTrust::known(const Name& zone) const {
  const TrustAnchor* const anchor = anchor_of(zone);
  if (!anchor) return without_anchor();
  ZoneTrustPtr nearest =
      walk_.caches().trusts.closest(zone, anchor->zone.label_count(), walk_.now());
  const bool counts = nearest && (nearest->zone == zone || nearest->security == Security::insecure);
  return counts ? nearest : nullptr;
}

ZoneTrustPtr ChainOfTrust::store_insecure(const Name& zone, std::uint32_t seconds,
                                          const Failure& why) const {
  const std::uint32_t clamped = walk_.caches().ttl.clamp(seconds);
  ZoneTrustPtr trust = make_insecure(zone, cache::expiry(walk_.now(), clamped), why);
  walk_.caches().trusts.store(trust, walk_.now());
  return trust;
}

ZoneTrustPtr ChainOfTrust::bogus(const Name& zone, const Failure& failure) const {
  auto trust = std::make_shared<ZoneTrust>();
  trust->zone = zone;
  trust->security = Security::bogus;
  trust->failure = failure;
  trust->expires = walk_.now() + walk_.options->bogus_time;
  return trust;
}

// When no keys or no DS could be had. Null for what only this question lacks.
ZoneTrustPtr ChainOfTrust::no_keys(const Name& zone, ResolveError error, const Failure& failure,
                                   Fault unreachable) const {
  if (error == ResolveError::cancelled) return nullptr;
  if (error == ResolveError::out_of_validation) return bogus(zone, failure);
  if (is_limit(error) || walk_.exhausted() != ResolveError::none) return nullptr;
  if (error == ResolveError::bogus) return bogus(zone, failure);
  const bool is_ds = unreachable == Fault::chain_unreachable;
  return bogus(zone, failure_at(zone, unreachable, is_ds ? RrType::ds : RrType::dnskey));
}

RRsetCheck ChainOfTrust::check_of(const wire::RRset& set, const ZoneTrust& trust) const {
  dnssec::SignatureClock clock;
  clock.now = static_cast<std::uint32_t>(wall_seconds(walk_.seams.clock));
  clock.skew_seconds = walk_.options->signature_skew_seconds;
  return RRsetCheck(set, trust.zone, trust.keys, clock, walk_.options->algorithms,
                    walk_.options->validation);
}

Task<bool> ChainOfTrust::run(RRsetCheck& check) {
  NextCheck next(check, walk_);
  bool has_more = next.is_needed();
  while (has_more) {
    const bool left = co_await walk_.pace.make_in_turn(next, walk_.seams.timers, walk_.now());
    has_more = left;
  }
  co_return check.state() == RRsetCheck::State::secure;
}

Task<ZoneTrustPtr> ChainOfTrust::of_zone(Name zone, RRsetPtr dnskeys) {
  ZoneTrustPtr found = known(zone);
  if (found) {
    report_trust(walk_, *found, true);
    co_return found;
  }
  const FlightKey key(walk_.shared.hash, zone, RrType::dnskey);
  Establishings::Entered entered = walk_.shared.trusts.enter(key);
  while (!entered.leads) {
    if (walk_.trace) walk_.trace->on(trace::Joined{zone, RrType::dnskey, trace::Flight::keys});
    ZoneTrustPtr told = co_await walk_.shared.trusts.wait(entered.flight, walk_.seams.mailbox,
                                                          walk_.seams.timers, walk_.budget.ends());
    if (told) co_return told;
    if (walk_.exhausted() != ResolveError::none || !walk_.budget.spend_step()) co_return nullptr;
    found = known(zone);
    if (found) co_return found;
    entered = walk_.shared.trusts.enter(key);
  }
  FlightGuard<Establishings> guard(walk_.shared.trusts, entered.flight);
  // Somebody may have been done between the look and the entering.
  found = known(zone);
  if (!found) {
    ZoneTrustPtr established = co_await establish(zone, std::move(dnskeys));
    found = std::move(established);
    if (found) report_trust(walk_, *found, false);
  }
  // What was too much for this question need not be for another one.
  const bool is_own = !found || found->failure.fault == Fault::too_much_work;
  if (is_own) co_return found;
  walk_.caches().trusts.store(found, walk_.now());
  guard.finish(found);
  co_return found;
}

Task<ZoneTrustPtr> ChainOfTrust::establish(Name zone, RRsetPtr dnskeys) {
  const TrustAnchor* const anchor = anchor_of(zone);
  if (!anchor) co_return without_anchor();
  Entry entry;
  if (anchor->zone == zone) {
    entry.ds = anchor->ds;
    entry.dnskeys = anchor->dnskeys;
  } else {
    EntryOrTrust above = co_await find_entry(zone, anchor->zone);
    if (!above.has_entry) co_return above.trust;
    entry = std::move(above.entry);
  }
  if (entry.ds && !entry.dnskeys) {
    const dnssec::DsMeaning meaning = dnssec::meaning_of(*entry.ds, walk_.options->algorithms);
    // A parent may say that nobody here can check; an anchor that nobody can check is no anchor.
    const bool is_anchor = anchor->zone == zone;
    if (!meaning.is_usable && is_anchor) co_return bogus(zone, meaning.failure);
    if (!meaning.is_usable) co_return make_insecure(zone, entry.expires, meaning.failure);
  }
  ZoneTrustPtr trust = co_await find_keys(zone, std::move(entry), std::move(dnskeys));
  co_return trust;
}

Task<ChainOfTrust::EntryOrTrust> ChainOfTrust::find_entry(Name zone, Name anchor) {
  EntryOrTrust out;
  const cache::DelegationPtr above = walk_.caches().delegations.closest(zone.parent(), walk_.now());
  if (above && above->cut().is_at_or_below(anchor)) {
    const Name cut = above->cut();
    const RRsetPtr none;
    ZoneTrustPtr parent = co_await of_zone(cut, none);
    if (!parent || parent->security != Security::secure) {
      out.trust = std::move(parent);
      co_return out;
    }
  }
  DsLookup found = co_await look_up_ds(zone);
  if (found.ds) {
    out.has_entry = true;
    out.entry.ds = std::move(found.ds);
    out.entry.expires = found.expires;
    co_return out;
  }
  // The denial of a DS has said what it proves.
  out.trust = known(zone);
  if (out.trust) co_return out;
  if (found.error != ResolveError::none && found.error != ResolveError::alias_chain_too_long) {
    out.trust = no_keys(zone, found.error, found.failure, Fault::chain_unreachable);
    co_return out;
  }
  // That there is no such cut: an operator who says where its servers are knows better.
  const ConfiguredZone* const configured = configured_zone(*walk_.options, zone, RrType::any);
  const bool is_insecure = found.security == Security::insecure;
  const bool is_configured = configured && configured->name == zone;
  if (is_insecure || is_configured) {
    constexpr std::uint32_t seconds = 60;
    out.trust = make_insecure(zone, cache::expiry(walk_.now(), seconds), Failure());
  } else {
    out.trust = bogus(zone, failure_at(zone, Fault::nsec_wrong, RrType::ds));
  }
  co_return out;
}

Task<ChainOfTrust::DsLookup> ChainOfTrust::look_up_ds(Name zone) {
  DsLookup out;
  const auto cached = walk_.caches().rrsets.find(zone, RrType::ds, walk_.now());
  if (cached && cached->security == Security::secure) {
    out.ds = cached->set;
    out.expires = cached->expires;
    out.security = Security::secure;
    co_return out;
  }
  const Question question(zone, RrType::ds);
  Resolution inner(walk_, question, asking_, ChainPart{nullptr});
  const Answer answer = co_await inner.run();
  out.error = inner.error();
  out.failure = inner.failure();
  out.security = answer.security;
  out.nxdomain = answer.rcode == wire::Rcode::nxdomain;
  if (out.error != ResolveError::none) co_return out;
  for (const AnswerRRset& part : answer.answer) {
    if (part.set->type() != RrType::ds || answer.security != Security::secure) continue;
    out.ds = part.set;
    out.expires = cache::expiry(walk_.now(), part.ttl);
  }
  if (!out.ds && out.security == Security::secure) note_remembered_denial(zone, answer);
  co_return out;
}

Task<ZoneTrustPtr> ChainOfTrust::find_keys(Name zone, Entry entry, RRsetPtr dnskeys) {
  ZoneTrustPtr remembered = remembered_keys(zone, entry);
  if (remembered) co_return remembered;
  if (dnskeys) {
    // Whoever has got them remembers them after this with their giver.
    const cache::Giver giver;
    ZoneTrustPtr trust = co_await verify_keys(zone, entry, dnskeys, giver);
    if (trust->security == Security::secure || walk_.validation.is_exhausted()) co_return trust;
  }
  EntryJudge judge(*this, zone, entry);
  const Question question(zone, RrType::dnskey);
  Resolution inner(walk_, question, asking_, ChainPart{&judge});
  inner.begin_behind_caches();
  const Answer answer = co_await inner.run();
  if (judge.trust() && judge.trust()->security == Security::secure) co_return judge.trust();
  const ResolveError error =
      inner.error() == ResolveError::none ? ResolveError::bogus : inner.error();
  Failure why = inner.failure();
  if (!why) why = failure_at(zone, Fault::dnskey_missing, RrType::dnskey);
  co_return no_keys(zone, error, why, Fault::dnskey_unreachable);
}

dnssec::EntryKeys ChainOfTrust::entry_keys_of(const Entry& entry,
                                              const wire::RRset& dnskeys) const {
  dnssec::EntryKeys keys;
  if (entry.ds)
    keys = dnssec::entry_keys(*entry.ds, dnskeys, walk_.options->algorithms,
                              walk_.options->validation);
  if (!entry.dnskeys) return keys;
  for (const dnssec::ZoneKeyPtr& key : dnssec::zone_keys(dnskeys))
    for (const wire::Bytes trusted : entry.dnskeys->records())
      if (std::ranges::equal(key->rdata(), trusted)) keys.keys.push_back(key);
  if (keys.keys.empty() && !keys.failure)
    keys.failure = failure_at(dnskeys.owner(), Fault::dnskey_missing, RrType::dnskey);
  return keys;
}

// A set that was verified once and is still remembered need not be verified again: its keys are
// what takes most room, and may have been forgotten before it.
ZoneTrustPtr ChainOfTrust::remembered_keys(const Name& zone, const Entry& entry) const {
  const auto cached = walk_.caches().rrsets.find(zone, RrType::dnskey, walk_.now());
  if (!cached || cached->security != Security::secure) return nullptr;
  const dnssec::EntryKeys entries = entry_keys_of(entry, *cached->set);
  if (entries.keys.empty()) return nullptr;
  auto trust = std::make_shared<ZoneTrust>();
  trust->zone = zone;
  trust->security = Security::secure;
  trust->keys = dnssec::zone_keys(*cached->set, entries.keys);
  trust->expires = std::min(entry.expires, cached->expires);
  return trust;
}

// When all the root's signatures are from the future it is not the root that is wrong.
Failure ChainOfTrust::failure_of_keys(const wire::RRset& dnskeys, Failure failure) const {
  const bool may_be_clock =
      dnskeys.owner().is_root() && failure.fault == Fault::signature_not_yet_valid;
  if (may_be_clock && dnssec::judge_clock(wall_seconds(walk_.seams.clock), dnskeys,
                                          walk_.options->signature_skew_seconds))
    failure.fault = Fault::clock_wrong;
  return failure;
}

// Never null: the keys, or why the set is not believed.
Task<ZoneTrustPtr> ChainOfTrust::verify_keys(Name zone, Entry entry, RRsetPtr dnskeys,
                                             cache::Giver giver) {
  const dnssec::EntryKeys entries = entry_keys_of(entry, *dnskeys);
  if (entries.keys.empty()) co_return bogus(zone, entries.failure);
  ZoneTrust signers;
  signers.zone = zone;
  signers.keys = entries.keys;
  RRsetCheck check = check_of(*dnskeys, signers);
  const bool is_secure = co_await run(check);
  if (!is_secure) co_return bogus(zone, failure_of_keys(*dnskeys, check.failure()));
  report_signed_set(walk_, *dnskeys, check.key_tag(), zone);
  const RRsetPtr kept = with_ttl_at_most(dnskeys, check.ttl());
  auto trust = std::make_shared<ZoneTrust>();
  trust->zone = zone;
  trust->security = Security::secure;
  trust->keys = dnssec::zone_keys(*kept, entries.keys);
  const std::uint32_t seconds = walk_.caches().ttl.clamp(kept->ttl());
  trust->expires = std::min(entry.expires, cache::expiry(walk_.now(), seconds));
  walk_.caches().rrsets.store(kept, {cache::Trust::answer_authoritative, Security::secure},
                              walk_.now(), giver);
  co_return trust;
}

}  // namespace godwit::iterator
