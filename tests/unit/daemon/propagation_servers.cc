// Which servers of a zone are behind, by surveys made by hand.
#include "tests/unit/daemon/propagation_world.h"

namespace godwit::daemon::propagation_test {
namespace {

using Kind = PropagationKind;

TEST(PropagationServers, agree_where_all_say_the_same) {
  const PropagationWorld world;
  const auto report = world.report();
  EXPECT_TRUE(report.agrees());
  EXPECT_EQ(faults(report), 0u);
  EXPECT_TRUE(has(only(report, Kind::servers).text, "4 of 4 addresses"));
  EXPECT_TRUE(has(only(report, Kind::servers).text, "serial 7: 198.18.0.1"));
  for (const auto& row : report.servers) EXPECT_EQ(row.state, "answers");
}

TEST(PropagationServers, names_the_one_that_is_behind_and_what_it_says) {
  PropagationWorld world;
  for (std::size_t i = 0; i < 3; ++i) {
    world.survey.servers[i].soa = soa_with(8);
    world.survey.servers[i].answer = said({"www.example. 300 A 198.18.0.2"});
  }
  const auto report = world.report();
  EXPECT_FALSE(report.agrees());
  const auto behind = only(report, Kind::behind);
  EXPECT_EQ(behind.about, "2001:db8::4");
  for (const char* const part : {"2001:db8::4 (ns4.example.)", "serial 7", "newest is 8",
                                 "answers 198.18.0.1", "others 198.18.0.2"})
    EXPECT_TRUE(has(behind.text, part)) << behind.text;
  EXPECT_EQ(report.servers[3].state, "behind");
  EXPECT_TRUE(has(only(report, Kind::servers).text, "3 of 4"));
  EXPECT_EQ(faults(report), 2u);
}

TEST(PropagationServers, one_that_is_ahead_has_the_newest_data_whatever_the_many_have) {
  PropagationWorld world;
  world.survey.servers[0].soa = soa_with(8);
  world.survey.servers[0].answer = said({"www.example. 300 A 198.18.0.2"});
  const auto report = world.report();
  EXPECT_EQ(all_of(report, Kind::behind).size(), 3u);
  EXPECT_TRUE(has(only(report, Kind::servers).text, "1 of 4"));
}

TEST(PropagationServers, serials_are_compared_as_sequence_numbers) {
  EXPECT_TRUE(is_later_serial(8, 7));
  EXPECT_FALSE(is_later_serial(7, 7));
  EXPECT_FALSE(is_later_serial(7, 8));
  EXPECT_TRUE(is_later_serial(1, 0xffffffff));
  EXPECT_TRUE(is_later_serial(0x80000000, 1));
  EXPECT_FALSE(is_later_serial(0x80000001, 1));  // as far in both directions
  PropagationWorld world;
  for (auto& server : world.survey.servers) server.soa = soa_with(0xffffffff);
  world.survey.servers[1].soa = soa_with(2);
  EXPECT_EQ(all_of(world.report(), Kind::behind).size(), 3u);
}

TEST(PropagationServers, the_same_serial_with_another_answer_is_told_as_that) {
  PropagationWorld world;
  world.survey.servers[2].answer = said({"www.example. 300 A 198.18.0.3"});
  const auto report = world.report();
  EXPECT_TRUE(has(only(report, Kind::differs).text, "198.18.0.3 instead of 198.18.0.1"));
  EXPECT_TRUE(all_of(report, Kind::behind).empty());
  EXPECT_FALSE(report.agrees());
}

TEST(PropagationServers, order_case_and_ttl_make_no_other_answer) {
  PropagationWorld world;
  world.survey.servers[0].answer =
      said({"www.example. 300 A 198.18.0.1", "www.example. 300 A 198.18.0.2"});
  world.survey.servers[1].answer =
      said({"WWW.example. 60 A 198.18.0.2", "WWW.example. 60 A 198.18.0.1"});
  world.survey.servers.resize(2, world.survey.servers[0]);
  EXPECT_TRUE(all_of(world.report(), Kind::differs).empty());
}

TEST(PropagationServers, another_ns_set_with_the_same_serial_is_a_difference) {
  PropagationWorld world;
  world.survey.servers[1].ns = said({"example. 3600 NS ns1.example."});
  EXPECT_TRUE(has(only(world.report(), Kind::differs).text, "NS set"));
}

TEST(PropagationServers, tells_silence_refusal_lameness_and_lack_of_authority) {
  struct Case {
    SurveyReply soa;
    Kind kind;
    const char* part;
    const char* state;
  };
  SurveyReply without_aa = soa_with(7);
  without_aa.authoritative = false;
  const Case cases[] = {
      {unheard(Heard::silence), Kind::no_answer, "does not answer", "silent"},
      {unheard(Heard::unreachable), Kind::no_answer, "not to be reached", "unreachable"},
      {unheard(Heard::nonsense), Kind::no_answer, "no response", "nonsense"},
      {of_kind(ResponseKind::refused), Kind::lame, "refuses", "refuses"},
      {of_kind(ResponseKind::server_failure), Kind::lame, "server failure", "fails"},
      {of_kind(ResponseKind::lame), Kind::lame, "is lame", "lame"},
      {of_kind(ResponseKind::referral), Kind::lame, "is lame", "lame"},
      {without_aa, Kind::lame, "without authority", "no authority"},
      {denied(ResponseKind::nodata, PropagationWorld::soa_text), Kind::lame, "is lame", "lame"},
  };
  for (const Case& one : cases) {
    PropagationWorld world;
    world.survey.servers[1].soa = one.soa;
    world.survey.servers[1].answer = SurveyReply();
    const auto report = world.report();
    const auto finding = only(report, one.kind);
    EXPECT_TRUE(has(finding.text, one.part)) << finding.text;
    EXPECT_TRUE(has(finding.text, "192.0.2.2 (ns2.example.)")) << finding.text;
    EXPECT_FALSE(finding.remedy.empty());
    EXPECT_EQ(report.servers[1].state, one.state);
    EXPECT_FALSE(report.agrees());
  }
}

TEST(PropagationServers, those_that_may_not_be_asked_do_not_count) {
  PropagationWorld world;
  world.survey.servers[3].soa = unheard(Heard::excluded);
  world.survey.servers[3].answer = SurveyReply();
  const auto report = world.report();
  EXPECT_TRUE(report.agrees());
  EXPECT_TRUE(has(only(report, Kind::servers).text, "3 of 3"));
}

TEST(PropagationServers, a_family_that_this_host_has_no_way_to_says_nothing_of_servers) {
  PropagationWorld world;
  world.survey.servers[3].soa = unheard(Heard::unreachable);
  world.survey.servers[3].answer = SurveyReply();
  EXPECT_TRUE(world.report().agrees());
  EXPECT_TRUE(has(only(world.report(), Kind::limits).text, "no way to IPv6"));
  // Silence alone may be the servers'.
  world.survey.servers[3].soa = unheard(Heard::silence);
  EXPECT_FALSE(world.report().agrees());
  // Anybody who answers shows that there is a way: the parent, another resolver, a server.
  world.survey.servers[3].soa = unheard(Heard::unreachable);
  const auto parents = world.survey.parents;
  auto& parent = world.survey.parents.emplace_back(parents[0]);
  parent.address = endpoint("2001:db8::99");
  EXPECT_FALSE(world.report().agrees());
  EXPECT_TRUE(has(only(world.report(), Kind::no_answer).text, "2001:db8::4 (ns4.example.)"));
  world.survey.parents = parents;
  EXPECT_TRUE(world.report().agrees());
  world.survey.against.emplace_back(endpoint("2001:db8::88")).answer =
      world.survey.servers[0].answer;
  EXPECT_FALSE(world.report().agrees());
  world.survey.against.clear();
  world.survey.servers[2].address = endpoint("2001:db8::3");
  world.survey.servers[3].soa = unheard(Heard::unreachable);
  EXPECT_FALSE(world.report().agrees());
}

TEST(PropagationServers, nobody_who_answers_is_no_agreement) {
  PropagationWorld world;
  for (auto& server : world.survey.servers) {
    server.soa = unheard(Heard::silence);
    server.answer = server.ns = SurveyReply();
  }
  const auto report = world.report();
  EXPECT_FALSE(report.agrees());
  EXPECT_TRUE(has(only(report, Kind::servers).text, "0 of 4"));
  world.survey.servers.clear();
  EXPECT_FALSE(world.report().agrees());
}

TEST(PropagationServers, without_a_zone_there_is_one_finding) {
  PropagationWorld world;
  world.survey.is_found = false;
  world.survey.failure = "no server of the root answers";
  const auto report = world.report();
  ASSERT_EQ(report.findings.size(), 1u);
  EXPECT_TRUE(has(report.findings[0].text, "no server of the root answers"));
  EXPECT_FALSE(report.agrees());
}

TEST(PropagationServers, a_survey_cut_short_is_no_agreement) {
  PropagationWorld world;
  world.survey.is_cut_short = true;
  EXPECT_FALSE(world.report().agrees());
  EXPECT_FALSE(only(world.report(), Kind::limits).remedy.empty());
}

}  // namespace
}  // namespace godwit::daemon::propagation_test
