// The reader of scenario files: what it takes, what it refuses and where.
#include "tests/scenario/rpl.h"

#include <gtest/gtest.h>

#include "tests/scenario/entry_match.h"
#include "tests/scenario/setup.h"
#include "wire/name_text.h"

namespace godwit::scenario {
namespace {

constexpr std::string_view small =
    "server:\n"
    "\tdo-ip6: no # comment\n"
    "forward-zone: name: \"corp.example\" forward-addr: 192.0.2.7\n"
    "stub-zone:\n\tname: \".\"\n\tstub-addr: 193.0.14.129\n"
    "CONFIG_END\n"
    "SCENARIO_BEGIN A small one\n"
    "RANGE_BEGIN 0 100\n\tADDRESS 193.0.14.129\n"
    "ENTRY_BEGIN\nMATCH opcode qtype qname ; the usual\nADJUST copy_id\nREPLY QR AA NXDOMAIN\n"
    "SECTION QUESTION\nwww.example. IN A\nSECTION AUTHORITY\n. 60 IN SOA . . 1 2 3 4 5\n"
    "ENTRY_END\nRANGE_END\n"
    "STEP 1 QUERY\nENTRY_BEGIN\nREPLY RD DO\nSECTION QUESTION\nwww.example. IN A\nENTRY_END\n"
    "STEP 10 TIME_PASSES ELAPSE 2.5\n"
    "SCENARIO_END\n";

TEST(Rpl, reads_settings_ranges_and_steps) {
  const Parsed parsed = parse_rpl(small);
  ASSERT_TRUE(parsed.scenario) << parsed.error_line << ": " << parsed.error;
  const Scenario& scenario = *parsed.scenario;
  EXPECT_EQ(scenario.title, "A small one");
  EXPECT_EQ(scenario.setting("do-ip6"), "no");
  ASSERT_EQ(scenario.ranges.size(), 1u);
  ASSERT_EQ(scenario.ranges[0].entries.size(), 1u);
  const Entry& entry = scenario.ranges[0].entries[0];
  EXPECT_TRUE(entry.match.qname && entry.match.qtype && entry.match.opcode && entry.copy_id);
  EXPECT_FALSE(entry.match.flags);
  EXPECT_EQ(entry.message.rcode, static_cast<std::uint16_t>(wire::Rcode::nxdomain));
  ASSERT_EQ(entry.message.authority.size(), 1u);
  EXPECT_EQ(entry.message.authority[0].ttl, 60u);
  ASSERT_EQ(scenario.steps.size(), 2u);
  EXPECT_TRUE(scenario.steps[0].entry->message.dnssec_ok);
  EXPECT_DOUBLE_EQ(scenario.steps[1].elapse_seconds, 2.5);
}

TEST(Rpl, settings_become_options) {
  const ResolverSetup setup = setup_of(*parse_rpl(small).scenario);
  EXPECT_FALSE(setup.resolver->upstream_ipv6);
  ASSERT_EQ(setup.resolver->zones.size(), 1u);
  EXPECT_EQ(wire::to_text(setup.resolver->zones[0].name), "corp.example.");
  EXPECT_TRUE(setup.resolver->zones[0].forward);
  ASSERT_EQ(setup.resolver->root_hints->glue.size(), 1u);
  EXPECT_EQ(setup.resolver->root_hints->glue[0].address.to_text(), "193.0.14.129");
}

TEST(Rpl, says_the_line_of_what_it_cannot_read) {
  const std::string_view texts[] = {
      "CONFIG_END\nSCENARIO_BEGIN x\nSTEP one QUERY\n",
      "CONFIG_END\nSCENARIO_BEGIN x\nRANGE_BEGIN 0\n",
      "CONFIG_END\nSCENARIO_BEGIN x\nSTEP 1 DANCE\n",
  };
  for (const std::string_view text : texts) {
    const Parsed parsed = parse_rpl(text);
    EXPECT_FALSE(parsed.scenario);
    EXPECT_EQ(parsed.error_line, 3u) << parsed.error;
  }
}

TEST(Rpl, refuses_steps_that_go_back_and_files_that_end_early) {
  EXPECT_FALSE(
      parse_rpl("CONFIG_END\nSCENARIO_BEGIN x\nSTEP 5 TRAFFIC\nSTEP 4 TRAFFIC\nSCENARIO_END\n")
          .scenario);
  for (std::size_t cut = 0; cut + 14 < small.size(); cut += 7)
    EXPECT_FALSE(parse_rpl(small.substr(0, cut)).scenario) << cut;
}

Entry entry_of(std::string_view body) {
  const std::string text = "CONFIG_END\nSCENARIO_BEGIN x\nSTEP 1 CHECK_ANSWER\nENTRY_BEGIN\n" +
                           std::string(body) + "ENTRY_END\nSCENARIO_END\n";
  const Parsed parsed = parse_rpl(text);
  EXPECT_TRUE(parsed.scenario) << parsed.error;
  return *parsed.scenario->steps.at(0).entry;
}

TEST(EntryMatch, compares_exactly_what_match_names) {
  const Entry entry = entry_of(
      "MATCH rcode answer\nREPLY QR AA NOERROR\nSECTION QUESTION\na.example. IN A\n"
      "SECTION ANSWER\na.example. 5 IN A 192.0.2.1\na.example. 5 IN A 192.0.2.2\n");
  sim::Message answer = entry.message;
  answer.header.aa = false;
  std::swap(answer.answer[0], answer.answer[1]);
  answer.answer[0].ttl = 3;
  EXPECT_EQ(difference(entry, answer), std::nullopt);
  answer.answer.pop_back();
  EXPECT_NE(difference(entry, answer), std::nullopt);
}

TEST(EntryMatch, a_minimal_answer_may_leave_out_all_but_the_soa) {
  const Entry entry = entry_of(
      "MATCH all\nREPLY QR NOERROR\nSECTION QUESTION\na.example. IN A\n"
      "SECTION AUTHORITY\nexample. IN NS ns.example.\nexample. IN SOA . . 1 2 3 4 5\n"
      "SECTION ADDITIONAL\nns.example. IN A 192.0.2.1\n");
  sim::Message answer = entry.message;
  answer.additional.clear();
  answer.authority.erase(answer.authority.begin());
  EXPECT_EQ(difference(entry, answer), std::nullopt);
  answer.authority.clear();
  EXPECT_NE(difference(entry, answer), std::nullopt);
  answer = entry.message;
  answer.additional.push_back(sim::record("x.example. A 192.0.2.9"));
  EXPECT_NE(difference(entry, answer), std::nullopt);
}

}  // namespace
}  // namespace godwit::scenario
