// Which answers that have ended are given, over caches that were filled by hand.
#include "iterator/stale_answer.h"

#include <gtest/gtest.h>

#include "iterator/cached_answer.h"
#include "local/local_data_builder.h"
#include "tests/support/message_text.h"
#include "tests/support/signer.h"

namespace godwit::iterator {
namespace {

using cache::Security;
using godwit::test::name;
using godwit::test::rrset;
using std::chrono::seconds;
using wire::RrType;

const cache::Time begin{std::chrono::hours(1)};

CachesOptions with_stale() {
  CachesOptions options;
  options.stale_time = seconds(1000);
  return options;
}

class StaleAnswer : public testing::Test {
 protected:
  StaleAnswer() {
    options_.stale.time_max = seconds(1000);
    options_.stale.ttl = 25;
    options_.anchors = std::make_shared<const dnssec::TrustAnchors>(
        std::vector<dnssec::TrustAnchor>(), std::vector<dnssec::NegativeTrustAnchor>());
  }
  void keep(const wire::RRsetPtr& set, Security security = Security::insecure, int when = 0) {
    caches_.rrsets.store(set, {cache::Trust::answer_authoritative, security}, at(when));
  }
  void deny(const std::string& owner, int when, Security security = Security::insecure) {
    caches_.negatives.store_nxdomain(name(owner), rrset({"test. 60 SOA ns. h. 1 2 3 4 60"}),
                                     at(when), {security, nullptr});
  }
  void refer(const std::string& cut, const std::string& server, int when) {
    caches_.note_referral(*rrset({cut + " 60 NS " + server}), at(when));
  }
  [[nodiscard]] std::optional<Answer> find(int when, const std::string& of = "www.test.",
                                           RrType type = RrType::a, bool unchecked = false) const {
    Question question(name(of), type);
    question.checking_disabled = unchecked;
    return find_stale(question, caches_, options_, at(when));
  }
  static cache::Time at(int when) { return begin + seconds(when); }

  const cache::KeyedHash hash_{{}};
  Caches caches_{hash_, with_stale()};
  ResolverOptions options_;
};

TEST_F(StaleAnswer, is_given_until_its_time_is_over) {
  keep(rrset({"www.test. 60 A 192.0.2.1"}));
  const auto fresh = find(59);
  ASSERT_TRUE(fresh);
  EXPECT_FALSE(fresh->stale);
  EXPECT_EQ(fresh->answer.front().ttl, 1u);
  EXPECT_TRUE(fresh->errors.empty());
  for (const int when : {60, 1059}) {
    const auto found = find(when);
    ASSERT_TRUE(found) << when;
    EXPECT_TRUE(found->stale);
    EXPECT_EQ(found->answer.front().ttl, 25u);
    EXPECT_EQ(found->errors.front().code, wire::EdeCode::stale_answer);
    EXPECT_EQ(found->errors.front().text, "this ended " + std::to_string(when - 60) +
                                              " s ago, and nothing newer could be had yet");
  }
  EXPECT_FALSE(find(1060));
}

TEST_F(StaleAnswer, is_not_told_of_as_one_to_be_fetched_again) {
  keep(rrset({"www.test. 60 A 192.0.2.1"}));
  EXPECT_EQ(shortest_life(find(59).value(), {}).left, 1u);
  EXPECT_EQ(shortest_life(find(60).value(), {}).left, 0u);
}

TEST_F(StaleAnswer, off_is_off) {
  keep(rrset({"www.test. 60 A 192.0.2.1"}));
  options_.stale.time_max = {};
  EXPECT_FALSE(find(100));
}

TEST_F(StaleAnswer, is_not_made_of_glue_nor_of_what_nobody_has_judged) {
  caches_.rrsets.store(rrset({"www.test. 60 A 192.0.2.1"}),
                       {cache::Trust::glue, Security::indeterminate}, begin);
  EXPECT_FALSE(find(100));
  keep(rrset({"www.test. 60 A 192.0.2.1"}), Security::indeterminate);
  EXPECT_FALSE(find(100));
  EXPECT_TRUE(find(100, "www.test.", RrType::a, true)) << "with CD";
}

TEST_F(StaleAnswer, is_never_secure) {
  keep(rrset({"www.test. 60 A 192.0.2.1"}), Security::secure);
  EXPECT_EQ(find(100)->security, Security::indeterminate);
}

TEST_F(StaleAnswer, remembered_failures_of_servers_alone_let_it_be_given) {
  keep(rrset({"www.test. 60 A 192.0.2.1"}));
  const auto is_given_after = [this](ResolveError error) {
    caches_.failures.clear();
    caches_.failures.store(name("www.test."), RrType::a, static_cast<std::uint16_t>(error), at(99));
    return find(100).has_value();
  };
  for (const ResolveError error :
       {ResolveError::no_reachable_servers, ResolveError::servers_refused,
        ResolveError::servers_failed, ResolveError::servers_lame, ResolveError::no_server_addresses,
        ResolveError::out_of_time, ResolveError::out_of_packets,
        ResolveError::out_of_address_lookups})
    EXPECT_TRUE(is_given_after(error)) << static_cast<int>(error);
  for (const ResolveError error :
       {ResolveError::bogus, ResolveError::malformed_responses, ResolveError::set_too_large,
        ResolveError::too_many_records, ResolveError::delegation_loop, ResolveError::alias_loop,
        ResolveError::alias_chain_too_long, ResolveError::alias_name_too_long,
        ResolveError::out_of_octets, ResolveError::out_of_steps, ResolveError::out_of_validation,
        ResolveError::too_deep, ResolveError::cancelled, ResolveError::internal})
    EXPECT_FALSE(is_given_after(error)) << static_cast<int>(error);
}

TEST_F(StaleAnswer, what_was_learnt_last_of_the_name_counts) {
  keep(rrset({"www.test. 60 A 192.0.2.1"}), Security::insecure, 10);
  deny("www.test.", 9);
  EXPECT_EQ(find(200)->rcode, wire::Rcode::noerror);
  deny("www.test.", 11);
  const auto denied = find(200);
  EXPECT_EQ(denied->rcode, wire::Rcode::nxdomain);
  EXPECT_TRUE(denied->answer.empty());
  EXPECT_EQ(denied->authority.front().ttl, 25u);
  EXPECT_EQ(denied->errors.front().code, wire::EdeCode::stale_nxdomain);
  keep(rrset({"www.test. 60 CNAME other.test."}), Security::insecure, 12);
  keep(rrset({"other.test. 60 A 192.0.2.2"}), Security::insecure, 5);
  EXPECT_EQ(find(200)->answer.size(), 2u);
}

TEST_F(StaleAnswer, a_newer_denial_of_a_name_above_counts_behind_an_older_one_of_the_name) {
  deny("www.sub.test.", 5);
  keep(rrset({"www.sub.test. 60 A 192.0.2.1"}), Security::insecure, 10);
  deny("sub.test.", 11);
  EXPECT_EQ(find(200, "www.sub.test.")->rcode, wire::Rcode::nxdomain);
  keep(rrset({"www.sub.test. 60 A 192.0.2.1"}), Security::insecure, 12);
  EXPECT_EQ(find(200, "www.sub.test.")->rcode, wire::Rcode::noerror);
}

TEST_F(StaleAnswer, is_not_given_after_a_change_of_any_delegation_above) {
  refer("sub.test.", "ns.sub.test.", 1);
  refer("test.", "ns.test.", 1);
  keep(rrset({"www.sub.test. 60 A 192.0.2.1"}), Security::insecure, 10);
  refer("sub.test.", "NS.sub.test.", 50);
  EXPECT_TRUE(find(200, "www.sub.test."));
  refer("sub.test.", "evil.test.", 51);
  EXPECT_FALSE(find(200, "www.sub.test."));
  keep(rrset({"www.sub.test. 60 A 192.0.2.1"}), Security::insecure, 51);
  EXPECT_TRUE(find(200, "www.sub.test."));
  refer("test.", "ns.other.", 52);
  EXPECT_FALSE(find(200, "www.sub.test."));
}

TEST_F(StaleAnswer, a_delegation_is_no_word_against_what_the_parent_says_of_it) {
  keep(rrset({"sub.test. 60 DS 1 8 2 00"}), Security::insecure, 10);
  keep(rrset({"sub.test. 60 A 192.0.2.1"}), Security::insecure, 10);
  refer("sub.test.", "ns.sub.test.", 11);
  EXPECT_TRUE(find(200, "sub.test.", RrType::ds));
  EXPECT_FALSE(find(200, "sub.test."));
}

TEST_F(StaleAnswer, is_not_given_from_a_zone_that_is_bogus_now) {
  keep(rrset({"www.test. 60 A 192.0.2.1"}), Security::secure);
  auto trust = std::make_shared<dnssec::ZoneTrust>();
  trust->zone = name("test.");
  trust->expires = at(150);
  caches_.trusts.store(trust, at(100));
  EXPECT_FALSE(find(149));
  EXPECT_TRUE(find(149, "www.test.", RrType::a, true)) << "with CD";
  EXPECT_TRUE(find(150));
}

TEST_F(StaleAnswer, what_a_wildcard_or_a_dname_made_is_shown_with_what_proves_it_or_not_at_all) {
  const godwit::test::SigningKey key(dnssec::Algorithm::ed25519);
  const auto made = godwit::test::signed_set(*rrset({"x.wild.test. 60 A 192.0.2.1"}), key,
                                             {.zone = name("test."), .labels = 2});
  keep(made, Security::secure);
  EXPECT_FALSE(find(100, "x.wild.test."));
  cache::Evidence evidence{Security::secure, nullptr};
  evidence.proofs = std::make_shared<const std::vector<wire::RRsetPtr>>(
      1, rrset({"a.wild.test. 60 NSEC z.wild.test. A RRSIG NSEC"}));
  caches_.negatives.store_no_closer_match(name("x.wild.test."), begin, evidence);
  const auto found = find(100, "x.wild.test.");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->authority.size(), 1u);

  keep(rrset({"y.test. 60 CNAME www.test."}), Security::secure);
  keep(rrset({"www.test. 60 A 192.0.2.1"}));
  EXPECT_FALSE(find(100, "y.test."));
  keep(rrset({"z.test. 60 CNAME www.test."}), Security::insecure);
  EXPECT_TRUE(find(100, "z.test."));
}

TEST_F(StaleAnswer, names_of_the_operators_own_hide_what_is_remembered_of_them) {
  local::LocalDataBuilder builder(hash_, 1000);
  builder.add_records("records", std::vector<std::string>{"www.lab. 0 A 192.0.2.9",
                                                          "alias.home.arpa. 300 CNAME far.lab.",
                                                          "flat.home.arpa. 300 ALIAS far.lab.",
                                                          "mixed.home.arpa. 300 ALIAS www.lab."});
  options_.local_data = builder.build();
  ASSERT_TRUE(options_.local_data) << builder.error();
  options_.special_names = std::make_shared<const SpecialNames>(std::span<const wire::Name>());
  keep(rrset({"www.lab. 60 A 192.0.2.1"}));
  keep(rrset({"far.lab. 60 A 192.0.2.2"}));

  const auto own = find(100, "www.lab.");
  ASSERT_TRUE(own);
  EXPECT_FALSE(own->stale);
  EXPECT_EQ(wire::to_text(*own->answer.front().set), "www.lab. 0 IN A 192.0.2.9");
  EXPECT_EQ(own->answer.front().ttl, 0u);

  const auto alias = find(100, "alias.home.arpa.");
  ASSERT_TRUE(alias);
  EXPECT_TRUE(alias->stale);
  ASSERT_EQ(alias->answer.size(), 2u);
  EXPECT_EQ(alias->answer.front().ttl, 300u);
  EXPECT_EQ(alias->answer.back().ttl, 25u);

  const auto flat = find(100, "flat.home.arpa.");
  ASSERT_TRUE(flat);
  EXPECT_TRUE(flat->stale);
  EXPECT_FALSE(flat->authoritative);
  ASSERT_EQ(flat->answer.size(), 1u);
  EXPECT_EQ(flat->answer.front().set->owner(), name("flat.home.arpa."));
  EXPECT_EQ(flat->answer.front().ttl, 25u);
  EXPECT_EQ(flat->errors.front().code, wire::EdeCode::stale_answer);

  const auto mixed = find(100, "mixed.home.arpa.");
  ASSERT_TRUE(mixed);
  EXPECT_FALSE(mixed->stale);
  EXPECT_EQ(mixed->answer.front().ttl, 0u);
}

TEST_F(StaleAnswer, of_aliases_that_lead_into_themselves_there_is_none) {
  keep(rrset({"a.test. 60 CNAME b.test."}));
  keep(rrset({"b.test. 60 CNAME a.test."}));
  EXPECT_FALSE(find(100, "a.test."));
}

}  // namespace
}  // namespace godwit::iterator
