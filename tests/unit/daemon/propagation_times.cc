// When a change is seen, and what is advised, at the borders.
#include "tests/unit/daemon/propagation_world.h"

namespace godwit::daemon::propagation_test {
namespace {

using Kind = PropagationKind;
using std::chrono::milliseconds;
using std::chrono::seconds;
using State = CachedCopy::State;

TEST(PropagationTimes, an_empty_cache_holds_nothing_back) {
  const PropagationWorld world;
  EXPECT_TRUE(has(only(world.report(), Kind::cache).text, "holds nothing"));
}

TEST(PropagationTimes, tells_to_the_second_when_another_copy_dies) {
  PropagationWorld world;
  world.hold({"www.example. 300 A 198.18.0.9"}, milliseconds(286'750));
  const auto finding = only(world.report(), Kind::cache);
  // 14:27:20.25 and 286.75 s: the very second.
  EXPECT_EQ(finding.text,
            "this cache will see the change at 14:32:07 UTC, in 287 s; until then it answers "
            "198.18.0.9");
  EXPECT_EQ(finding.at, 1'795'357'927);
  EXPECT_EQ(finding.in_seconds, 287);
  EXPECT_FALSE(world.report().agrees());
  EXPECT_EQ(finding.severity, Severity::note);
}

TEST(PropagationTimes, a_part_of_a_second_counts_as_the_whole) {
  PropagationWorld world;
  world.hold({"www.example. 300 A 198.18.0.9"}, milliseconds(286'749));
  EXPECT_EQ(only(world.report(), Kind::cache).at, 1'795'357'927);
  world.hold({"www.example. 300 A 198.18.0.9"}, milliseconds(286'751));
  EXPECT_EQ(only(world.report(), Kind::cache).at, 1'795'357'928);
  world.hold({"www.example. 300 A 198.18.0.9"}, milliseconds(1));
  EXPECT_EQ(only(world.report(), Kind::cache).in_seconds, 1);
}

TEST(PropagationTimes, another_day_is_told_with_its_date) {
  PropagationWorld world;
  world.hold({"www.example. 300 A 198.18.0.9"}, seconds(86'400));
  EXPECT_TRUE(has(only(world.report(), Kind::cache).text, "2026-11-23 14:27:21 UTC"));
}

TEST(PropagationTimes, a_copy_of_the_newest_data_agrees) {
  PropagationWorld world;
  world.hold({"www.example. 300 A 198.18.0.1"}, seconds(10));
  EXPECT_TRUE(world.report().agrees());
  EXPECT_TRUE(has(only(world.report(), Kind::cache).text, "holds the newest data"));
}

TEST(PropagationTimes, denials_and_failures_are_copies_too) {
  for (const State state : {State::nodata, State::nxdomain, State::failure}) {
    PropagationWorld world;
    world.copy.state = state;
    world.copy.left = seconds(30);
    const auto finding = only(world.report(), Kind::cache);
    EXPECT_EQ(finding.in_seconds, 30);
    EXPECT_TRUE(finding.is_disagreement);
  }
  PropagationWorld world;
  for (auto& server : world.survey.servers)
    server.answer = denied(ResponseKind::nxdomain, PropagationWorld::soa_text);
  world.copy.state = State::nxdomain;
  world.copy.left = seconds(30);
  EXPECT_TRUE(world.report().agrees());
  world.copy.state = State::nodata;
  EXPECT_FALSE(world.report().agrees());
}

TEST(PropagationTimes, what_is_answered_locally_is_told_as_that) {
  PropagationWorld world;
  world.copy.state = State::local;
  EXPECT_TRUE(has(only(world.report(), Kind::cache).text, "itself, whatever the zone says"));
}

TEST(PropagationTimes, an_old_delegation_is_asked_until_it_ends) {
  PropagationWorld world;
  world.copy.delegation = test::rrset(PropagationWorld::ns_set());
  world.copy.delegation_left = seconds(500);
  EXPECT_TRUE(world.report().agrees());
  world.copy.delegation = test::rrset({"example. 3600 NS old.example."});
  const auto report = world.report();
  const auto found = all_of(report, Kind::cache);
  ASSERT_EQ(found.size(), 2u);
  EXPECT_TRUE(has(found[1].text, "delegation before (old.example.)"));
  EXPECT_EQ(found[1].in_seconds, 500);
  EXPECT_FALSE(report.agrees());
}

TEST(PropagationTimes, other_resolvers_are_compared_and_their_copies_end) {
  PropagationWorld world;
  world.survey.against.emplace_back(endpoint("203.0.113.1")).answer =
      said({"www.example. 200 A 198.18.0.1"});
  EXPECT_TRUE(world.report().agrees());
  world.survey.against[0].answer = said({"www.example. 200 A 198.18.0.9"});
  auto finding = only(world.report(), Kind::resolver);
  EXPECT_EQ(finding.about, "203.0.113.1");
  EXPECT_EQ(finding.in_seconds, 200);
  EXPECT_TRUE(finding.is_disagreement);
  world.survey.against[0].answer = of_kind(ResponseKind::refused);
  finding = only(world.report(), Kind::resolver);
  EXPECT_TRUE(has(finding.text, "gives no answer: refused"));
  EXPECT_EQ(finding.severity, Severity::fault);
}

TEST(PropagationTimes, others_hold_what_was_there_for_the_longest_ttl_that_is_seen) {
  PropagationWorld world;
  EXPECT_EQ(only(world.report(), Kind::others).in_seconds, 300);
  EXPECT_TRUE(has(only(world.report(), Kind::others).text, "seen by all after 86400 s"));
  world.hold({"www.example. 3600 A 198.18.0.1"}, seconds(10));
  EXPECT_EQ(only(world.report(), Kind::others).in_seconds, 3600);
  world.survey.servers[3].soa = soa_with(6);
  world.survey.servers[3].answer = said({"www.example. 7200 A 198.18.0.9"});
  EXPECT_TRUE(has(only(world.report(), Kind::others).text, "7200 s after these have caught up"));
}

TEST(PropagationTimes, a_denial_lasts_for_the_lesser_of_ttl_and_minimum) {
  PropagationWorld world;
  for (auto& server : world.survey.servers)
    server.answer = denied(ResponseKind::nxdomain, PropagationWorld::soa_text);
  EXPECT_EQ(only(world.report(), Kind::others).in_seconds, 60);
  for (auto& server : world.survey.servers)
    server.answer = denied(ResponseKind::nxdomain,
                           "example. 30 SOA ns1.example. h.example. 7 1800 900 604800 60");
  EXPECT_EQ(only(world.report(), Kind::others).in_seconds, 30);
}

TEST(PropagationTimes, a_ttl_above_five_minutes_is_to_be_lowered_before_a_move) {
  const auto advice = [](const std::string& ttl) {
    PropagationWorld world;
    for (auto& server : world.survey.servers)
      server.answer = said({"www.example. " + ttl + " A 198.18.0.1"});
    return only(world.report(), Kind::advice);
  };
  EXPECT_EQ(advice("299").severity, Severity::good);
  EXPECT_EQ(advice("300").severity, Severity::good);
  EXPECT_TRUE(has(advice("300").text, "within 300 s"));
  EXPECT_EQ(advice("301").severity, Severity::note);
  const auto hour = advice("3600");
  EXPECT_TRUE(has(hour.remedy, "to 300 now; the old one may live until 15:27:21 UTC"));
  EXPECT_FALSE(hour.is_disagreement);
}

TEST(PropagationTimes, a_long_negative_ttl_is_to_be_thought_of_before_a_name_is_made) {
  const auto advice = [](const std::string& minimum) {
    PropagationWorld world;
    for (auto& server : world.survey.servers)
      server.answer =
          denied(ResponseKind::nxdomain,
                 "example. 9000 SOA ns1.example. h.example. 7 1800 900 604800 " + minimum);
    return all_of(world.report(), Kind::advice);
  };
  EXPECT_TRUE(advice("300").empty());
  ASSERT_EQ(advice("301").size(), 1u);
  EXPECT_TRUE(has(advice("301")[0].text, "up to 301 s"));
}

}  // namespace
}  // namespace godwit::daemon::propagation_test
