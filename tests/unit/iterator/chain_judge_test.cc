// Each guard of the judge by itself: what is believed of zones is put into the table, so that
// nothing else in the walk stands before it. The numbers are those of docs/testing.md.
#include "iterator/chain_judge.h"
#include "iterator/resolution.h"

#include "dnssec/synthesis.h"
#include "tests/support/signer.h"
#include "tests/unit/iterator/walk_fixture.h"

namespace godwit::iterator::test {
namespace {

using cache::Security;
using dnssec::Fault;
using godwit::test::Octets;
using godwit::test::rrset;
using godwit::test::signed_set;
using godwit::test::SigningKey;
using wire::RRsetPtr;
using wire::RrType;

constexpr std::uint8_t opt_out = 1;

class ChainJudgeTest : public WalkTest {
 protected:
  ChainJudgeTest() {
    clock.wall_time = std::chrono::system_clock::time_point(std::chrono::seconds(1'800'000'000));
    dnssec::TrustAnchor root;
    root.dnskeys = godwit::test::dnskey_set(wire::Name(), {&key_});
    options.anchors = std::make_shared<const dnssec::TrustAnchors>(
        std::vector{root}, std::vector<dnssec::NegativeTrustAnchor>{});
    believe("test.", Security::secure);
    upstream.servers["192.0.2.1"] = [](const UpstreamRequest&) -> Reply {
      return MessageText{.flags = "qr REFUSED"};
    };
  }

  // All zones have the same key here.
  void believe(const std::string& zone, Security security) {
    auto trust = std::make_shared<dnssec::ZoneTrust>();
    trust->zone = name(zone);
    trust->security = security;
    if (security == Security::secure) trust->keys = {key_.zone_key()};
    trust->expires = clock.time + std::chrono::hours(1);
    caches.trusts.store(trust, clock.time);
  }
  [[nodiscard]] RRsetPtr by(const std::string& zone, const std::string& line) const {
    return signed_set(*rrset({line}), key_, {.zone = name(zone)});
  }
  // The only NSEC3 record of a zone, so that it covers every name but the apex.
  [[nodiscard]] RRsetPtr only_nsec3(const std::string& zone, std::uint8_t flags) const {
    const wire::Name apex = name(zone);
    const Octets next = godwit::test::nsec3_digest(apex, 0, {});
    Octets rdata{1, flags, 0, 0, 0, 20};
    rdata.insert(rdata.end(), next.begin(), next.end());
    rdata.insert(rdata.end(), {0, 1, 0x22});  // NS, SOA
    wire::RRsetBuilder builder(godwit::test::nsec3_owner(apex, apex, 0, {}), RrType::nsec3);
    builder.add(rdata, 3600);
    return signed_set(*builder.build(), key_, {.zone = apex});
  }

  // With a walk around it that asks in vain: all servers refuse.
  template <class Use>
  void with_walk(const std::string& qname, Use use) {
    const Seams seams{clock, entropy, timers, upstream, mailbox};
    ResolverCounters counters;
    CryptoPace pace;
    WalkContext walk(shared, seams, std::make_shared<const ResolverOptions>(options), counters,
                     pace, nullptr);
    const Resolution resolution(walk, Question(name(qname), RrType::a));
    use(walk, resolution);
  }
  Judged judge(const std::string& cut, Response response, const std::string& qname,
               RrType type = RrType::a) {
    Judged judged;
    response.final_name = name(qname);
    const auto shared_response = std::make_shared<const Response>(std::move(response));
    with_walk(qname, [&](WalkContext& walk, const Resolution& resolution) {
      ChainJudge one(walk, resolution);
      AskedQuestion asked;
      asked.name = name(qname);
      asked.type = type;
      asked.cut = name(cut);
      spawn(keep(&one, asked, shared_response, &judged),
            [](const std::exception_ptr& e) { EXPECT_FALSE(e); });
      timers.empty(mailbox);
    });
    return judged;
  }
  static Response answer_of(const std::vector<RRsetPtr>& sets) {
    Response response;
    response.kind = ResponseKind::answer;
    response.answer = sets;
    response.settles_final_name = true;
    return response;
  }
  static Response denial_of(ResponseKind kind, RRsetPtr soa, std::vector<RRsetPtr> proofs) {
    Response response;
    response.kind = kind;
    response.denial = kind;
    response.soa = std::move(soa);
    response.proofs = std::move(proofs);
    response.settles_final_name = true;
    return response;
  }
  static Response referral_to(const std::string& cut) {
    Response response;
    response.kind = ResponseKind::referral;
    response.referral.emplace();
    response.referral->ns = rrset({cut + " NS ns." + cut});
    return response;
  }
  [[nodiscard]] Security known_of(const std::string& zone) const {
    const auto found = caches.trusts.find(name(zone), clock.time);
    return found ? found->security : Security::indeterminate;
  }

  SigningKey key_{dnssec::Algorithm::ed25519, 1};
  SigningKey other_key_{dnssec::Algorithm::ed25519, 2};

 private:
  static Task<void> keep(ChainJudge* judge, AskedQuestion asked, ResponsePtr response,
                         Judged* out) {
    Judged judged = co_await judge->judge(asked, response);
    *out = std::move(judged);
  }
};

TEST_F(ChainJudgeTest, E04_data_that_a_zone_above_the_one_asked_has_signed_are_not_secure) {
  believe("sub.test.", Security::secure);
  const auto by_zone = [this](const std::string& zone) {
    return judge("sub.test.", answer_of({by(zone, "www.sub.test. A 192.0.2.1")}), "www.sub.test.");
  };
  EXPECT_EQ(by_zone("sub.test.").error, ResolveError::none);
  EXPECT_EQ(by_zone("test.").error, ResolveError::bogus);
}

// As it truly signed before there was the zone between.
TEST_F(ChainJudgeTest, E04_a_zone_above_a_secure_one_makes_nothing_below_that_insecure) {
  const std::vector<RRsetPtr> proofs{only_nsec3("test.", opt_out)};
  const auto note = [&](const std::string& of) {
    with_walk("www.test.", [&](WalkContext& walk, const Resolution& resolution) {
      ChainOfTrust(walk, resolution).note_no_ds(name(of), proofs, name("test."));
    });
    return known_of(of);
  };
  believe("sub.test.", Security::secure);
  EXPECT_EQ(note("child.sub.test."), Security::indeterminate);
  EXPECT_EQ(note("a.b.sub.test."), Security::indeterminate);
  EXPECT_EQ(note("child.sub2.test."), Security::insecure);
}

TEST_F(ChainJudgeTest, E04_a_referral_with_such_a_proof_makes_nothing_insecure) {
  believe("sub.test.", Security::secure);
  Response response = referral_to("child.sub.test.");
  response.proofs = {only_nsec3("test.", opt_out)};
  EXPECT_EQ(judge("sub.test.", response, "www.child.sub.test.").error, ResolveError::none);
  EXPECT_EQ(known_of("child.sub.test."), Security::indeterminate);
  response.proofs = {only_nsec3("sub.test.", opt_out)};
  EXPECT_EQ(judge("sub.test.", response, "www.child.sub.test.").error, ResolveError::none);
  EXPECT_EQ(known_of("child.sub.test."), Security::insecure);
}

// To establish a zone needs its parent's keys and never a stranger's.
TEST_F(ChainJudgeTest, E04_the_keys_of_a_stranger_who_signs_in_a_referral_are_not_asked_for) {
  Response response = referral_to("child.test.");
  response.proofs = {by("other.test.", "a.other.test. NSEC b.other.test. NS")};
  EXPECT_EQ(judge("test.", response, "www.child.test.").error, ResolveError::none);
  EXPECT_TRUE(upstream.sent.empty());
}

TEST_F(ChainJudgeTest, E05_a_proof_that_the_zone_has_not_signed_proves_nothing) {
  const RRsetPtr soa = by("test.", "test. 60 SOA ns. h. 1 2 3 4 60");
  const auto apex = rrset({"test. NSEC test. NS SOA"});
  const auto with_apex = [&](const RRsetPtr& nsec) {
    return judge("test.", denial_of(ResponseKind::nxdomain, soa, {nsec}), "www.test.");
  };
  EXPECT_EQ(with_apex(signed_set(*apex, key_, {.zone = name("test.")})).denial, Security::secure);
  const auto forged = with_apex(signed_set(*apex, other_key_, {.zone = name("test.")}));
  EXPECT_EQ(forged.error, ResolveError::bogus);
}

TEST_F(ChainJudgeTest, E07_only_proofs_that_are_secure_are_kept_for_other_names) {
  const RRsetPtr soa = by("test.", "test. 60 SOA ns. h. 1 2 3 4 60");
  const auto forged =
      signed_set(*rrset({"n.test. NSEC p.test. A"}), other_key_, {.zone = name("test.")});
  const auto good = by("test.", "a.test. NSEC c.test. A");
  const auto apex = by("test.", "test. NSEC a.test. NS SOA");
  Response response = denial_of(ResponseKind::nxdomain, soa, {good, apex, forged});
  response.server.address = *wire::IpAddress::parse("192.0.2.53");
  const Judged judged = judge("test.", response, "b.test.");
  EXPECT_EQ(judged.denial, Security::secure);
  const auto synthesis_of = [this](const std::string& of) {
    dnssec::ValidationBudget budget(options.validation);
    return dnssec::synthesise(caches.proven, name(of), RrType::a, clock.time, budget);
  };
  const auto made = synthesis_of("bb.test.");
  ASSERT_TRUE(made);
  for (const dnssec::Synthesis::Part& part : made->parts)
    EXPECT_EQ(part.giver, response.server.address);
  EXPECT_FALSE(synthesis_of("o.test."));
}

TEST_F(ChainJudgeTest, E09_the_ds_of_a_referral_is_kept_as_secure_when_it_is) {
  const auto refer = [this](const std::string& cut, const RRsetPtr& ds) {
    Response response = referral_to(cut);
    response.ds = ds;
    EXPECT_EQ(judge("test.", response, "www." + cut).error, ResolveError::none);
    const auto kept = caches.rrsets.find(name(cut), RrType::ds, clock.time);
    return kept ? kept->security : Security::indeterminate;
  };
  const std::string record =
      " DS 1 15 2 "
      "00112233445566778899AABBCCDDEEFF00112233445566778899AABBCCDDEEFF";
  EXPECT_EQ(refer("signed.test.", by("test.", "signed.test." + record)), Security::secure);
  // Its parent is not signed, so that anybody may have written it.
  believe("plain.test.", Security::insecure);
  EXPECT_EQ(refer("below.plain.test.", rrset({"below.plain.test." + record})),
            Security::indeterminate);
}

TEST_F(ChainJudgeTest, E15_a_denial_without_soa_and_proof_is_not_one) {
  const Judged judged = judge("test.", denial_of(ResponseKind::nodata, nullptr, {}), "test.");
  EXPECT_EQ(judged.error, ResolveError::bogus);
  EXPECT_EQ(judged.failure.fault, Fault::nsec_missing);
  believe("plain.test.", Security::insecure);
  EXPECT_EQ(judge("test.", denial_of(ResponseKind::nodata, nullptr, {}), "www.plain.test.").error,
            ResolveError::none);
}

// A referral is not signed: anybody may have written it, and the parent does not know the cut.
TEST_F(ChainJudgeTest, E15_where_the_parent_has_no_cut_there_is_no_insecure_zone) {
  const auto with_types = [this](const std::string& zone, const std::string& types) {
    cache::Evidence evidence{Security::secure, nullptr};
    evidence.proofs = std::make_shared<const std::vector<RRsetPtr>>(
        1, by("test.", zone + " NSEC z.test. " + types));
    caches.negatives.store_nodata(name(zone), RrType::ds,
                                  by("test.", "test. 60 SOA ns. h. 1 2 3 4 60"), clock.time,
                                  evidence);
    return judge(zone, answer_of({rrset({"www." + zone + " A 192.0.2.1"})}), "www." + zone);
  };
  const Judged forged = with_types("name.test.", "A RRSIG NSEC");
  EXPECT_EQ(forged.error, ResolveError::bogus);
  EXPECT_EQ(forged.failure.fault, Fault::nsec_wrong);
  const Judged delegated = with_types("cut.test.", "NS RRSIG NSEC");
  EXPECT_EQ(delegated.error, ResolveError::none);
  EXPECT_EQ(delegated.of_set(0), Security::insecure);
}

// What hides whether the data may be unsigned is said, rather than that they are.
TEST_F(ChainJudgeTest, E15_unsigned_data_where_no_ds_can_be_had_are_blamed_on_that) {
  const Judged judged =
      judge("test.", answer_of({rrset({"www.sub.test. A 192.0.2.1"})}), "www.sub.test.");
  EXPECT_EQ(judged.error, ResolveError::bogus);
  EXPECT_EQ(judged.failure.fault, Fault::chain_unreachable);
}

}  // namespace
}  // namespace godwit::iterator::test
