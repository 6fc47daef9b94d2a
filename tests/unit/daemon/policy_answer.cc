// What rules make of answers, and which private addresses are withheld.
#include "daemon/policy_answer.h"

#include <gtest/gtest.h>

#include "daemon/rebinding.h"
#include "local/block_list_builder.h"
#include "tests/support/message_text.h"

namespace godwit::daemon {
namespace {

using godwit::test::name;
using godwit::test::rrset;
using iterator::Answer;
using iterator::Question;
using wire::RrType;

const cache::KeyedHash policy_hash{{}};

local::Policy policy_of(const std::string& records) {
  local::BlockListBuilder builder(policy_hash, "list", 100, {});
  builder.read(local::ListForm::response, "$TTL 30\n@ SOA ns. root. 1 2 3 4 5\n" + records);
  std::vector<local::PolicyList> lists(1);
  lists.front().rules = builder.build();
  lists.front().name = "ours";
  return local::Policy(std::move(lists));
}

Answer answer_of(const std::vector<std::string>& lines) {
  Answer out;
  out.security = cache::Security::secure;
  for (const auto& line : lines) {
    const auto set = rrset({line});
    out.answer.push_back({set, set->ttl()});
  }
  return out;
}

std::string text_of(const Answer& answer) {
  std::string out = wire::to_text(answer.rcode);
  for (const auto& part : answer.answer) out += " | " + wire::to_text(*part.set);
  for (const auto& part : answer.authority) out += " / " + wire::to_text(part.set->owner());
  for (const auto& error : answer.errors)
    out += " EDE " + std::to_string(static_cast<int>(error.code)) + " " + error.text;
  return out;
}

std::string apply(const std::string& records, const Question& question,
                  const std::optional<Answer>& answered = {}, bool over_tcp = false) {
  const auto policy = policy_of(records);
  AnswerPath path;
  path.chain.push_back(question.name);
  if (answered) path = path_of(question, *answered);
  const auto verdict = policy.judge({path.chain, path.addresses, answered.has_value()},
                                    wire::IpAddress::parse("192.0.2.99").value());
  if (!verdict) return "no rule";
  const auto out = apply_policy(verdict, question, answered ? &*answered : nullptr, over_tcp);
  constexpr std::string_view kinds[] = {"untouched", "answer", "truncated", "drop", "redirect"};
  const std::string kind(kinds[static_cast<std::size_t>(out.kind)]);
  if (out.kind == PolicyOutcome::Kind::untouched || out.kind == PolicyOutcome::Kind::drop)
    return kind;
  EXPECT_NE(out.answer.security, cache::Security::secure);
  return kind + " " + text_of(out.answer);
}

const Question www(name("www.example."), RrType::a);

TEST(PolicyAnswer, each_action_has_its_answer_and_says_who_made_it) {
  EXPECT_EQ(apply("www.example CNAME .\n", www),
            "answer NXDOMAIN / www.example. EDE 15 by the list ours");
  EXPECT_EQ(apply("www.example CNAME *.\n", www),
            "answer NOERROR / www.example. EDE 15 by the list ours");
  EXPECT_EQ(apply("www.example CNAME rpz-passthru.\n", www), "untouched");
  EXPECT_EQ(apply("www.example CNAME rpz-drop.\n", www), "drop");
  EXPECT_EQ(apply("www.example CNAME rpz-tcp-only.\n", www), "truncated NOERROR");
  EXPECT_EQ(apply("www.example CNAME rpz-tcp-only.\n", www, {}, true), "untouched");
}

TEST(PolicyAnswer, data_of_a_list_take_the_name_that_was_asked_for) {
  const std::string records = "*.example A 192.0.2.7\n*.example TXT x\n";
  EXPECT_EQ(apply(records, www),
            "answer NOERROR | www.example. 30 IN A 192.0.2.7 EDE 4 from the list ours");
  EXPECT_EQ(apply(records, {name("www.example."), RrType::mx}),
            "answer NOERROR / www.example. EDE 4 from the list ours");
}

TEST(PolicyAnswer, an_alias_of_a_list_is_to_be_followed_and_may_take_the_name_along) {
  EXPECT_EQ(apply("www.example CNAME garden.\n", www),
            "redirect NOERROR | www.example. 30 IN CNAME garden. EDE 4 from the list ours");
  EXPECT_EQ(apply("*.example CNAME *.garden.\n", www),
            "redirect NOERROR | www.example. 30 IN CNAME www.example.garden. EDE 4 from the list "
            "ours");
  EXPECT_EQ(apply("www.example CNAME garden.\n", {name("www.example."), RrType::cname}),
            "answer NOERROR | www.example. 30 IN CNAME garden. EDE 4 from the list ours");
}

TEST(PolicyAnswer, an_alias_that_grows_too_long_is_no_name) {
  const std::string label(63, 'a');
  const std::string three = label + "." + label + "." + label + ".";
  const Question question(name(three + std::string(50, 'b') + ".example."), RrType::a);
  EXPECT_TRUE(apply("*.example CNAME *.garden.\n", question).starts_with("answer YXDOMAIN"));
}

TEST(PolicyAnswer, aliases_before_the_name_that_a_rule_is_for_stay) {
  const auto answered = answer_of(
      {"www.example. 60 CNAME mid.example.", "mid.example. 60 CNAME ads.", "ads. 60 A 192.0.2.1"});
  EXPECT_EQ(apply("ads CNAME .\n", www, answered),
            "answer NXDOMAIN | www.example. 60 IN CNAME mid.example. | mid.example. 60 IN CNAME "
            "ads. / ads. EDE 15 by the list ours");
  EXPECT_EQ(apply("mid.example A 192.0.2.9\n", www, answered),
            "answer NOERROR | www.example. 60 IN CNAME mid.example. | mid.example. 30 IN A "
            "192.0.2.9 EDE 4 from the list ours");
  EXPECT_EQ(apply("32.1.2.0.192.rpz-ip CNAME *.\n", www, answered),
            "answer NOERROR | www.example. 60 IN CNAME mid.example. | mid.example. 60 IN CNAME "
            "ads. / ads. EDE 15 by the list ours");
}

TEST(PolicyAnswer, of_a_failure_nothing_is_made) {
  Answer bogus;
  bogus.rcode = wire::Rcode::servfail;
  EXPECT_FALSE(may_be_rewritten(bogus));
  EXPECT_TRUE(may_be_rewritten(answer_of({"a. A 192.0.2.1"})));
}

TEST(PolicyAnswer, an_answer_stands_behind_an_alias_of_a_list) {
  const auto prefix = answer_of({"www.example. 30 CNAME garden."});
  EXPECT_EQ(question_behind(www, prefix).name, name("garden."));
  Answer failed;
  failed.rcode = wire::Rcode::servfail;
  EXPECT_EQ(text_of(joined(prefix, failed)), "SERVFAIL | www.example. 30 IN CNAME garden.");
  EXPECT_EQ(text_of(joined(prefix, answer_of({"garden. 60 A 192.0.2.1"}))),
            "NOERROR | www.example. 30 IN CNAME garden. | garden. 60 IN A 192.0.2.1");
}

Rebinding rebinding() {
  std::vector<wire::IpPrefix> prefixes;
  for (const auto* text : {"10.0.0.0/8", "127.0.0.0/8", "fc00::/7", "::1"})
    prefixes.push_back(wire::IpPrefix::parse(text).value());
  return {prefixes, {name("corp.example.")}};
}

std::string withhold(const std::vector<std::string>& lines, RrType type = RrType::a) {
  auto answer = answer_of(lines);
  const bool changed = rebinding().withhold({name("www.example."), type}, answer);
  return changed ? text_of(answer) : "as it is";
}

constexpr std::string_view why =
    " EDE 15 a private address of a public name is withheld (DNS rebinding)";

TEST(Rebinding, private_addresses_are_taken_out_and_others_stay) {
  EXPECT_EQ(withhold({"www.example. 60 A 192.0.2.1"}), "as it is");
  EXPECT_EQ(withhold({"www.example. 60 A 10.0.0.1"}), "NOERROR / www.example." + std::string(why));
  EXPECT_EQ(withhold({"www.example. 60 CNAME x.", "x. 60 A 127.0.0.1"}),
            "NOERROR | www.example. 60 IN CNAME x. / www.example." + std::string(why));
  Answer both;
  const auto set = rrset({"www.example. 60 A 192.0.2.1", "www.example. 60 A 10.1.1.1"});
  both.answer.push_back({set, 60});
  EXPECT_TRUE(rebinding().withhold(www, both));
  EXPECT_EQ(text_of(both), "NOERROR | www.example. 60 IN A 192.0.2.1" + std::string(why));
}

TEST(Rebinding, ipv4_inside_ipv6_and_hints_are_seen_through) {
  EXPECT_NE(withhold({"www.example. 60 AAAA ::ffff:10.0.0.1"}, RrType::aaaa), "as it is");
  EXPECT_NE(withhold({"www.example. 60 AAAA 64:ff9b::10.0.0.1"}, RrType::aaaa), "as it is");
  EXPECT_NE(withhold({"www.example. 60 AAAA fd00::1"}, RrType::aaaa), "as it is");
  EXPECT_EQ(withhold({"www.example. 60 AAAA ::ffff:192.0.2.1"}, RrType::aaaa), "as it is");
  EXPECT_NE(withhold({"www.example. 60 HTTPS 1 a.example. alpn=h2 ipv4hint=192.0.2.1,10.0.0.1"},
                     RrType::https),
            "as it is");
  EXPECT_NE(withhold({"www.example. 60 SVCB 1 . ipv6hint=::1"}, RrType::svcb), "as it is");
  EXPECT_EQ(withhold({"www.example. 60 HTTPS 1 . ipv4hint=192.0.2.1"}, RrType::https), "as it is");
}

TEST(Rebinding, a_name_is_allowed_for_itself_and_not_as_the_target_of_an_alias) {
  EXPECT_TRUE(rebinding().allows(name("corp.example.")));
  EXPECT_TRUE(rebinding().allows(name("a.corp.example.")));
  EXPECT_FALSE(rebinding().allows(name("example.")));
  EXPECT_NE(withhold({"www.example. 60 CNAME a.corp.example.", "a.corp.example. 60 A 10.0.0.1"}),
            "as it is");
}

}  // namespace
}  // namespace godwit::daemon
