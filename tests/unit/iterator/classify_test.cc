#include "iterator/classify.h"

#include <gtest/gtest.h>

#include "tests/support/message_text.h"

namespace godwit::iterator {
namespace {

using godwit::test::MessageText;
using godwit::test::name;
using wire::RrType;

AskedQuestion asked(std::string_view qname, std::string_view cut, RrType type = RrType::a) {
  AskedQuestion question;
  question.name = name(qname);
  question.type = type;
  question.cut = name(cut);
  return question;
}

ResponseKind kind_of(const MessageText& text, const AskedQuestion& question) {
  const std::vector<std::uint8_t> octets = godwit::test::message(text);
  const wire::Result<ParsedResponse> parsed = parse_response(octets);
  return parsed ? classify(*parsed, question) : ResponseKind::malformed;
}

const AskedQuestion www = asked("www.example.com.", "example.com.");

TEST(Classify, data_of_the_name_and_type_is_an_answer) {
  EXPECT_EQ(kind_of({.flags = "qr aa", .answer = {"www.example.com. A 192.0.2.1"}}, www),
            ResponseKind::answer);
}

TEST(Classify, an_answer_without_aa_is_still_an_answer) {
  EXPECT_EQ(kind_of({.answer = {"www.example.com. A 192.0.2.1"}}, www), ResponseKind::answer);
}

TEST(Classify, letter_case_of_owners_does_not_matter) {
  EXPECT_EQ(kind_of({.answer = {"WWW.Example.COM. A 192.0.2.1"}}, www), ResponseKind::answer);
}

TEST(Classify, a_cname_at_the_name_is_an_alias_even_with_name_error) {
  EXPECT_EQ(kind_of({.flags = "qr aa", .answer = {"www.example.com. CNAME a.example.net."}}, www),
            ResponseKind::alias);
  EXPECT_EQ(
      kind_of({.flags = "qr aa NXDOMAIN", .answer = {"www.example.com. CNAME a.example.net."}},
              www),
      ResponseKind::alias);
}

TEST(Classify, data_beside_a_cname_is_ignored_but_for_what_dnssec_adds) {
  const MessageText both{
      .flags = "qr aa",
      .answer = {"www.example.com. A 192.0.2.1", "www.example.com. CNAME a.example.net."}};
  EXPECT_EQ(kind_of(both, www), ResponseKind::alias);
  EXPECT_EQ(kind_of(both, asked("www.example.com.", "example.com.", RrType::cname)),
            ResponseKind::answer);
  const MessageText nsec{.flags = "qr aa",
                         .answer = {"www.example.com. CNAME a.example.net.",
                                    "www.example.com. NSEC z.example.com. CNAME"}};
  EXPECT_EQ(kind_of(nsec, asked("www.example.com.", "example.com.", RrType::nsec)),
            ResponseKind::answer);
}

TEST(Classify, a_cname_question_is_answered_by_the_cname) {
  EXPECT_EQ(kind_of({.flags = "qr aa", .answer = {"www.example.com. CNAME a.example.net."}},
                    asked("www.example.com.", "example.com.", RrType::cname)),
            ResponseKind::answer);
}

TEST(Classify, a_dname_above_the_name_is_an_alias_only_within_the_bailiwick) {
  const AskedQuestion deep = asked("a.b.example.com.", "example.com.");
  EXPECT_EQ(kind_of({.flags = "qr aa", .answer = {"b.example.com. DNAME example.net."}}, deep),
            ResponseKind::alias);
  EXPECT_NE(kind_of({.flags = "qr aa", .answer = {"com. DNAME example.net."}}, deep),
            ResponseKind::alias);
  EXPECT_NE(kind_of({.flags = "qr aa", .answer = {"a.b.example.com. DNAME example.net."}}, deep),
            ResponseKind::alias);
}

TEST(Classify, ns_of_a_cut_below_is_a_referral) {
  const AskedQuestion question = asked("www.example.com.", "com.");
  EXPECT_EQ(kind_of({.authority = {"example.com. NS ns1.example.com."}}, question),
            ResponseKind::referral);
  EXPECT_EQ(
      kind_of({.flags = "qr aa", .authority = {"example.com. NS ns1.example.com."}}, question),
      ResponseKind::referral);
}

TEST(Classify, referral_to_parent_is_lame) {
  EXPECT_EQ(kind_of({.authority = {"com. NS a.gtld-servers.net."}}, www), ResponseKind::lame);
}

TEST(Classify, referral_to_itself_is_lame) {
  EXPECT_EQ(kind_of({.authority = {"example.com. NS ns1.example.com."}}, www), ResponseKind::lame);
}

TEST(Classify, referral_sideways_is_lame) {
  EXPECT_EQ(
      kind_of({.authority = {"other.com. NS ns1.other.com."}}, asked("www.example.com.", "com.")),
      ResponseKind::lame);
}

TEST(Classify, nothing_at_all_is_lame_without_aa_and_nodata_with_it) {
  EXPECT_EQ(kind_of({}, www), ResponseKind::lame);
  EXPECT_EQ(kind_of({.flags = "qr aa"}, www), ResponseKind::nodata);
}

TEST(Classify, soa_of_the_zone_denies) {
  const std::string soa = "example.com. SOA ns. root. 1 2 3 4 5";
  EXPECT_EQ(kind_of({.flags = "qr aa", .authority = {soa}}, www), ResponseKind::nodata);
  EXPECT_EQ(kind_of({.flags = "qr aa NXDOMAIN", .authority = {soa}}, www), ResponseKind::nxdomain);
}

TEST(Classify, soa_beside_ns_denies_rather_than_refers) {
  EXPECT_EQ(
      kind_of({.authority = {"com. SOA ns. root. 1 2 3 4 5", "example.com. NS ns1.example.com."}},
              asked("www.example.com.", "com.")),
      ResponseKind::nodata);
}

TEST(Classify, soa_of_another_zone_denies_nothing) {
  EXPECT_EQ(kind_of({.authority = {"other.com. SOA ns. root. 1 2 3 4 5"}}, www),
            ResponseKind::lame);
  EXPECT_EQ(kind_of({.authority = {"com. SOA ns. root. 1 2 3 4 5"}}, www), ResponseKind::lame);
}

TEST(Classify, a_ds_question_that_is_referred_to_the_child_has_no_ds) {
  EXPECT_EQ(kind_of({.authority = {"example.com. NS ns1.example.com."}},
                    asked("example.com.", "com.", RrType::ds)),
            ResponseKind::nodata);
}

TEST(Classify, a_ds_question_that_the_child_denies_came_to_the_wrong_side) {
  const AskedQuestion ds = asked("example.com.", "com.", RrType::ds);
  const std::string childs = "example.com. SOA ns. root. 1 2 3 4 5";
  const std::string parents = "com. SOA ns. root. 1 2 3 4 5";
  EXPECT_EQ(kind_of({.flags = "qr aa", .authority = {childs}}, ds), ResponseKind::lame);
  EXPECT_EQ(kind_of({.flags = "qr aa NXDOMAIN", .authority = {childs}}, ds), ResponseKind::lame);
  EXPECT_EQ(kind_of({.flags = "qr aa", .authority = {parents}}, ds), ResponseKind::nodata);
  // A server of more zones than the one that was asked.
  EXPECT_EQ(
      kind_of({.flags = "qr aa", .authority = {parents}}, asked("example.com.", ".", RrType::ds)),
      ResponseKind::nodata);
  EXPECT_EQ(
      kind_of({.flags = "qr aa", .authority = {childs}}, asked("example.com.", "com.", RrType::mx)),
      ResponseKind::nodata);
}

TEST(Classify, the_roots_ds_is_the_roots_to_deny) {
  EXPECT_EQ(kind_of({.flags = "qr aa", .authority = {". SOA ns. root. 1 2 3 4 5"}},
                    asked(".", ".", RrType::ds)),
            ResponseKind::nodata);
}

TEST(Classify, a_forwarder_may_deny_a_ds_by_whatever_soa) {
  AskedQuestion ds = asked("example.com.", ".", RrType::ds);
  ds.forwarded = true;
  EXPECT_EQ(kind_of({.flags = "qr", .authority = {"example.com. SOA ns. root. 1 2 3 4 5"}}, ds),
            ResponseKind::nodata);
}

TEST(Classify, more_records_than_received_and_an_opt_are_too_many_announced) {
  const auto too_many = [](std::uint16_t an, std::uint16_t ns, std::uint16_t ar) {
    const wire::Header header{.ancount = an, .nscount = ns, .arcount = ar};
    return announces_too_many(header, Limits{});
  };
  EXPECT_FALSE(too_many(2048, 0, 0));
  EXPECT_FALSE(too_many(2048, 0, 1));
  EXPECT_TRUE(too_many(2048, 1, 1));
  EXPECT_TRUE(too_many(2050, 0, 0));
  EXPECT_FALSE(too_many(0, 512, 1));
  EXPECT_TRUE(too_many(0, 513, 1));
  EXPECT_FALSE(too_many(0, 1, 512));
  EXPECT_TRUE(too_many(0, 0, 514));
  EXPECT_FALSE(too_many(1536, 256, 257));
  EXPECT_TRUE(too_many(1537, 256, 257));
  EXPECT_TRUE(too_many(0xffff, 0xffff, 0xffff));
}

TEST(Classify, rcodes_are_sorted_by_what_can_be_done_about_them) {
  EXPECT_EQ(kind_of({.flags = "qr REFUSED"}, www), ResponseKind::refused);
  EXPECT_EQ(kind_of({.flags = "qr NOTAUTH"}, www), ResponseKind::refused);
  EXPECT_EQ(kind_of({.flags = "qr SERVFAIL"}, www), ResponseKind::server_failure);
  EXPECT_EQ(kind_of({.flags = "qr YXRRSET"}, www), ResponseKind::server_failure);
  EXPECT_EQ(kind_of({.flags = "qr FORMERR"}, www), ResponseKind::format_error);
  EXPECT_EQ(kind_of({.flags = "qr NOTIMP"}, www), ResponseKind::format_error);
  EXPECT_EQ(kind_of({.flags = "qr BADVERS", .edns = true}, www), ResponseKind::format_error);
  EXPECT_EQ(kind_of({.flags = "qr BADCOOKIE", .edns = true}, www), ResponseKind::bad_cookie);
}

TEST(Classify, truncation_comes_before_everything) {
  EXPECT_EQ(kind_of({.flags = "qr tc aa", .answer = {"www.example.com. A 192.0.2.1"}}, www),
            ResponseKind::truncated);
}

TEST(Classify, yxdomain_needs_its_dname) {
  const AskedQuestion deep = asked("a.b.example.com.", "example.com.");
  EXPECT_EQ(
      kind_of({.flags = "qr aa YXDOMAIN", .answer = {"b.example.com. DNAME example.net."}}, deep),
      ResponseKind::alias_too_long);
  EXPECT_EQ(kind_of({.flags = "qr aa YXDOMAIN"}, deep), ResponseKind::server_failure);
}

TEST(Classify, a_forwarder_that_answers_nothing_says_nodata) {
  AskedQuestion question = asked("www.example.com.", "com.");
  question.forwarded = true;
  EXPECT_EQ(kind_of({}, question), ResponseKind::nodata);
}

TEST(Classify, a_forwarder_that_refers_elsewhere_is_lame) {
  AskedQuestion question = asked("www.example.com.", "com.");
  question.forwarded = true;
  EXPECT_EQ(kind_of({.authority = {"example.com. NS ns1.example.com."}}, question),
            ResponseKind::lame);
  EXPECT_EQ(kind_of({.authority = {"com. NS ns1.example.com."}}, question), ResponseKind::lame);
}

}  // namespace
}  // namespace godwit::iterator
