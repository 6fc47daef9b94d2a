#include "iterator/chain_judge.h"

#include <algorithm>

#include "dnssec/synthesis.h"
#include "iterator/report.h"

namespace godwit::iterator {

using cache::Security;
using dnssec::Denial;
using dnssec::Failure;
using dnssec::Fault;
using dnssec::Proof;
using dnssec::ProofResult;
using dnssec::RRsetCheck;
using dnssec::ZoneTrustPtr;
using wire::Name;
using wire::RRsetPtr;
using wire::RrType;

namespace {

Failure failure_of(const wire::RRset& set, const Name& zone, Fault fault) {
  Failure failure(fault);
  failure.zone = zone;
  failure.owner = set.owner();
  failure.type = set.type();
  return failure;
}

// Each once.
void add_proofs(Response& work, const std::vector<RRsetPtr>& good) {
  for (const RRsetPtr& proof : good) {
    const bool is_known =
        std::any_of(work.proofs.begin(), work.proofs.end(), [&proof](const RRsetPtr& known) {
          return known->type() == proof->type() && known->owner() == proof->owner();
        });
    if (!is_known) work.proofs.push_back(proof);
  }
}

unsigned labels_without_asterisk(const Name& owner) noexcept {
  const wire::Bytes first = owner.label(0);
  const bool is_wildcard = first.size() == 1 && first[0] == '*';
  return owner.label_count() - (is_wildcard ? 1 : 0);
}

}  // namespace

// What keeps the response from being judged at all. False, to be returned.
bool ChainJudge::lack(Judged& judged) const {
  const ResolveError lacking = walk_.exhausted();
  judged.error = lacking == ResolveError::none ? ResolveError::out_of_steps : lacking;
  return false;
}

Task<Judged> ChainJudge::judge(const AskedQuestion& asked, ResponsePtr response) {
  Judged judged(response);
  // The keys that were asked for need not be asked for again to be judged.
  const bool has_keys = response->kind == ResponseKind::answer && asked.type == RrType::dnskey &&
                        asked.name == asked.cut && response->answer.size() == 1;
  RRsetPtr dnskeys;
  if (has_keys) dnskeys = response->answer.front();
  ZoneTrustPtr base = co_await trust_of_cut(asked, dnskeys, response->kind);
  if (!base) {
    (void)lack(judged);
    co_return judged;
  }
  if (base->security == Security::bogus) {
    judged.fail(base->failure);
    judged.others_may_do_better = false;
    co_return judged;
  }
  if (base->security == Security::insecure) {
    judged.sets.resize(response->answer.size(), Security::insecure);
    judged.denial = Security::insecure;
    co_return judged;
  }
  const auto work = std::make_shared<Response>(*response);
  work->proofs.clear();
  const bool denies = response->denial.has_value();
  bool good = false;
  if (response->kind == ResponseKind::referral) {
    const bool referral = co_await judge_referral(judged, work, base);
    good = referral;
  } else {
    const bool answer = co_await judge_answer(judged, work, base);
    good = answer;
  }
  // Where an alias leads, its zone may have said that there is a cut to an insecure one.
  const bool may_tell_of_cut = good && !denies && response->kind == ResponseKind::alias &&
                               !response->settles_final_name && !response->proofs.empty() &&
                               work->proofs.empty();
  if (may_tell_of_cut) {
    const Proofs proofs = co_await good_proofs(response, base);
    (void)chain_.note_no_ds(response->final_name, proofs.good, base->zone);
  }
  if (good && denies) {
    const bool denial = co_await judge_denial(judged, work, base, asked.type);
    good = denial;
    report_denial(walk_, response->final_name, judged.denial, good);
  }
  if (good) judged.response = work;
  co_return judged;
}

// The zone that was asked; an anchor below it on the way to the name, when it is insecure itself.
Task<ZoneTrustPtr> ChainJudge::trust_of_cut(const AskedQuestion& asked, RRsetPtr dnskeys,
                                            ResponseKind kind) {
  ZoneTrustPtr base = co_await chain_.of_zone(asked.cut, std::move(dnskeys));
  const bool leads_down = kind == ResponseKind::referral;
  if (!base || base->security != Security::insecure || leads_down) co_return base;
  const Name of = asked.type == RrType::ds ? asked.name.parent() : asked.name;
  const dnssec::TrustAnchor* const anchor = chain_.anchor_of(of);
  if (!anchor || !anchor->zone.is_below(asked.cut)) co_return base;
  const Name zone = anchor->zone;
  const RRsetPtr none;
  ZoneTrustPtr below = co_await chain_.of_zone(zone, none);
  co_return below;
}

Task<ChainJudge::SetJudgement> ChainJudge::judge_set(RRsetPtr set, ZoneTrustPtr base) {
  SetJudgement out;
  out.set = set;
  const std::vector<Name> signers = dnssec::possible_signers(*set);
  for (const Name& signer : signers) {
    if (!signer.is_at_or_below(base->zone)) continue;
    ZoneTrustPtr trust = base;
    if (signer != base->zone) {
      const RRsetPtr none;
      ZoneTrustPtr below = co_await chain_.of_zone(signer, none);
      trust = std::move(below);
    }
    if (!trust) {
      out.error =
          walk_.exhausted() == ResolveError::none ? ResolveError::out_of_steps : walk_.exhausted();
      co_return out;
    }
    if (trust->security == Security::insecure) {
      out.security = Security::insecure;
      report_set(walk_, *set, out.security);
      co_return out;
    }
    if (trust->security == Security::bogus) {
      out.failure = dnssec::graver(out.failure, trust->failure);
      out.is_chains_fault = true;
      continue;
    }
    RRsetCheck check = chain_.check_of(*set, *trust);
    const bool is_secure = co_await chain_.run(check);
    if (is_secure) {
      out.security = Security::secure;
      report_signed_set(walk_, *set, check.key_tag(), trust->zone);
      out.labels = check.labels();
      out.signer = std::move(trust);
      out.set = with_ttl_at_most(set, check.ttl());
      co_return out;
    }
    out.failure = dnssec::graver(out.failure, check.failure());
  }
  if (out.failure) co_return out;
  SetJudgement without = co_await judge_unsigned(set, base);
  co_return without;
}

// A set that nobody has signed who could have: good only below a cut to an insecure zone.
Task<ChainJudge::SetJudgement> ChainJudge::judge_unsigned(RRsetPtr set, ZoneTrustPtr base) {
  SetJudgement out;
  out.set = set;
  const Name owner = set->owner();
  const Name name = set->type() == RrType::ds ? owner.parent() : owner;
  const ZoneTrustPtr trust = co_await chain_.of_unsigned(base, name);
  if (!trust) {
    const ResolveError lacking = walk_.exhausted();
    out.error = lacking == ResolveError::none ? ResolveError::out_of_steps : lacking;
    co_return out;
  }
  out.security = trust->security;
  if (trust->security == Security::insecure) report_set(walk_, *set, out.security);
  if (trust->security == Security::bogus) {
    out.failure = trust->failure;
    out.is_chains_fault = true;
  } else if (trust->security == Security::secure) {
    out.security = Security::bogus;
    const bool has_some = !set->signatures().empty();
    out.failure =
        failure_of(*set, trust->zone, has_some ? Fault::signer_wrong : Fault::signatures_missing);
  }
  co_return out;
}

Task<bool> ChainJudge::judge_answer(Judged& judged, ResponseInWork work, ZoneTrustPtr base) {
  for (std::size_t i = 0; i < work->answer.size(); ++i) {
    const RRsetPtr set = work->answer[i];
    const bool is_made_here =
        set->type() == RrType::cname && i > 0 && work->answer[i - 1]->type() == RrType::dname;
    if (is_made_here) {
      judged.sets.push_back(judged.sets.back());
      work->answer[i] = with_ttl_at_most(set, work->answer[i - 1]->ttl());
      continue;
    }
    SetJudgement one = co_await judge_set(set, base);
    if (one.error != ResolveError::none) {
      judged.error = one.error;
      co_return false;
    }
    if (one.security == Security::bogus) {
      judged.fail(one.failure);
      judged.others_may_do_better = !one.is_chains_fault;
      co_return false;
    }
    work->answer[i] = one.set;
    judged.sets.push_back(one.security);
    const bool from_wildcard =
        one.security == Security::secure && one.labels < labels_without_asterisk(set->owner());
    if (!from_wildcard) continue;
    const bool proven = co_await prove_no_closer_match(judged, work, std::move(one));
    if (!proven) co_return false;
  }
  co_return true;
}

// That nothing nearer than the wildcard could have answered: by the zone that signed the wildcard.
Task<bool> ChainJudge::prove_no_closer_match(Judged& judged, ResponseInWork work, SetJudgement of) {
  const Name owner = of.set->owner();
  const Proofs proofs = co_await good_proofs(judged.response, of.signer);
  add_proofs(*work, proofs.good);
  const Denial denial(of.signer->zone, proofs.good, walk_.validation);
  const ProofResult result = denial.no_closer_match(owner, of.labels);
  switch (result.proof) {
    case Proof::proven:
      judged.denial = Security::secure;
      co_return true;
    case Proof::insecure:
      judged.denial = Security::insecure;
      judged.sets.back() = Security::insecure;
      co_return true;
    case Proof::unproven:
      break;
  }
  fail_for_proofs(judged, proofs, result.failure);
  co_return false;
}

// What a zone has signed about how it hashes, each of its servers says.
void ChainJudge::fail_for_proofs(Judged& judged, const Proofs& proofs, const Failure& why) {
  judged.fail(proofs.worst ? proofs.worst : why);
  if (judged.failure.fault == Fault::nsec3_iterations_excessive)
    judged.others_may_do_better = false;
}

Task<ChainJudge::Proofs> ChainJudge::good_proofs(ResponsePtr response, ZoneTrustPtr signer) {
  Proofs proofs;
  for (const RRsetPtr& proof : response->proofs) {
    RRsetCheck check = chain_.check_of(*proof, *signer);
    const bool is_secure = co_await chain_.run(check);
    if (!is_secure) {
      proofs.worst = dnssec::graver(proofs.worst, check.failure());
      continue;
    }
    proofs.good.push_back(with_ttl_at_most(proof, check.ttl()));
  }
  co_return proofs;
}

// Who denies, and with what TTL: the zone of the SOA, or of the proofs where there is none.
Task<bool> ChainJudge::judge_denial(Judged& judged, ResponseInWork work, ZoneTrustPtr base,
                                    RrType type) {
  RRsetPtr word = work->soa;
  if (!word && !judged.response->proofs.empty()) word = judged.response->proofs.front();
  if (!word) {
    const bool good = co_await judge_bare_denial(judged, base, type);
    co_return good;
  }
  SetJudgement said = co_await judge_set(word, base);
  if (said.error != ResolveError::none) {
    judged.error = said.error;
    co_return false;
  }
  if (said.security == Security::bogus) {
    judged.fail(said.failure);
    judged.others_may_do_better = !said.is_chains_fault;
    co_return false;
  }
  judged.denial = said.security;
  if (said.security == Security::insecure) co_return true;
  if (work->soa) work->soa = said.set;
  const Proofs proofs = co_await good_proofs(judged.response, said.signer);
  add_proofs(*work, proofs.good);
  const ProofResult result = weigh_denial(*work, type, proofs.good, *said.signer);
  if (result.proof == Proof::insecure) judged.denial = Security::insecure;
  if (result.proof == Proof::proven) remember_proofs(*work, proofs.good, said.signer->zone);
  if (result.proof != Proof::unproven) co_return true;
  fail_for_proofs(judged, proofs, result.failure);
  co_return false;
}

// For names that were not asked for (RFC 8198).
void ChainJudge::remember_proofs(const Response& work, const std::vector<RRsetPtr>& proofs,
                                 const Name& zone) const {
  if (!work.soa || !walk_.options->aggressive_denials) return;
  const cache::Time now = walk_.now();
  const cache::TtlLimits& ttl = walk_.caches().ttl;
  const auto keep = [&](const RRsetPtr& set) {
    const std::uint32_t seconds = std::min(ttl.clamp(set->ttl()), ttl.negative_max);
    const cache::ProvenSet proven{set, cache::expiry(now, seconds), work.server.address};
    dnssec::remember_denial(walk_.caches().proven, zone, proven, now);
  };
  keep(work.soa);
  for (const RRsetPtr& proof : proofs) keep(proof);
}

ProofResult ChainJudge::weigh_denial(const Response& work, RrType type,
                                     const std::vector<RRsetPtr>& proofs,
                                     const dnssec::ZoneTrust& signer) {
  const Name& name = work.final_name;
  const Denial denial(signer.zone, proofs, walk_.validation);
  const bool nxdomain = work.denial == ResponseKind::nxdomain;
  ProofResult result = nxdomain ? denial.no_name(name) : denial.no_data(name, type);
  if (type == RrType::ds && result.proof != Proof::unproven)
    (void)chain_.note_no_ds(name, proofs, signer.zone);
  if (type == RrType::ds || result.proof != Proof::unproven) return result;
  // What is said of a name at or below a cut to an insecure zone need not be proven.
  const ZoneTrustPtr known = chain_.known(name);
  if (known && known->security == Security::insecure) result.proof = Proof::insecure;
  for (unsigned labels = signer.zone.label_count() + 1; labels <= name.label_count(); ++labels) {
    Failure failure;
    const Denial::Cut cut = denial.cut_at(name.suffix(labels), failure);
    if (cut == Denial::Cut::insecure_delegation) result.proof = Proof::insecure;
    // Another server's proofs could not be weighed, either.
    if (failure.fault == Fault::too_much_work) result.failure = failure;
    if (cut == Denial::Cut::insecure_delegation || failure.fault == Fault::too_much_work) break;
  }
  return result;
}

// A denial without SOA and proofs proves nothing. An insecure zone need not prove.
Task<bool> ChainJudge::judge_bare_denial(Judged& judged, ZoneTrustPtr base, RrType type) {
  const Name& name = judged.response->final_name;
  const Name of = type == RrType::ds ? name.parent() : name;
  const ZoneTrustPtr trust = co_await chain_.of_unsigned(base, of);
  if (!trust) co_return lack(judged);
  judged.denial = trust->security;
  if (trust->security == Security::insecure) co_return true;
  Failure why(Fault::nsec_missing);
  why.zone = trust->zone;
  why.owner = name;
  why.type = type;
  judged.fail(trust->security == Security::bogus ? trust->failure : why);
  judged.others_may_do_better = trust->security != Security::bogus;
  co_return false;
}

// With a DS it is known how to go on; with a proof that there is none, too; else the DS is asked
// for when it is needed.
Task<bool> ChainJudge::judge_referral(Judged& judged, ResponseInWork work, ZoneTrustPtr base) {
  judged.denial = Security::secure;
  const Name child = work->referral->cut();
  if (work->ds) {
    SetJudgement ds = co_await judge_set(work->ds, base);
    if (ds.error != ResolveError::none) {
      judged.error = ds.error;
      co_return false;
    }
    if (ds.security == Security::bogus) {
      judged.fail(ds.failure);
      judged.others_may_do_better = !ds.is_chains_fault;
      co_return false;
    }
    if (ds.security == Security::secure)
      walk_.caches().rrsets.store(ds.set, {cache::Trust::answer_nonauthoritative, Security::secure},
                                  walk_.now(), judged.response->server.address);
    co_return true;
  }
  const std::vector<RRsetPtr>& received = judged.response->proofs;
  if (received.empty()) co_return true;
  const std::vector<Name> signers = dnssec::possible_signers(*received.front());
  for (const Name& signer : signers) {
    // A stranger's keys are not looked for.
    if (!child.is_below(signer)) continue;
    const RRsetPtr none;
    const ZoneTrustPtr trust = co_await chain_.of_zone(signer, none);
    if (!trust) continue;
    const Proofs proofs = co_await good_proofs(judged.response, trust);
    const Failure why = chain_.note_no_ds(child, proofs.good, trust->zone);
    // Whoever asks for the DS gets no better proof.
    const bool is_hopeless =
        why.fault == Fault::nsec3_iterations_excessive || why.fault == Fault::too_much_work;
    if (is_hopeless) {
      judged.fail(why);
      judged.others_may_do_better = false;
      co_return false;
    }
    if (!proofs.good.empty()) break;
  }
  co_return true;
}

}  // namespace godwit::iterator
