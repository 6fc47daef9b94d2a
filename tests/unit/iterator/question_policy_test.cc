// What is answered for the question's sake alone: the cases 25, 26 and 29 of the catalogue of
// hostile messages.
#include "iterator/question_policy.h"

#include <gtest/gtest.h>

#include "tests/support/names.h"

#include <algorithm>
#include <string>

#include "wire/name_text.h"
#include "wire/rdata.h"
#include "wire/rdata_text.h"

namespace godwit::iterator {
namespace {

using godwit::test::name_of;

using wire::EdeCode;
using wire::Rcode;
using wire::RrClass;
using wire::RrType;

std::optional<Answer> by_policy(unsigned type, unsigned rr_class = 1,
                                std::string_view name = "a.b.") {
  return answer_by_policy(
      {name_of(name), static_cast<RrType>(type), static_cast<RrClass>(rr_class)}, {}, nullptr);
}

TEST(QuestionPolicy, data_types_of_class_in_are_left_to_the_walk) {
  for (const unsigned type : {1u, 2u, 5u, 6u, 15u, 28u, 43u, 47u, 48u, 50u, 64u, 65u, 127u, 256u,
                              32769u, 65280u, 65535u}) {
    EXPECT_FALSE(by_policy(type).has_value()) << type;
  }
}

TEST(QuestionPolicy, types_that_no_question_can_have_are_format_errors) {
  for (const unsigned type : {0u, 41u, 128u}) {
    const auto answer = by_policy(type);
    ASSERT_TRUE(answer.has_value());
    EXPECT_EQ(answer->rcode, Rcode::formerr);
    EXPECT_EQ(answer->errors.at(0).code, EdeCode::invalid_query_type);
  }
}

TEST(QuestionPolicy, zone_transfers_are_refused) {
  for (const unsigned type : {251u, 252u}) EXPECT_EQ(by_policy(type)->rcode, Rcode::refused);
}

TEST(QuestionPolicy, every_other_meta_type_is_not_implemented) {
  for (unsigned type = 129; type < 255; ++type) {
    if (type == 251 || type == 252) continue;
    const auto answer = by_policy(type);
    ASSERT_TRUE(answer.has_value()) << type;
    EXPECT_EQ(answer->rcode, Rcode::notimp) << type;
    EXPECT_TRUE(answer->answer.empty());
  }
}

TEST(QuestionPolicy, any_is_answered_with_one_hinfo_record) {
  const auto answer = by_policy(255, 1, "WWW.example.com.");
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(answer->rcode, Rcode::noerror);
  EXPECT_FALSE(answer->authoritative);
  ASSERT_EQ(answer->answer.size(), 1u);
  const auto& set = *answer->answer.front().set;
  EXPECT_TRUE(set.owner().is_identical(name_of("WWW.example.com.")));
  EXPECT_EQ(set.type(), RrType::hinfo);
  ASSERT_EQ(set.size(), 1u);
  EXPECT_EQ(wire::rdata_to_text(RrType::hinfo, set.records().front()), "\"RFC8482\" \"\"");
}

TEST(QuestionPolicy, any_of_a_special_name_is_answered_as_other_types_are) {
  const SpecialNames names({});
  const auto ask_any = [&names](std::string_view name) {
    return answer_by_policy({name_of(name), RrType::any}, {}, &names).value();
  };
  EXPECT_EQ(ask_any("x.invalid.").rcode, Rcode::nxdomain);
  EXPECT_EQ(ask_any("LOCALHOST.").answer.size(), 4u);
  EXPECT_EQ(ask_any("www.example.").answer.at(0).set->type(), RrType::hinfo);
  // Where special names are not answered here, nothing is known of them.
  EXPECT_EQ(by_policy(255, 1, "x.invalid.")->rcode, Rcode::noerror);
}

TEST(QuestionPolicy, signatures_by_themselves_are_refused) {
  const auto answer = by_policy(46);
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(answer->rcode, Rcode::refused);
  // Nothing is promised: no record brings its signatures along.
  EXPECT_EQ(answer->errors.at(0).text, "signatures are not passed on to clients");
}

TEST(QuestionPolicy, other_classes_are_refused_or_not_implemented) {
  EXPECT_EQ(by_policy(1, 3)->rcode, Rcode::refused);
  EXPECT_EQ(by_policy(1, 4)->rcode, Rcode::refused);
  for (const unsigned rr_class : {0u, 2u, 5u, 254u, 255u, 65535u})
    EXPECT_EQ(by_policy(1, rr_class)->rcode, Rcode::notimp) << rr_class;
}

TEST(QuestionPolicy, every_refusal_says_why) {
  for (unsigned type = 0; type < 260; ++type) {
    for (const unsigned rr_class : {1u, 3u, 4u, 255u}) {
      const auto answer = by_policy(type, rr_class);
      if (!answer || answer->rcode == Rcode::noerror) continue;
      ASSERT_EQ(answer->errors.size(), 1u);
      EXPECT_FALSE(answer->errors.front().text.empty());
    }
  }
}

std::string ask_chaos(std::string_view name, const ServerIdentity& identity,
                      RrType type = RrType::txt) {
  const auto answer =
      answer_by_policy({name_of(name), type, RrClass::ch}, identity, nullptr).value();
  if (answer.rcode != Rcode::noerror) return wire::to_text(answer.rcode);
  if (answer.answer.empty()) return "NODATA";
  const auto& set = *answer.answer.front().set;
  EXPECT_EQ(set.rr_class(), RrClass::ch);
  EXPECT_EQ(answer.answer.front().ttl, 0u);
  EXPECT_TRUE(wire::is_valid_rdata(RrType::txt, set.records().front()));
  return wire::rdata_to_text(RrType::txt, set.records().front());
}

TEST(QuestionPolicy, identity_and_version_are_told_when_they_are_configured) {
  const ServerIdentity identity{"ns1", "godwit 1"};
  EXPECT_EQ(ask_chaos("id.server.", identity), "\"ns1\"");
  EXPECT_EQ(ask_chaos("hostname.bind.", identity), "\"ns1\"");
  EXPECT_EQ(ask_chaos("version.server.", identity), "\"godwit 1\"");
  EXPECT_EQ(ask_chaos("VERSION.bind.", identity), "\"godwit 1\"");
  EXPECT_EQ(ask_chaos("version.bind.", identity, RrType::any), "\"godwit 1\"");
  EXPECT_EQ(ask_chaos("version.bind.", identity, RrType::a), "NODATA");
  EXPECT_EQ(ask_chaos("authors.bind.", identity), "REFUSED");
}

TEST(QuestionPolicy, identity_and_version_are_refused_when_they_are_not) {
  EXPECT_EQ(ask_chaos("id.server.", {"", "1"}), "REFUSED");
  EXPECT_EQ(ask_chaos("version.bind.", {"ns1", ""}), "REFUSED");
}

TEST(QuestionPolicy, a_long_text_is_split_into_strings) {
  for (const std::size_t size : {254u, 255u, 256u, 600u}) {
    const auto text = ask_chaos("version.bind.", {"", std::string(size, 'x')});
    EXPECT_EQ(static_cast<std::size_t>(std::count(text.begin(), text.end(), 'x')), size);
  }
}

}  // namespace
}  // namespace godwit::iterator
