// What is believed of a response: the chain that was asked for, inside the bailiwick.
#include <gtest/gtest.h>

#include "tests/unit/iterator/scrub_fixture.h"

namespace godwit::iterator {
namespace {

using godwit::test::MessageText;
using godwit::test::name;
using wire::RrType;

std::string text_of(const Response& response) {
  std::string all;
  for (const wire::RRsetPtr& set : response.answer) all += wire::to_text(*set) + "\n";
  return all;
}

TEST(Scrub, keeps_the_answer_and_nothing_beside_it) {
  const Response r =
      digest_of({.flags = "qr aa",
                 .answer = {"www.example.com. 60 A 192.0.2.1", "mail.example.com. 60 A 192.0.2.2"},
                 .authority = {"example.com. 60 NS evil.example.net."},
                 .additional = {"evil.example.net. 60 A 203.0.113.9"}});
  ASSERT_EQ(r.answer.size(), 1u);
  EXPECT_EQ(r.answer[0]->owner(), name("www.example.com."));
  EXPECT_FALSE(r.referral);
  EXPECT_EQ(r.records_dropped, 3u);
  EXPECT_TRUE(r.settles_final_name);
}

TEST(Scrub, follows_a_chain_inside_the_cut) {
  const Response r =
      digest_of({.flags = "qr aa",
                 .answer = {"www.example.com. CNAME a.example.com.",
                            "a.example.com. CNAME b.example.com.", "b.example.com. A 192.0.2.1"}});
  ASSERT_EQ(r.answer.size(), 3u);
  EXPECT_EQ(r.final_name, name("b.example.com."));
  EXPECT_TRUE(r.settles_final_name);
}

TEST(Scrub, the_tail_of_a_chain_outside_the_cut_is_not_believed) {
  const Response r = digest_of(
      {.flags = "qr aa",
       .answer = {"www.example.com. CNAME bank.example.net.", "bank.example.net. A 203.0.113.9"}});
  ASSERT_EQ(r.answer.size(), 1u);
  EXPECT_EQ(r.final_name, name("bank.example.net."));
  EXPECT_FALSE(r.settles_final_name);
}

TEST(Scrub, an_alias_that_leads_back_ends_the_chain) {
  const Response r = digest_of({.flags = "qr aa",
                                .answer = {"www.example.com. CNAME a.example.com.",
                                           "a.example.com. CNAME www.example.com."}});
  EXPECT_EQ(r.kind, ResponseKind::alias);
  EXPECT_FALSE(r.settles_final_name);
}

TEST(Scrub, two_different_cnames_at_a_name_are_malformed) {
  const Response r = digest_of({.flags = "qr aa",
                                .answer = {"www.example.com. CNAME a.example.com.",
                                           "www.example.com. CNAME b.example.com."}});
  EXPECT_EQ(r.kind, ResponseKind::malformed);
  EXPECT_TRUE(r.answer.empty());
}

TEST(Scrub, the_same_record_twice_is_one) {
  const Response r =
      digest_of({.flags = "qr aa",
                 .answer = {"www.example.com. 60 A 192.0.2.1", "www.example.com. 30 A 192.0.2.1"}});
  ASSERT_EQ(r.answer.size(), 1u);
  EXPECT_EQ(r.answer[0]->size(), 1u);
  EXPECT_EQ(r.answer[0]->ttl(), 30u);
}

TEST(Scrub, the_cname_of_a_dname_is_made_here) {
  const Response r = digest_of({.flags = "qr aa",
                                .answer = {"d.example.com. 60 DNAME other.example.com.",
                                           "x.d.example.com. 60 CNAME evil.example.net."}},
                               {.qname = "x.d.example.com."});
  EXPECT_EQ(r.final_name, name("x.other.example.com."));
  EXPECT_EQ(text_of(r).find("evil"), std::string::npos);
  const Response made =
      digest_of({.flags = "qr aa", .answer = {"d.example.com. 60 DNAME other.example.com."}},
                {.qname = "x.d.example.com."});
  ASSERT_EQ(made.answer.size(), 2u);
  EXPECT_EQ(made.answer[0]->type(), RrType::dname);
  EXPECT_EQ(made.answer[1]->type(), RrType::cname);
  EXPECT_EQ(made.final_name, name("x.other.example.com."));
}

TEST(Scrub, a_question_for_the_cname_of_a_dname_gets_the_dname_too) {
  const Response r = digest_of({.flags = "qr aa",
                                .answer = {"old.example.com. DNAME new.example.com.",
                                           "www.old.example.com. CNAME evil.example.com."}},
                               {.qname = "www.old.example.com.", .type = RrType::cname});
  EXPECT_EQ(text_of(r),
            "old.example.com. 3600 IN DNAME new.example.com.\n"
            "www.old.example.com. 3600 IN CNAME www.new.example.com.\n");
  EXPECT_TRUE(r.settles_final_name);
}

TEST(Scrub, what_lies_behind_a_dname_is_not_believed) {
  const MessageText text{.flags = "qr aa",
                         .answer = {"d.example.com. 60 DNAME other.example.com.",
                                    "x.other.example.com. 60 A 203.0.113.9"}};
  const Response r = digest_of(text, {.qname = "x.d.example.com."});
  EXPECT_EQ(r.answer.size(), 2u);
  EXPECT_FALSE(r.settles_final_name);
  const Response denied = digest_of({.flags = "qr aa NXDOMAIN",
                                     .answer = {"d.example.com. 60 DNAME other.example.com."},
                                     .authority = {"example.com. 600 SOA ns. root. 1 2 3 4 5"}},
                                    {.qname = "x.d.example.com."});
  EXPECT_FALSE(denied.denial);
}

TEST(Scrub, the_chain_ends_at_a_dname_into_its_own_tree) {
  for (const bool forwarded : {false, true}) {
    const Response r = digest_of({.flags = "qr aa NXDOMAIN",
                                  .answer = {"d.example.com. 60 DNAME x.d.example.com."},
                                  .authority = {"example.com. 600 SOA ns. root. 1 2 3 4 5"}},
                                 {.qname = "q.d.example.com.", .forwarded = forwarded});
    EXPECT_EQ(r.kind, ResponseKind::alias);
    EXPECT_EQ(r.answer.size(), 2u);
    EXPECT_EQ(r.final_name, name("q.x.d.example.com."));
    EXPECT_FALSE(r.settles_final_name);
  }
}

TEST(Scrub, a_dname_that_makes_the_name_too_long_says_so) {
  const std::string label(60, 'a');
  const std::string target = label + "." + label + "." + label + ".example.com.";
  const Response r = digest_of({.flags = "qr aa", .answer = {"d.example.com. DNAME " + target}},
                               {.qname = label + ".d.example.com."});
  EXPECT_EQ(r.kind, ResponseKind::alias_too_long);
  ASSERT_EQ(r.answer.size(), 1u);
  EXPECT_EQ(r.answer[0]->type(), RrType::dname);
}

TEST(Scrub, a_referral_takes_glue_of_its_servers_under_the_delegating_zone) {
  const Response r = digest_of(
      {.authority = {"example.com. 600 NS ns1.example.com.", "example.com. 600 NS ns.other.net.",
                     "evil.com. 600 NS ns.evil.com."},
       .additional = {"ns1.example.com. 600 A 192.0.2.1", "ns1.example.com. 600 AAAA 2001:db8::1",
                      "ns.other.net. 600 A 203.0.113.9", "www.bank.com. 600 A 203.0.113.9"}},
      {.cut = "com."});
  ASSERT_EQ(r.kind, ResponseKind::referral);
  ASSERT_TRUE(r.referral);
  EXPECT_EQ(r.referral->cut(), name("example.com."));
  EXPECT_EQ(r.referral->ns->size(), 2u);
  ASSERT_EQ(r.referral->glue.size(), 2u);
  EXPECT_EQ(r.referral->glue[0].address.to_text(), "192.0.2.1");
  EXPECT_EQ(r.referral->glue[1].address.to_text(), "2001:db8::1");
  EXPECT_TRUE(r.answer.empty());
}

TEST(Scrub, servers_with_the_same_address_all_have_glue) {
  const Response r =
      digest_of({.authority = {"example.com. NS a.example.com.", "example.com. NS b.example.com."},
                 .additional = {"a.example.com. A 192.0.2.1", "b.example.com. A 192.0.2.1",
                                "b.example.com. A 192.0.2.1"}},
                {.cut = "com."});
  ASSERT_EQ(r.referral->glue.size(), 2u);
  EXPECT_NE(r.referral->glue[0].server, r.referral->glue[1].server);
}

TEST(Scrub, a_denial_keeps_its_soa_alone) {
  const Response r = digest_of(
      {.flags = "qr aa NXDOMAIN",
       .authority = {"example.com. 600 SOA ns. root. 1 2 3 4 5", "example.com. 600 NS evil.net."}});
  EXPECT_EQ(r.denial, ResponseKind::nxdomain);
  ASSERT_TRUE(r.soa);
  EXPECT_EQ(r.soa->owner(), name("example.com."));
  EXPECT_EQ(r.records_dropped, 1u);
}

TEST(Scrub, a_denial_after_an_alias_counts_only_inside_the_cut_and_with_its_soa) {
  const std::string alias = "www.example.com. CNAME gone.example.com.";
  const std::string soa = "example.com. 600 SOA ns. root. 1 2 3 4 5";
  const Response good =
      digest_of({.flags = "qr aa NXDOMAIN", .answer = {alias}, .authority = {soa}});
  EXPECT_EQ(good.denial, ResponseKind::nxdomain);
  EXPECT_TRUE(good.settles_final_name);
  EXPECT_FALSE(digest_of({.flags = "qr aa NXDOMAIN", .answer = {alias}}).denial);
  EXPECT_FALSE(digest_of({.flags = "qr aa NXDOMAIN",
                          .answer = {"www.example.com. CNAME gone.example.net."},
                          .authority = {"example.net. 600 SOA ns. root. 1 2 3 4 5"}})
                   .denial);
}

TEST(Scrub, authority_is_for_the_name_asked_and_not_for_where_an_alias_leads) {
  const MessageText text{
      .flags = "qr aa",
      .answer = {"b.example.com. A 192.0.2.1", "www.example.com. CNAME a.example.com.",
                 "a.example.com. CNAME b.example.com."}};
  const Response chain = digest_of(text);
  ASSERT_EQ(chain.answer.size(), 3u);
  EXPECT_EQ(chain.trust_of(0), cache::Trust::answer_authoritative);
  EXPECT_EQ(chain.trust_of(1), cache::Trust::answer_nonauthoritative);
  EXPECT_EQ(chain.trust_of(2), cache::Trust::answer_nonauthoritative);
  const Response forwarded = digest_of(text, {.forwarded = true});
  EXPECT_EQ(forwarded.trust_of(0), cache::Trust::answer_nonauthoritative);
  const Response data = digest_of({.flags = "qr aa", .answer = {"www.example.com. A 192.0.2.1"}});
  EXPECT_EQ(data.trust_of(0), cache::Trust::answer_authoritative);
  const Response without_aa = digest_of({.answer = {"www.example.com. A 192.0.2.1"}});
  EXPECT_EQ(without_aa.trust_of(0), cache::Trust::answer_nonauthoritative);
}

TEST(Scrub, authority_is_for_a_dname_and_the_cname_made_from_it) {
  const Response r =
      digest_of({.flags = "qr aa", .answer = {"old.example.com. DNAME new.example.com."}},
                {.qname = "www.old.example.com."});
  ASSERT_EQ(r.answer.size(), 2u);
  EXPECT_EQ(r.trust_of(0), cache::Trust::answer_authoritative);
  EXPECT_EQ(r.trust_of(1), cache::Trust::answer_authoritative);
}

TEST(Scrub, a_denial_after_an_alias_into_another_zone_is_asked_for_again) {
  const MessageText text{.flags = "qr aa NXDOMAIN",
                         .answer = {"www.example.com. CNAME gone.sub.example.com."},
                         .authority = {"sub.example.com. 600 SOA ns. root. 1 2 3 4 5"}};
  const Response r = digest_of(text);
  EXPECT_EQ(r.kind, ResponseKind::alias);
  EXPECT_FALSE(r.denial);
  EXPECT_FALSE(r.settles_final_name);
  // Who resolves for us speaks of all zones alike.
  EXPECT_EQ(digest_of(text, {.forwarded = true}).denial, ResponseKind::nxdomain);
  // Both names in the zone of the SOA: the server answers for it.
  EXPECT_EQ(digest_of({.flags = "qr aa NXDOMAIN",
                       .answer = {"www.sub.example.com. CNAME gone.sub.example.com."},
                       .authority = {"sub.example.com. 600 SOA ns. root. 1 2 3 4 5"}},
                      {.qname = "www.sub.example.com."})
                .denial,
            ResponseKind::nxdomain);
}

TEST(Scrub, the_ds_of_the_cut_is_not_the_childs_to_deny_behind_an_alias) {
  Asked asked;
  asked.type = RrType::ds;
  const MessageText text{.flags = "qr aa",
                         .answer = {"www.example.com. CNAME example.com."},
                         .authority = {"example.com. 600 SOA ns. root. 1 2 3 4 5"}};
  const Response r = digest_of(text, asked);
  EXPECT_FALSE(r.denial);
  EXPECT_FALSE(r.settles_final_name);
  EXPECT_EQ(r.final_name, name("example.com."));
  asked.type = RrType::mx;
  EXPECT_EQ(digest_of(text, asked).denial, ResponseKind::nodata);
}

TEST(Scrub, the_child_does_not_deny_its_ds_behind_an_alias_either) {
  const MessageText text{.flags = "qr aa",
                         .answer = {"www.example.com. CNAME sub.example.com."},
                         .authority = {"sub.example.com. 600 SOA ns. root. 1 2 3 4 5"}};
  EXPECT_FALSE(digest_of(text, {.type = RrType::ds}).denial);
}

TEST(Scrub, the_roots_own_ns_set_comes_with_addresses) {
  const Response r = digest_of({.flags = "qr aa",
                                .qname = ".",
                                .qtype = RrType::ns,
                                .answer = {". NS a.root.example."},
                                .additional = {"a.root.example. A 192.0.2.1"}},
                               {.qname = ".", .cut = ".", .type = RrType::ns});
  EXPECT_EQ(r.kind, ResponseKind::answer);
  ASSERT_TRUE(r.referral);
  EXPECT_EQ(r.referral->glue.size(), 1u);
}

TEST(Scrub, recursion_without_authority_is_told) {
  EXPECT_TRUE(
      digest_of({.flags = "qr ra", .answer = {"www.example.com. A 192.0.2.1"}}).last_resort);
  EXPECT_FALSE(
      digest_of({.flags = "qr aa ra", .answer = {"www.example.com. A 192.0.2.1"}}).last_resort);
  EXPECT_FALSE(
      digest_of({.flags = "qr ra", .answer = {"www.example.com. A 192.0.2.1"}}, {.forwarded = true})
          .last_resort);
}

TEST(Scrub, a_referral_by_a_server_that_also_recurses_is_no_last_resort) {
  const Response r = digest_of(
      {.flags = "qr ra", .authority = {"example.com. NS ns1.example.com."}}, {.cut = "com."});
  EXPECT_EQ(r.kind, ResponseKind::referral);
  EXPECT_FALSE(r.last_resort);
}

TEST(Scrub, a_denial_without_proof_is_the_last_resort) {
  EXPECT_TRUE(digest_of({.flags = "qr aa"}).last_resort);
  EXPECT_TRUE(digest_of({.flags = "qr NXDOMAIN"}).last_resort);
  EXPECT_TRUE(digest_of({.flags = "qr aa NXDOMAIN", .authority = {". 600 SOA ns. root. 1 2 3 4 5"}})
                  .last_resort);
  EXPECT_FALSE(
      digest_of({.flags = "qr aa", .authority = {"example.com. 600 SOA ns. root. 1 2 3 4 5"}})
          .last_resort);
}

TEST(Scrub, E04_proofs_from_outside_the_zone_that_was_asked_are_dropped) {
  const std::string by = " RRSIG NSEC 15 2 3600 20300101000000 20200101000000 1 com. AAAA";
  const auto proofs_from = [&by](const std::string& owner) {
    return digest_of(
               {.flags = "qr aa NXDOMAIN", .authority = {owner + " NSEC z.com. NS", owner + by}})
        .proofs.size();
  };
  EXPECT_EQ(proofs_from("a.example.com."), 1u);
  EXPECT_EQ(proofs_from("example.com."), 1u);
  EXPECT_EQ(proofs_from("com."), 0u);
  EXPECT_EQ(proofs_from("a.com."), 0u);
}

TEST(Scrub, other_classes_are_dropped) {
  const Response r = digest_of(
      {.flags = "qr aa", .authority = {"example.com. CH NS ns.example.com."}}, {.cut = "com."});
  EXPECT_FALSE(r.referral);
}

}  // namespace
}  // namespace godwit::iterator
