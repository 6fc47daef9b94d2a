// Answers that have ended (RFC 8767): when servers are gone they are given, and never against what
// was said later, or is said now.
#include "tests/sim/signed_story.h"

namespace godwit::sim {
namespace {

using iterator::ResolveError;
using wire::EdeCode;
using Codes = std::vector<EdeCode>;

constexpr const char* zone_ip = "192.0.2.80";
constexpr const char* far_ip = "192.0.2.81";

class Stale : public SignedStory {
 protected:
  Stale() : zone(story.world.delegate("zone.test.", zone_ip)) {
    story.options().stale.time_max = std::chrono::hours(24);
    zone.add("www 60 A 198.18.0.1");
  }
  void silence(const std::string& ip, bool silent = true) {
    story.world.server(ip).habits().silent = silent;
  }
  void silence_all(bool silent = true) {
    for (const auto& server : story.world.servers()) server->habits().silent = silent;
  }
  void pass(int seconds_of_time) { story.simulation.pass(seconds(seconds_of_time)); }
  // The TTLs of the records.
  static std::vector<std::uint32_t> ttls(const std::vector<Record>& records) {
    std::vector<std::uint32_t> out;
    for (const Record& record : records) out.push_back(record.ttl);
    return out;
  }

  Zone& zone;
};

TEST_F(Stale, an_outage_is_bridged_and_told) {
  EXPECT_FALSE(ask("www.zone.test.").stale);
  pass(120);
  silence(zone_ip);
  const Told told = ask("www.zone.test.");
  EXPECT_TRUE(told.stale);
  EXPECT_EQ(told.rcode, Rcode::noerror);
  EXPECT_EQ(told.address(), "198.18.0.1");
  EXPECT_EQ(ttls(told.answer), std::vector<std::uint32_t>{30});
  EXPECT_EQ(told.codes, (Codes{EdeCode::stale_answer, EdeCode::no_reachable_authority}));
  EXPECT_EQ(told.security, Security::indeterminate);
  EXPECT_GT(told.packets, 0u);
}

TEST_F(Stale, off_is_off) {
  story.options().stale.time_max = {};
  (void)ask("www.zone.test.");
  pass(120);
  silence(zone_ip);
  EXPECT_TRUE(is_refused(ask("www.zone.test.")));
}

TEST_F(Stale, after_its_time_it_is_gone) {
  story.options().stale.time_max = std::chrono::hours(1);
  (void)ask("www.zone.test.");
  silence(zone_ip);
  pass(3600);
  EXPECT_TRUE(ask("www.zone.test.").stale);
  pass(60);
  EXPECT_TRUE(is_refused(ask("www.zone.test.")));
}

TEST_F(Stale, servers_in_vain_are_left_alone_for_half_a_minute) {
  (void)ask("www.zone.test.");
  pass(120);
  silence(zone_ip);
  (void)ask("www.zone.test.");
  for (int i = 0; i < 28; ++i) {
    const Told told = ask("www.zone.test.");
    EXPECT_TRUE(told.stale) << i;
    EXPECT_EQ(told.packets, 0u) << i;
    EXPECT_EQ(told.took, Duration::zero()) << i;
    pass(1);
  }
  pass(3);
  const Told told = ask("www.zone.test.");
  EXPECT_TRUE(told.stale);
  EXPECT_GT(told.packets, 0u);
}

TEST_F(Stale, who_has_no_such_answer_is_not_kept_from_asking_for_longer) {
  (void)ask("www.zone.test.");
  silence(zone_ip);
  EXPECT_TRUE(is_refused(ask("other.zone.test.")));
  pass(6);
  EXPECT_GT(ask("other.zone.test.").packets, 0u);
}

TEST_F(Stale, when_servers_are_back_so_are_answers) {
  (void)ask("www.zone.test.");
  pass(120);
  silence(zone_ip);
  EXPECT_TRUE(ask("www.zone.test.").stale);
  silence(zone_ip, false);
  zone.remove(name("www.zone.test."), RrType::a).add("www 60 A 198.18.0.2");
  pass(150);  // the server may have been held down meanwhile
  const Told told = ask("www.zone.test.");
  EXPECT_FALSE(told.stale);
  EXPECT_EQ(told.address(), "198.18.0.2");
  EXPECT_TRUE(told.codes.empty());
}

TEST_F(Stale, servers_that_say_nothing_but_errors_are_as_good_as_gone) {
  (void)ask("www.zone.test.");
  for (const Rcode rcode : {Rcode::servfail, Rcode::refused}) {
    pass(400);
    story.world.server(zone_ip).habits().always = rcode;
    const Told told = ask("www.zone.test.");
    EXPECT_TRUE(told.stale) << static_cast<int>(rcode);
    EXPECT_EQ(told.address(), "198.18.0.1");
  }
}

TEST_F(Stale, all_who_wait_get_it) {
  (void)ask("www.zone.test.");
  pass(120);
  silence(zone_ip);
  const Asked& one = story.begin("www.zone.test.");
  const Asked& other = story.begin("WWW.zone.test.");
  story.until_quiet();
  EXPECT_TRUE(one.answer->stale);
  EXPECT_TRUE(other.answer->stale);
  EXPECT_EQ(story.resolver().resolver().counters().joined, 1u);
}

TEST_F(Stale, it_outlives_its_delegation_while_the_parent_says_the_same_or_nothing) {
  (void)ask("www.zone.test.");
  pass(4000);
  silence(zone_ip);
  EXPECT_TRUE(ask("www.zone.test.").stale) << "the parent refers to the same servers";
  pass(8000);
  silence_all();
  EXPECT_TRUE(ask("www.zone.test.").stale) << "nobody says anything";
}

TEST_F(Stale, it_does_not_outlive_a_delegation_to_others) {
  (void)ask("www.zone.test.");
  pass(4000);
  silence(zone_ip);
  Zone& parent = story.world.zone("test.");
  parent.remove(name("zone.test."), RrType::ns).ns("zone", "other.zone.test.");
  parent.a("other.zone", "192.0.2.99");
  EXPECT_TRUE(is_refused(ask("www.zone.test."))) << "the new servers are silent";
  pass(400);
  silence_all();
  EXPECT_TRUE(is_refused(ask("www.zone.test."))) << "nothing was learnt of it since";
}

TEST_F(Stale, nor_one_that_another_name_has_brought_to_light) {
  (void)ask("www.zone.test.");
  pass(4000);
  Zone& parent = story.world.zone("test.");
  parent.remove(name("zone.test."), RrType::ns).ns("zone", "other.zone.test.");
  parent.a("other.zone", "192.0.2.99");
  silence(zone_ip);
  EXPECT_TRUE(is_refused(ask("else.zone.test.")));
  EXPECT_TRUE(is_refused(ask("www.zone.test.")));
}

TEST_F(Stale, nor_the_end_of_its_delegation) {
  (void)story.ask("www.zone.test.");
  pass(4000);
  change(top_ip, [](const Message& query, Message& reply) {
    if (!query.question->name.is_at_or_below(name("zone.test."))) return;
    reply = reply_to(query);
    reply.header.aa = true;
    reply.rcode = static_cast<std::uint16_t>(Rcode::nxdomain);
    reply.authority.push_back(Zone(name("test.")).soa());
  });
  const Told gone = story.ask("www.zone.test.");
  EXPECT_EQ(gone.rcode, Rcode::nxdomain);
  EXPECT_FALSE(gone.stale);
  pass(400);
  silence_all();
  const Told still = story.ask("www.zone.test.");
  EXPECT_TRUE(still.stale);
  EXPECT_EQ(still.rcode, Rcode::nxdomain) << "what was said last";
  EXPECT_EQ(still.codes.front(), EdeCode::stale_nxdomain);
  EXPECT_TRUE(still.answer.empty());
}

TEST_F(Stale, of_a_name_that_came_or_went_what_was_said_last_counts) {
  EXPECT_EQ(ask("new.zone.test.").rcode, Rcode::nxdomain);
  EXPECT_EQ(ask("www.zone.test.").rcode, Rcode::noerror);
  pass(400);
  zone.add("new 60 A 198.18.0.7").remove(name("www.zone.test."), RrType::a);
  EXPECT_EQ(ask("new.zone.test.").address(), "198.18.0.7");
  EXPECT_EQ(ask("www.zone.test.").address(), "");
  pass(400);
  silence_all();
  EXPECT_EQ(ask("new.zone.test.").address(), "198.18.0.7");
  const Told none = ask("www.zone.test.");
  EXPECT_TRUE(none.stale);
  EXPECT_EQ(none.rcode, Rcode::noerror);
  EXPECT_TRUE(none.answer.empty());
}

TEST_F(Stale, denials_are_bridged_too) {
  zone.soa_minimum(30);
  (void)ask("none.zone.test.");
  (void)ask("www.zone.test.", RrType::txt);
  pass(60);
  silence(zone_ip);
  const Told none = ask("none.zone.test.");
  EXPECT_TRUE(none.stale);
  EXPECT_EQ(none.rcode, Rcode::nxdomain);
  EXPECT_EQ(none.codes.front(), EdeCode::stale_nxdomain);
  EXPECT_EQ(ttls(none.authority), std::vector<std::uint32_t>{30});
  const Told nodata = ask("www.zone.test.", RrType::txt);
  EXPECT_TRUE(nodata.stale);
  EXPECT_EQ(nodata.rcode, Rcode::noerror);
  EXPECT_EQ(nodata.codes.front(), EdeCode::stale_answer);
}

TEST_F(Stale, a_chain_with_one_part_that_has_ended_has_ended) {
  story.world.delegate("far.test.", far_ip)
      .add("end 60 A 198.18.0.3")
      .add("long 3600 A 198.18.0.4");
  zone.add("lasting 3600 CNAME end.far.test.").add("brief 60 CNAME long.far.test.");
  (void)ask("lasting.zone.test.");
  (void)ask("brief.zone.test.");
  pass(100);
  silence(far_ip);
  const Told lasting = ask("lasting.zone.test.");
  EXPECT_TRUE(lasting.stale);
  EXPECT_EQ(lasting.address(), "198.18.0.3");
  EXPECT_EQ(lasting.answer.at(1).ttl, 30u);
  EXPECT_GT(lasting.answer.at(0).ttl, 3400u);
  silence(zone_ip);
  const Told brief = ask("brief.zone.test.");
  EXPECT_TRUE(brief.stale);
  EXPECT_EQ(brief.address(), "198.18.0.4");
  EXPECT_EQ(brief.answer.at(0).ttl, 30u);
  EXPECT_GT(brief.answer.at(1).ttl, 3400u);
}

TEST_F(Stale, a_chain_without_its_end_is_none) {
  story.world.delegate("far.test.", far_ip);
  zone.add("alias 60 CNAME never.far.test.");
  silence(far_ip);
  EXPECT_TRUE(is_refused(ask("alias.zone.test.")));
  pass(400);
  silence(zone_ip);
  EXPECT_TRUE(is_refused(ask("alias.zone.test.")));
}

TEST_F(Stale, what_was_secure_is_shown_with_its_signatures_and_not_as_secure) {
  add("signed.test.", far_ip).add("short 60 A 198.18.0.5");
  EXPECT_EQ(ask("short.signed.test.").security, Security::secure);
  pass(120);
  silence(far_ip);
  const Asked& asked = story.begin("short.signed.test.");
  story.until_quiet();
  EXPECT_TRUE(asked.answer->stale);
  EXPECT_EQ(asked.answer->security, Security::indeterminate);
  EXPECT_FALSE(asked.answer->answer.front().set->signatures().empty());
}

TEST_F(Stale, what_is_bogus_now_is_not_hidden_and_what_was_before_is_forgotten) {
  add("signed.test.", far_ip).add("short 60 A 198.18.0.5");
  EXPECT_EQ(ask("short.signed.test.").security, Security::secure);
  pass(120);
  change(far_ip, [](const Message&, Message& reply) { forge_addresses(reply); });
  const Told bogus = ask("short.signed.test.");
  EXPECT_TRUE(is_refused(bogus));
  EXPECT_EQ(bogus.error, ResolveError::bogus);
  EXPECT_TRUE(is_refused(ask("short.signed.test."))) << "remembered";
  pass(400);
  silence_all();
  EXPECT_TRUE(is_refused(ask("short.signed.test.")));
}

TEST_F(Stale, what_nobody_judged_is_for_those_alone_who_judge_themselves) {
  add("signed.test.", far_ip).add("short 60 A 198.18.0.5");
  change(far_ip, [](const Message&, Message& reply) { forge_addresses(reply); });
  (void)ask("short.signed.test.", RrType::a, true);
  pass(120);
  silence_all();
  EXPECT_TRUE(is_refused(ask("short.signed.test.")));
  EXPECT_TRUE(ask("short.signed.test.", RrType::a, true).stale);
}

// Whatever happens to a world of names, nothing is given but what was true once and is contradicted
// by nothing that was heard.
TEST_F(Stale, in_many_outages_nothing_but_the_last_truth_is_told) {
  constexpr int names = 12, rounds = 60;
  Random random(7);
  std::vector<std::string> last(names);
  for (int i = 0; i < names; ++i) zone.add("n" + std::to_string(i) + " 60 A 198.18.1.1");
  unsigned stale = 0;
  for (int round = 0; round < rounds; ++round) {
    const bool out = random.below(3) == 0;
    silence(zone_ip, out);
    for (int i = 0; i < names; ++i) {
      const std::string label = "n" + std::to_string(i);
      if (random.below(4) == 0) {
        const auto address = "198.18.2." + std::to_string(random.below(200));
        zone.remove(name(label + ".zone.test."), RrType::a);
        if (random.below(3) != 0) zone.add(label + " 60 A " + address);
      }
      const Told told = ask(label + ".zone.test.");
      auto& known = last[static_cast<std::size_t>(i)];
      if (told.rcode == Rcode::servfail) continue;
      const std::string said = told.rcode == Rcode::nxdomain ? "none" : told.address();
      if (told.stale) {
        ++stale;
        EXPECT_EQ(said, known) << label << " in round " << round;
      }
      known = said;
    }
    pass(static_cast<int>(100 + random.below(400)));
  }
  EXPECT_GT(stale, 20u);
}

}  // namespace
}  // namespace godwit::sim
