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

}  // namespace
}  // namespace godwit::iterator
