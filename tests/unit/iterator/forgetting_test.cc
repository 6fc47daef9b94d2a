// What is forgotten at an operator's word, of all pools together.
#include "iterator/forgetting.h"

#include <gtest/gtest.h>

#include "iterator/resolve_error.h"
#include "tests/support/message_text.h"

namespace godwit::iterator {
namespace {

using cache::Trust;
using godwit::test::name;
using godwit::test::rrset;
using wire::RrType;

constexpr cache::Time learnt{std::chrono::hours(1)};

class ForgettingTest : public ::testing::Test {
 protected:
  [[nodiscard]] static CachesOptions with_stale_answers() {
    CachesOptions out;
    out.stale_time = std::chrono::hours(24);
    return out;
  }
  // Of each pool an entry for the zone, for one below it and for another one.
  void fill() {
    for (const std::string zone : {"in.test.", "sub.in.test.", "out.test."}) {
      const auto soa = rrset({zone + " 300 SOA ns. h. 1 2 3 4 300"});
      caches_.rrsets.store(rrset({"www." + zone + " 300 A 192.0.2.1"}), Trust::answer_authoritative,
                           learnt);
      caches_.rrsets.store(rrset({"www." + zone + " 300 MX 1 mail."}), Trust::answer_authoritative,
                           learnt);
      caches_.negatives.store_nxdomain(name("gone." + zone), soa, learnt);
      caches_.negatives.store_nodata(name("www." + zone), RrType::aaaa, soa, learnt);
      caches_.failures.store(name("fails." + zone), RrType::a, 1, learnt);
      caches_.delegations.store({rrset({zone + " 3600 NS ns."}), {}, {}}, learnt);
      auto trust = std::make_shared<dnssec::ZoneTrust>();
      trust->zone = name(zone);
      trust->security = cache::Security::insecure;
      trust->expires = end();
      caches_.trusts.store(trust, learnt);
      caches_.proven.store_soa(name(zone), {soa, end()}, learnt);
      keep_answer("www." + zone);
    }
  }
  [[nodiscard]] static cache::Time end() { return learnt + std::chrono::seconds(300); }

  [[nodiscard]] cache::PackedKey key_of(const wire::Name& owner) const {
    return {hash_.owner(owner.wire()), owner.wire(), 1, 0};
  }
  // An answer to a question for `text`, made of that name and of `other`.
  void keep_answer(const std::string& text, const std::string& other = "other.example.") {
    const std::vector<std::uint8_t> body{0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 1, 2, 3, 4};
    const cache::ReadySet set{.octets = 16, .records = 1, .rotated = 0, .expires = end()};
    const std::array marks{caches_.changes.mark(name(text)), caches_.changes.mark(name(other))};
    cache::ReadyParts parts;
    parts.answer_count = 1;
    parts.body = body;
    parts.sets = {&set, 1};
    parts.marks = marks;
    parts.epoch = caches_.answers.epoch();
    const auto owner = name(text);
    ASSERT_TRUE(caches_.answers.put(key_of(owner), parts, end(), learnt));
  }
  [[nodiscard]] bool has_answer(const std::string& text) const {
    const auto owner = name(text);
    cache::PackedBuffer buffer;
    return caches_.answers.find(key_of(owner), learnt, buffer).has_value();
  }
  Forgotten forget(cache::EraseScope what) {
    Forgetting forgetting(caches_, std::move(what), learnt);
    while (forgetting.advance()) {
    }
    return forgetting.so_far();
  }

  const cache::KeyedHash hash_{{1, 2, 3}};
  Caches caches_{hash_, with_stale_answers()};
};

TEST_F(ForgettingTest, of_a_zone_all_below_it_goes_and_the_rest_stays) {
  fill();
  const Forgotten gone = forget({name("in.test."), std::nullopt});
  EXPECT_EQ(gone.rrsets, 4u);
  EXPECT_EQ(gone.negatives, 4u);
  EXPECT_EQ(gone.failures, 2u);
  EXPECT_EQ(gone.delegations, 2u);
  EXPECT_EQ(gone.trusts, 2u);
  EXPECT_EQ(gone.proven, 2u);
  EXPECT_EQ(gone.answers, 3u);
  EXPECT_TRUE(caches_.rrsets.find(name("www.out.test."), RrType::a, learnt));
  EXPECT_TRUE(caches_.negatives.find(name("gone.out.test."), RrType::a, learnt));
  EXPECT_TRUE(caches_.failures.find(name("fails.out.test."), RrType::a, learnt));
  EXPECT_TRUE(caches_.delegations.find(name("out.test."), learnt));
  EXPECT_TRUE(caches_.trusts.find(name("out.test."), learnt));
  EXPECT_TRUE(caches_.proven.closest_zone(name("out.test."), learnt));
  EXPECT_FALSE(has_answer("www.in.test."));
}

TEST_F(ForgettingTest, of_trust_zones_below_go_and_all_failures_of_validation) {
  fill();
  const auto fails = [this](const char* text, ResolveError error) {
    caches_.failures.store(name(text), RrType::a, static_cast<std::uint16_t>(error), learnt);
  };
  fails("bogus.in.test.", ResolveError::bogus);
  fails("leads-there.out.test.", ResolveError::bogus);
  fails("lame.in.test.", ResolveError::servers_lame);
  forget_trust(caches_, name("in.test."));
  EXPECT_FALSE(caches_.trusts.find(name("in.test."), learnt));
  EXPECT_TRUE(caches_.trusts.find(name("out.test."), learnt));
  EXPECT_FALSE(caches_.failures.find(name("bogus.in.test."), RrType::a, learnt));
  EXPECT_FALSE(caches_.failures.find(name("leads-there.out.test."), RrType::a, learnt));
  EXPECT_TRUE(caches_.failures.find(name("lame.in.test."), RrType::a, learnt));
  EXPECT_TRUE(caches_.rrsets.find(name("www.in.test."), RrType::a, learnt)) << "data stay";
}

TEST_F(ForgettingTest, of_everything_nothing_stays) {
  fill();
  caches_.note_referral(*rrset({"in.test. 3600 NS ns."}), learnt);
  const Forgotten gone = forget({});
  EXPECT_EQ(gone.total(), 6u + 6 + 3 + 3 + 3 + 3 + 3);
  EXPECT_EQ(caches_.rrsets.use().entries + caches_.negatives.use().entries +
                caches_.failures.use().entries + caches_.delegations.use().entries +
                caches_.trusts.use().entries + caches_.proven.use().entries +
                caches_.answers.use().entries + caches_.cuts->use().entries,
            0u);
}

TEST_F(ForgettingTest, of_one_type_delegations_and_trust_stay) {
  fill();
  const Forgotten gone = forget({name("in.test."), RrType::aaaa});
  EXPECT_EQ(gone.rrsets, 0u);
  EXPECT_EQ(gone.negatives, 4u);  // the names that do not exist have no AAAA either
  EXPECT_EQ(gone.failures + gone.delegations + gone.trusts, 0u);
  EXPECT_TRUE(caches_.rrsets.find(name("www.in.test."), RrType::a, learnt));
}

TEST_F(ForgettingTest, of_a_name_its_own_goes_and_what_denies_it) {
  fill();
  caches_.rrsets.store(rrset({"x.gone.in.test. 300 A 192.0.2.1"}), Trust::answer_authoritative,
                       learnt);
  const Forgotten gone = forget_name(caches_, name("x.gone.in.test."), std::nullopt, learnt);
  EXPECT_EQ(gone.rrsets, 1u);
  EXPECT_EQ(gone.negatives, 1u);  // gone.in.test.
  EXPECT_EQ(gone.proven, 1u);     // of in.test.
  EXPECT_EQ(gone.delegations + gone.trusts, 0u);
  EXPECT_FALSE(caches_.negatives.find(name("x.gone.in.test."), RrType::a, learnt));
  const Forgotten typed = forget_name(caches_, name("www.in.test."), RrType::a, learnt);
  EXPECT_EQ(typed.rrsets, 1u);
  EXPECT_EQ(typed.negatives, 0u);
  EXPECT_EQ(typed.answers, 1u);
  EXPECT_TRUE(caches_.rrsets.find(name("www.in.test."), RrType::mx, learnt));
  EXPECT_TRUE(has_answer("www.out.test."));
}

TEST_F(ForgettingTest, a_kept_answer_does_not_outlive_what_it_was_made_of) {
  keep_answer("alias.out.test.", "target.in.test.");
  keep_answer("other.out.test.");
  // The target's own set went for want of room long ago.
  (void)forget_name(caches_, name("target.in.test."), std::nullopt, learnt);
  EXPECT_FALSE(has_answer("alias.out.test."));
  EXPECT_TRUE(has_answer("other.out.test."));
  keep_answer("alias.out.test.", "target.in.test.");
  (void)forget({name("in.test."), std::nullopt});
  EXPECT_FALSE(has_answer("alias.out.test."));
}

// What is begun before the end is put in afterwards.
TEST_F(ForgettingTest, an_answer_made_meanwhile_of_what_goes_is_not_kept) {
  fill();
  const std::uint32_t before = caches_.answers.epoch();
  (void)forget({name("in.test."), std::nullopt});
  EXPECT_NE(caches_.answers.epoch(), before);
}

TEST_F(ForgettingTest, what_has_ended_and_could_still_be_given_goes) {
  fill();
  const cache::Time later = end() + std::chrono::hours(1);
  EXPECT_EQ(caches_.rrsets.of_owner(name("www.in.test."), later).size(), 2u);
  (void)forget_name(caches_, name("www.in.test."), std::nullopt, later);
  EXPECT_TRUE(caches_.rrsets.of_owner(name("www.in.test."), later).empty());
  Forgetting all(caches_, {}, later);
  while (all.advance()) {
  }
  EXPECT_EQ(all.so_far().rrsets, 4u);
}

TEST_F(ForgettingTest, a_large_cache_is_walked_in_bounded_pieces) {
  constexpr int names = 50'000;
  for (int i = 0; i < names; ++i)
    caches_.rrsets.store(rrset({"n" + std::to_string(i) + ".in.test. 300 A 192.0.2.1"}),
                         Trust::answer_authoritative, learnt);
  Forgetting forgetting(caches_, {name("in.test."), std::nullopt}, learnt);
  std::size_t before = 0, largest = 0, pieces = 0;
  while (forgetting.advance()) {
    largest = std::max(largest, forgetting.so_far().rrsets - before);
    before = forgetting.so_far().rrsets;
    ++pieces;
  }
  EXPECT_EQ(forgetting.so_far().rrsets, std::size_t{names});
  EXPECT_LT(largest, 64u * 150);
  EXPECT_GT(pieces, 8u);
}

}  // namespace
}  // namespace godwit::iterator
