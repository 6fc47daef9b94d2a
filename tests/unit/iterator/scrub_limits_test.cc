// How much of a response is taken: each limit below, at and above its value.
#include <gtest/gtest.h>

#include "tests/unit/iterator/scrub_fixture.h"

namespace godwit::iterator {
namespace {

using godwit::test::MessageText;

TEST(ScrubLimits, a_set_of_more_records_than_the_limit_is_too_large) {
  const auto answer_of = [](int records) {
    MessageText text{.flags = "qr aa"};
    for (int i = 0; i < records; ++i)
      text.answer.push_back("www.example.com. A 192.0.2." + std::to_string(i));
    return text;
  };
  const Asked asked{.limits = {.records_per_rrset = 16}};
  EXPECT_EQ(digest_of(answer_of(15), asked).kind, ResponseKind::answer);
  EXPECT_EQ(digest_of(answer_of(16), asked).kind, ResponseKind::answer);
  const Response over = digest_of(answer_of(17), asked);
  EXPECT_EQ(over.kind, ResponseKind::set_too_large);
  EXPECT_TRUE(over.answer.empty());
  EXPECT_EQ(over.final_name, godwit::test::name("www.example.com."));
}

TEST(ScrubLimits, a_response_of_more_records_than_the_limit_has_too_many) {
  const auto response_of = [](std::size_t others) {
    MessageText text{.flags = "qr aa", .answer = {"www.example.com. A 192.0.2.1"}};
    for (std::size_t i = 0; i < others; ++i)
      text.additional.push_back("n" + std::to_string(i) + ".example.com. A 192.0.2.2");
    return text;
  };
  EXPECT_EQ(digest_of(response_of(510)).kind, ResponseKind::answer);
  EXPECT_EQ(digest_of(response_of(511)).kind, ResponseKind::answer);
  EXPECT_EQ(digest_of(response_of(512)).kind, ResponseKind::too_many_records);
}

// `times` the same address after `others` different ones, and one more of the same with a low TTL.
MessageText repeating(std::size_t times, std::size_t others = 0) {
  MessageText text{.flags = "qr aa"};
  for (std::size_t i = 0; i < others; ++i)
    text.answer.push_back("www.example.com. 60 A 198.51.100." + std::to_string(i));
  for (std::size_t i = 1; i < times; ++i) text.answer.push_back("www.example.com. 60 A 192.0.2.1");
  text.answer.push_back("www.example.com. 30 A 192.0.2.1");
  return text;
}

TEST(ScrubLimits, repeated_records_do_not_count_for_the_limit_of_a_set) {
  const Asked asked{.limits = {.records_per_rrset = 16}};
  const Response at = digest_of(repeating(200, 15), asked);
  ASSERT_EQ(at.answer.size(), 1u);
  EXPECT_EQ(at.answer[0]->size(), 16u);
  EXPECT_EQ(at.answer[0]->ttl(), 30u);
  EXPECT_EQ(digest_of(repeating(200, 16), asked).kind, ResponseKind::set_too_large);
}

TEST(ScrubLimits, repeated_records_do_not_count_for_the_limit_of_a_response) {
  for (const std::size_t times : {511u, 512u, 513u, 1000u, 2047u, 2048u}) {
    const Response r = digest_of(repeating(times));
    ASSERT_EQ(r.answer.size(), 1u) << times;
    EXPECT_EQ(r.answer[0]->size(), 1u);
    EXPECT_EQ(r.answer[0]->ttl(), 30u);
    EXPECT_TRUE(r.settles_final_name);
  }
  EXPECT_EQ(digest_of(repeating(2049)).kind, ResponseKind::too_many_records);
}

std::vector<std::string> lines(const std::string& head, std::size_t count,
                               const std::string& tail) {
  std::vector<std::string> all;
  for (std::size_t i = 0; i < count; ++i) all.push_back(head + std::to_string(i) + tail);
  return all;
}

TEST(ScrubLimits, no_more_servers_are_kept_than_the_limit) {
  for (const std::size_t count : {12u, 13u, 14u, 128u}) {
    const Response r = digest_of({.authority = lines("example.com. NS ns", count, ".example.net.")},
                                 {.cut = "com."});
    ASSERT_TRUE(r.referral);
    EXPECT_EQ(r.referral->ns->size(), std::min<std::size_t>(count, 13));
  }
}

TEST(ScrubLimits, a_referral_to_more_servers_than_a_set_may_have_is_too_large) {
  const Response r =
      digest_of({.authority = lines("example.com. NS ns", 129, ".example.net.")}, {.cut = "com."});
  EXPECT_EQ(r.kind, ResponseKind::set_too_large);
}

TEST(ScrubLimits, no_more_addresses_of_a_server_are_kept_than_the_limit) {
  for (const std::size_t count : {5u, 6u, 7u, 50u}) {
    const Response r = digest_of({.authority = {"example.com. NS ns.example.com."},
                                  .additional = lines("ns.example.com. A 192.0.2.", count, "")},
                                 {.cut = "com."});
    EXPECT_EQ(r.referral->glue.size(), std::min<std::size_t>(count, 6));
  }
}

TEST(ScrubLimits, cnames_that_contradict_each_other_are_malformed_however_many_they_are) {
  const Asked asked{.limits = {.records_per_rrset = 16}};
  for (const std::size_t count : {2u, 16u, 17u, 100u}) {
    const MessageText text{.flags = "qr aa",
                           .answer = lines("www.example.com. CNAME n", count, ".example.com.")};
    EXPECT_EQ(digest_of(text, asked).kind, ResponseKind::malformed) << count;
  }
}

TEST(ScrubLimits, an_alias_to_a_set_of_more_records_than_the_limit_is_too_large) {
  MessageText text{.flags = "qr aa", .answer = lines("n.example.com. A 192.0.2.", 129, "")};
  text.answer.insert(text.answer.begin(), "www.example.com. CNAME n.example.com.");
  EXPECT_EQ(digest_of(text).kind, ResponseKind::set_too_large);
}

}  // namespace
}  // namespace godwit::iterator
