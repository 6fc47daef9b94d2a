// Judges responses by the chain of trust: each set by the keys of the zone that signs it, what is
// unsigned by proof that it may be, denials and wildcards by their proofs, referrals by their DS.
// On the worker's thread. RFC 4035 §5.3 to §5.5, RFC 5155 §8, RFC 6840.
#pragma once

#include "dnssec/denial.h"
#include "iterator/chain_of_trust.h"
#include "iterator/judge.h"

namespace godwit::iterator {

class ChainJudge final : public ResponseJudge {
 public:
  ChainJudge(WalkContext& walk, const Resolution& asking) : walk_(walk), chain_(walk, asking) {}
  [[nodiscard]] Task<Judged> judge(const AskedQuestion& asked, ResponsePtr response) override;

 private:
  // What came of one set.
  struct SetJudgement {
    SetJudgement() = default;
    cache::Security security = cache::Security::bogus;
    ResolveError error = ResolveError::none;  // a limit
    wire::RRsetPtr set;                       // with its TTL cut, when secure
    dnssec::Failure failure;
    dnssec::ZoneTrustPtr signer;  // when secure
    unsigned labels = 0;          // likewise: of the signature
    bool is_chains_fault = false;
  };
  // A response whose judged parts take the place of the ones received.
  using ResponseInWork = std::shared_ptr<Response>;

  Task<dnssec::ZoneTrustPtr> trust_of_cut(const AskedQuestion& asked, wire::RRsetPtr dnskeys,
                                          ResponseKind kind);
  Task<SetJudgement> judge_set(wire::RRsetPtr set, dnssec::ZoneTrustPtr base);
  Task<SetJudgement> judge_unsigned(wire::RRsetPtr set, dnssec::ZoneTrustPtr base);
  Task<bool> judge_answer(Judged& judged, ResponseInWork work, dnssec::ZoneTrustPtr base);
  Task<bool> judge_denial(Judged& judged, ResponseInWork work, dnssec::ZoneTrustPtr base,
                          wire::RrType type);
  Task<bool> judge_bare_denial(Judged& judged, dnssec::ZoneTrustPtr base, wire::RrType type);
  Task<bool> judge_referral(Judged& judged, ResponseInWork work, dnssec::ZoneTrustPtr base);
  Task<bool> prove_no_closer_match(Judged& judged, ResponseInWork work, SetJudgement of);
  // The proofs of a response that a zone has signed, and why others are not good, if any.
  struct Proofs {
    Proofs() = default;
    std::vector<wire::RRsetPtr> good;
    dnssec::Failure worst;
  };
  Task<Proofs> good_proofs(ResponsePtr response, dnssec::ZoneTrustPtr signer);
  static void fail_for_proofs(Judged& judged, const Proofs& proofs, const dnssec::Failure& why);
  [[nodiscard]] dnssec::ProofResult weigh_denial(const Response& work, wire::RrType type,
                                                 const std::vector<wire::RRsetPtr>& proofs,
                                                 const dnssec::ZoneTrust& signer);
  void remember_proofs(const Response& work, const std::vector<wire::RRsetPtr>& proofs,
                       const wire::Name& zone) const;
  [[nodiscard]] bool lack(Judged& judged) const;

  WalkContext& walk_;
  ChainOfTrust chain_;
};

}  // namespace godwit::iterator
