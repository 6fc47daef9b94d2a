// TTL 0 is for those who wait and for nobody after them (RFC 1035 §3.2.1): of answers, of aliases
// on the way, of denials, and of the addresses of servers, which must do for the walk that found
// them.
#include <gtest/gtest.h>

#include "tests/sim/story.h"

namespace godwit::sim {
namespace {

using wire::Rcode;
using wire::RrType;

constexpr const char* zone_ip = "192.0.2.80";
constexpr unsigned clients = 20;

class ZeroTtl : public testing::Test {
 protected:
  ZeroTtl() : zone(story.world.delegate("zone.test.", zone_ip)) {
    story.subject_options().workers = 2;
    story.world.server(zone_ip).habits().delay = milliseconds(40);
    zone.add("zero 0 A 198.18.0.1").add("warm 300 A 198.18.0.2");
    zone.add("alias 0 CNAME www").add("www 300 A 198.18.0.3");
  }
  // Clients that ask within the time of one round trip, on both workers. How often the zone's
  // server was asked for it.
  std::uint64_t ask_together(std::string_view name, RrType type = RrType::a) {
    const std::uint64_t before = story.queries_to(zone_ip);
    together.clear();
    for (unsigned i = 0; i < clients; ++i) {
      together.push_back(&story.begin(name, type, i % 2));
      story.simulation.pass(milliseconds(1));
    }
    story.until_quiet();
    for (const Asked* asked : together) EXPECT_EQ(asked->answers, 1u);
    return story.queries_to(zone_ip) - before;
  }
  void expect_all(Rcode rcode, std::string_view address) {
    for (const Asked* asked : together) {
      const Told told = sim::told(*asked, 0);
      EXPECT_EQ(told.rcode, rcode);
      EXPECT_EQ(told.address(), address);
    }
  }

  Story story;
  Zone& zone;
  std::vector<const Asked*> together;
};

TEST_F(ZeroTtl, an_answer_is_for_all_who_wait_and_for_nobody_else) {
  (void)story.ask("warm.zone.test.");
  for (int round = 0; round < 3; ++round) {
    EXPECT_EQ(ask_together("zero.zone.test."), 1u);
    expect_all(Rcode::noerror, "198.18.0.1");
    EXPECT_EQ(together.front()->answer->answer.front().ttl, 0u);
  }
  EXPECT_EQ(story.network.identical_outstanding_max(), 1u);
  EXPECT_EQ(story.ask("zero.zone.test.").packets, 1u);
}

TEST_F(ZeroTtl, an_alias_is_asked_for_each_time_and_what_it_leads_to_is_not) {
  EXPECT_GE(ask_together("alias.zone.test."), 1u);
  expect_all(Rcode::noerror, "198.18.0.3");
  story.world.server(zone_ip).habits().follows_aliases = false;
  EXPECT_EQ(ask_together("alias.zone.test."), 1u);
  expect_all(Rcode::noerror, "198.18.0.3");
  EXPECT_EQ(story.ask("www.zone.test.").packets, 0u);
}

TEST_F(ZeroTtl, a_chain_of_nothing_else_costs_a_query_a_link) {
  story.world.server(zone_ip).habits().follows_aliases = false;
  zone.add("c1 0 CNAME c2").add("c2 0 CNAME c3").add("c3 0 CNAME zero");
  (void)story.ask("warm.zone.test.");
  EXPECT_EQ(ask_together("c1.zone.test."), 4u);
  expect_all(Rcode::noerror, "198.18.0.1");
  EXPECT_EQ(ask_together("c1.zone.test."), 4u);
}

TEST_F(ZeroTtl, two_aliases_of_one_name_ask_for_it_once) {
  story.world.server(zone_ip).habits().follows_aliases = false;
  zone.add("one 300 CNAME zero").add("two 300 CNAME zero");
  (void)story.ask("one.zone.test.");
  (void)story.ask("two.zone.test.");
  const std::uint64_t before = story.queries_to(zone_ip);
  const Asked& one = story.begin("one.zone.test.", RrType::a, 0);
  const Asked& two = story.begin("two.zone.test.", RrType::a, 1);
  story.until_quiet();
  EXPECT_EQ(told(one, 0).address(), "198.18.0.1");
  EXPECT_EQ(told(two, 0).address(), "198.18.0.1");
  EXPECT_EQ(story.queries_to(zone_ip) - before, 1u);
}

TEST_F(ZeroTtl, a_denial_is_for_all_who_wait_and_for_nobody_else) {
  zone.soa_minimum(0);
  (void)story.ask("warm.zone.test.");
  for (int round = 0; round < 2; ++round) {
    EXPECT_EQ(ask_together("none.zone.test."), 1u);
    expect_all(Rcode::nxdomain, "");
    EXPECT_EQ(ask_together("warm.zone.test.", RrType::aaaa), 1u);
    expect_all(Rcode::noerror, "");
  }
  EXPECT_EQ(story.resolver().caches().negatives.use().entries, 0u);
}

TEST_F(ZeroTtl, what_was_remembered_ends_when_its_zone_says_so) {
  (void)story.ask("warm.zone.test.");
  zone.remove(name("warm.zone.test."), RrType::a).add("warm 0 A 198.18.0.4");
  story.simulation.pass(seconds(300));
  EXPECT_EQ(story.ask("warm.zone.test.").address(), "198.18.0.4");
  EXPECT_EQ(story.ask("warm.zone.test.").packets, 1u);
}

// The delegated zone's only server is of another zone, and its address has TTL 0.
TEST_F(ZeroTtl, a_servers_address_does_for_the_walk_that_found_it) {
  zone.add("server 0 A 192.0.2.90");
  story.world.zone("test.").add("far.test. 3600 NS server.zone.test.");
  Zone& far = story.world.zone("far.test.");
  far.ns("@", "server.zone.test.").a("www", "198.18.0.5").a("next", "198.18.0.6");
  story.world.server("192.0.2.90").serves(far);
  story.world.server("192.0.2.90").habits().drops_first = 1;
  EXPECT_EQ(story.ask("www.far.test.").address(), "198.18.0.5");
  const std::uint64_t before = story.queries_to(zone_ip);
  EXPECT_EQ(story.ask("next.far.test.").address(), "198.18.0.6");
  EXPECT_EQ(story.queries_to(zone_ip), before + 1);
  EXPECT_FALSE(story.resolver().caches().rrsets.find(name("server.zone.test."), RrType::a,
                                                     story.simulation.now()));
}

TEST_F(ZeroTtl, glue_and_a_delegation_lead_on) {
  story.world.zone("test.").add("glued.test. 0 NS ns.glued.test.");
  story.world.zone("test.").add("ns.glued.test. 0 A 192.0.2.91");
  Zone& glued = story.world.zone("glued.test.");
  glued.ns("@", "ns.glued.test.").add("ns 0 A 192.0.2.91").add("www 0 A 198.18.0.7");
  story.world.server("192.0.2.91").serves(glued);
  EXPECT_EQ(story.ask("www.glued.test.").address(), "198.18.0.7");
  EXPECT_EQ(story.ask("www.glued.test.").packets, 1u);  // min-delegation-ttl
}

TEST_F(ZeroTtl, so_they_do_where_no_delegation_is_kept) {
  story.subject_options().ttl.delegation_min = 0;
  story.world.zone("test.").add("glued.test. 0 NS ns.glued.test.");
  story.world.zone("test.").add("ns.glued.test. 0 A 192.0.2.91");
  Zone& glued = story.world.zone("glued.test.");
  glued.ns("@", "ns.glued.test.").add("ns 0 A 192.0.2.91").add("www 0 A 198.18.0.7");
  story.world.server("192.0.2.91").serves(glued);
  EXPECT_EQ(story.ask("www.glued.test.").address(), "198.18.0.7");
  EXPECT_EQ(story.ask("www.glued.test.").address(), "198.18.0.7");
}

TEST_F(ZeroTtl, the_operator_may_keep_it_for_a_while) {
  story.subject_options().ttl.min = 5;
  (void)story.ask("zero.zone.test.");
  EXPECT_EQ(story.ask("zero.zone.test.").packets, 0u);
  story.simulation.pass(seconds(5));
  EXPECT_EQ(story.ask("zero.zone.test.").packets, 1u);
}

}  // namespace
}  // namespace godwit::sim
