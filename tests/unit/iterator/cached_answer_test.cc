// What an answer shows beside its data.
#include "iterator/cached_answer.h"

#include <gtest/gtest.h>

#include "tests/support/message_text.h"
#include "tests/support/signer.h"

namespace godwit::iterator {
namespace {

using godwit::test::name;
using godwit::test::rrset;

const cache::Time epoch{};

TEST(AnswerInProgress, shows_a_set_once_beside_an_answer) {
  AnswerInProgress progress(Question(name("a.example."), wire::RrType::a), 8);
  const auto proof = rrset({"b.example. 60 NSEC d.example. A RRSIG NSEC"});
  const auto same = rrset({"B.example. 60 NSEC d.example. A RRSIG NSEC"});
  const auto other = rrset({"e.example. 60 NSEC f.example. A RRSIG NSEC"});
  const auto soa = rrset({"b.example. 60 SOA ns. h. 1 2 3 4 5"});
  progress.show_beside({proof, 60, epoch + std::chrono::seconds(60)});
  progress.show_beside({same, 50, epoch + std::chrono::seconds(50)});
  progress.show_beside({other, 60});
  progress.show_beside({soa, 60});
  progress.show_beside({same, 55, epoch + std::chrono::seconds(55)});
  ASSERT_EQ(progress.answer.authority.size(), 3u);
  EXPECT_EQ(progress.answer.authority[0].set->owner(), name("b.example."));
  EXPECT_EQ(progress.answer.authority[0].ttl, 50u);
  EXPECT_EQ(progress.answer.authority[0].expires, epoch + std::chrono::seconds(50));
  EXPECT_EQ(progress.answer.authority[1].set, other);
  EXPECT_EQ(progress.answer.authority[2].set, soa);
}

// As much may have been forgotten: with AD it would claim that nothing nearer is there.
TEST(CachedAnswer, E06_what_a_wildcard_made_is_not_shown_without_its_proof) {
  const cache::KeyedHash hash{{}};
  Caches caches{hash, {}};
  const ResolverOptions options;
  const godwit::test::SigningKey key(dnssec::Algorithm::ed25519);
  const auto made = godwit::test::signed_set(*rrset({"x.wild.test. A 192.0.2.1"}), key,
                                             {.zone = name("test."), .labels = 2});
  const auto show = [&](cache::Security least) {
    AnswerInProgress progress(Question(name("x.wild.test."), wire::RrType::a), 8);
    progress.least = least;
    const CacheOutcome outcome = continue_from_cache(progress, caches, options, epoch, nullptr);
    EXPECT_EQ(progress.answer.authority.size(), outcome == CacheOutcome::complete ? 1u : 0u);
    return outcome;
  };
  caches.rrsets.store(made, {cache::Trust::answer_authoritative, cache::Security::secure}, epoch);
  EXPECT_EQ(show(cache::Security::insecure), CacheOutcome::miss);
  const auto proof = rrset({"a.wild.test. 60 NSEC z.wild.test. A RRSIG NSEC"});
  cache::Evidence evidence{cache::Security::indeterminate, nullptr};
  evidence.proofs = std::make_shared<const std::vector<wire::RRsetPtr>>(1, proof);
  caches.negatives.store_no_closer_match(name("x.wild.test."), epoch, evidence);
  EXPECT_EQ(show(cache::Security::insecure), CacheOutcome::miss) << "nobody has judged it";
  evidence.security = cache::Security::secure;
  caches.negatives.store_no_closer_match(name("x.wild.test."), epoch, evidence);
  EXPECT_EQ(show(cache::Security::insecure), CacheOutcome::complete);
}

class CachedAliases : public testing::Test {
 protected:
  void keep(const wire::RRsetPtr& set, cache::Security security = cache::Security::insecure) {
    caches_.rrsets.store(set, {cache::Trust::answer_authoritative, security}, epoch);
  }
  // The types of the answer section; empty: a miss.
  std::vector<wire::RrType> shown(const std::string& of, wire::RrType type = wire::RrType::a) {
    AnswerInProgress progress(Question(name(of), type), 8);
    progress.least = cache::Security::insecure;
    std::vector<wire::RrType> types;
    if (continue_from_cache(progress, caches_, options_, epoch, nullptr) != CacheOutcome::complete)
      return types;
    for (const AnswerRRset& part : progress.answer.answer) types.push_back(part.set->type());
    return types;
  }
  const cache::KeyedHash hash_{{}};
  Caches caches_{hash_, {}};
  const ResolverOptions options_;
};

using Types = std::vector<wire::RrType>;
constexpr auto a = wire::RrType::a, cname = wire::RrType::cname, dname = wire::RrType::dname;

TEST_F(CachedAliases, show_a_dname_once_that_makes_two_of_them) {
  keep(rrset({"a.test. DNAME b.test."}));
  keep(rrset({"x.a.test. CNAME x.b.test."}));
  keep(rrset({"x.b.test. CNAME y.a.test."}));
  keep(rrset({"y.a.test. CNAME y.b.test."}));
  keep(rrset({"y.b.test. A 192.0.2.1"}));
  EXPECT_EQ(shown("x.a.test."), (Types{dname, cname, cname, cname, a}));
}

// Without it nobody could check them.
TEST_F(CachedAliases, that_a_dname_made_are_secure_together_with_it_alone) {
  const godwit::test::SigningKey key(dnssec::Algorithm::ed25519);
  const auto by_zone = [&key](const std::string& line) {
    return godwit::test::signed_set(*rrset({line}), key, {.zone = name("test.")});
  };
  keep(rrset({"x.a.test. CNAME x.b.test."}), cache::Security::secure);
  keep(by_zone("x.b.test. A 192.0.2.1"), cache::Security::secure);
  EXPECT_EQ(shown("x.a.test."), Types{});
  keep(by_zone("a.test. DNAME c.test."), cache::Security::secure);
  EXPECT_EQ(shown("x.a.test."), Types{}) << "it says something else by now";
  keep(by_zone("a.test. DNAME b.test."), cache::Security::secure);
  EXPECT_EQ(shown("x.a.test."), (Types{dname, cname, a}));
  keep(by_zone("y.test. CNAME x.b.test."), cache::Security::secure);
  EXPECT_EQ(shown("y.test."), (Types{cname, a}));
  keep(rrset({"z.test. CNAME x.b.test."}));
  EXPECT_EQ(shown("z.test."), (Types{cname, a}));
}

TEST_F(CachedAliases, E06_make_no_more_of_their_target_than_they_are_themselves) {
  const auto security_of = [this](const std::string& of) {
    AnswerInProgress progress(Question(name(of), a), 8);
    progress.least = cache::Security::insecure;
    EXPECT_EQ(continue_from_cache(progress, caches_, options_, epoch, nullptr),
              CacheOutcome::complete);
    return progress.answer.security;
  };
  const godwit::test::SigningKey key(dnssec::Algorithm::ed25519);
  const auto keep_secure = [&](const std::string& line) {
    keep(godwit::test::signed_set(*rrset({line}), key, {.zone = name("test.")}),
         cache::Security::secure);
  };
  keep_secure("secure.test. A 192.0.2.1");
  keep(rrset({"insecure.test. A 192.0.2.1"}));
  keep_secure("ss.test. CNAME secure.test.");
  keep_secure("si.test. CNAME insecure.test.");
  keep(rrset({"is.test. CNAME secure.test."}));
  EXPECT_EQ(security_of("secure.test."), cache::Security::secure);
  EXPECT_EQ(security_of("ss.test."), cache::Security::secure);
  EXPECT_EQ(security_of("si.test."), cache::Security::insecure);
  EXPECT_EQ(security_of("is.test."), cache::Security::insecure);
}

TEST_F(CachedAliases, are_followed_for_nsec_until_it_is_said_that_they_have_none) {
  keep(rrset({"x.test. CNAME y.test."}));
  keep(rrset({"y.test. NSEC z.test. A"}));
  EXPECT_EQ(shown("x.test.", wire::RrType::nsec), (Types{cname, wire::RrType::nsec}));
  cache::Evidence evidence{cache::Security::insecure, nullptr};
  caches_.negatives.store_nodata(name("x.test."), wire::RrType::nsec,
                                 rrset({"test. 60 SOA ns. h. 1 2 3 4 60"}), epoch, evidence);
  EXPECT_EQ(shown("x.test.", wire::RrType::nsec), Types{});
  EXPECT_EQ(shown("y.test.", wire::RrType::nsec), Types{wire::RrType::nsec});
}

}  // namespace
}  // namespace godwit::iterator
