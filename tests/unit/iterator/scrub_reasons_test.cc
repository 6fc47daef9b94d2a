// Why records of a response were dropped: one line for each, and none for those that were taken.
#include "iterator/scrub_reasons.h"

#include <gtest/gtest.h>

#include "tests/unit/iterator/scrub_fixture.h"

namespace godwit::iterator {
namespace {

using godwit::test::MessageText;

std::string dropped_of(const MessageText& text, const Asked& a = {}) {
  const AskedQuestion question = question_of(a);
  const std::vector<std::uint8_t> octets = godwit::test::message(text);
  const auto parsed = parse_response(octets);
  const Response taken = digest(*parsed, octets, question, a.limits, 42);
  std::string out;
  for (const auto& dropped : dropped_records(*parsed, question, taken))
    out += to_text(trace::Event(dropped)) + "\n";
  return out;
}

TEST(ScrubReasons, an_answer_alone_has_none) {
  EXPECT_EQ(dropped_of({.flags = "qr aa", .answer = {"www.example.com. 60 A 192.0.2.1"}}), "");
}

TEST(ScrubReasons, what_is_beside_an_answer_is_told_with_its_section) {
  EXPECT_EQ(dropped_of(
                {.flags = "qr aa",
                 .answer = {"www.example.com. 60 A 192.0.2.1", "www.example.com. 60 A 192.0.2.2",
                            "other.example.com. 60 A 192.0.2.3"},
                 .authority = {"example.com. 60 NS ns.example.com."},
                 .additional = {"ns.example.com. 60 A 192.0.2.4", "www.bank.org. 60 A 192.0.2.5"}}),
            "dropped other.example.com. A, answer: nobody asked for it\n"
            "dropped example.com. NS, authority: not needed\n"
            "dropped ns.example.com. A, additional: not needed\n"
            "dropped www.bank.org. A, additional: outside the zone that was asked\n");
}

TEST(ScrubReasons, what_an_alias_leads_out_of_the_zone_to_is_not_the_servers_to_say) {
  EXPECT_EQ(dropped_of({.flags = "qr aa",
                        .answer = {"www.example.com. 60 CNAME www.bank.org.",
                                   "www.bank.org. 60 A 192.0.2.5"}}),
            "dropped www.bank.org. A, answer: outside the zone that was asked\n");
}

TEST(ScrubReasons, a_dname_is_followed_here) {
  EXPECT_EQ(dropped_of({.flags = "qr aa",
                        .answer = {"example.com. 60 DNAME sub.example.com.",
                                   "www.example.com. 60 CNAME www.sub.example.com.",
                                   "www.sub.example.com. 60 A 192.0.2.5"}}),
            "dropped www.example.com. CNAME, answer: made from the DNAME here\n"
            "dropped www.sub.example.com. A, answer: behind an alias, asked for anew\n");
}

TEST(ScrubReasons, of_a_referral_servers_and_glue_are_taken_and_strangers_are_not) {
  EXPECT_EQ(dropped_of({.flags = "qr",
                        .authority = {"sub.example.com. 60 NS ns.sub.example.com.",
                                      "sub.example.com. 60 NS ns.bank.org."},
                        .additional = {"ns.sub.example.com. 60 A 192.0.2.4",
                                       "ns.sub.example.com. 60 AAAA 2001:db8::4",
                                       "ns.bank.org. 60 A 192.0.2.5"}},
                       {.qname = "www.sub.example.com."}),
            "dropped ns.bank.org. A, additional: outside the zone that was asked\n");
}

TEST(ScrubReasons, another_class_is_told_as_that) {
  EXPECT_EQ(dropped_of({.flags = "qr aa",
                        .answer = {"www.example.com. 60 A 192.0.2.1",
                                   "www.example.com. 60 CH TXT \"x\""}}),
            "dropped www.example.com. TXT, answer: of another class than IN\n");
}

TEST(ScrubReasons, a_denial_needs_its_soa) {
  EXPECT_EQ(dropped_of({.flags = "qr aa NXDOMAIN",
                        .authority = {"example.com. 60 SOA ns.example.com. h. 1 2 3 4 60",
                                      "org. 60 SOA ns.example.com. h. 1 2 3 4 60"}}),
            "dropped org. SOA, authority: outside the zone that was asked\n");
}

TEST(ScrubReasons, as_many_are_told_as_may_be) {
  for (const std::size_t count :
       {dropped_records_told_max - 1, dropped_records_told_max, dropped_records_told_max + 1}) {
    MessageText text{.flags = "qr aa", .answer = {"www.example.com. 60 A 192.0.2.1"}};
    for (std::size_t i = 0; i < count; ++i)
      text.additional.push_back("n" + std::to_string(i) + ".example.com. 60 A 192.0.2.1");
    const std::string told = dropped_of(text);
    EXPECT_EQ(std::count(told.begin(), told.end(), '\n'),
              static_cast<std::ptrdiff_t>(std::min(count, dropped_records_told_max)));
  }
}

}  // namespace
}  // namespace godwit::iterator
