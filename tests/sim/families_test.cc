// Hosts on which one address family is dead, and servers without glue that have addresses of both:
// the address that can be reached is found, and where nothing is dead, no look-up is made for it.
#include <gtest/gtest.h>

#include "tests/sim/story.h"

namespace godwit::sim {
namespace {

using wire::Rcode;
using wire::RrType;

constexpr const char* far_v4 = "192.0.2.81";
constexpr const char* far_v6 = "2001:db8:f::81";
constexpr const char* host_v4 = "192.0.2.90";
constexpr const char* host_v6 = "2001:db8:f::90";

enum class Dead : std::uint8_t { nothing, v4_unreachable, v4_swallowed, v6_unreachable };

// Everything has addresses of both families: root and top level with glue, shop.test. and its like
// at a server whose name is in far., without glue.
class Families : public testing::Test {
 protected:
  void build(Dead dead) {
    World& world = story.world;
    also(".", "ns.", "2001:db8::1");
    also("test.", "ns.test.", "2001:db8::10");
    Zone& far = world.delegate("far.", far_v4);
    also("far.", "ns.far.", far_v6);
    far.a("host", host_v4).a("host", host_v6);
    add_shop("shop.test.");
    story.network.set_weather([this, dead](const Arrival& arrival, std::vector<Reply>& replies) {
      asked_for_addresses += is_for(arrival, "host.far.");
      const bool v4 = arrival.server.address.is_v4();
      if (dead == Dead::v4_swallowed && v4) replies.clear();
      if (dead == Dead::v4_unreachable && v4) replies.assign(1, Reply(Duration{}));
      if (dead == Dead::v6_unreachable && !v4) replies.assign(1, Reply(Duration{}));
    });
  }
  void add_shop(const std::string& apex) {
    story.world.zone(apex).ns("@", "host.far.").a("www", "198.18.0.1");
    story.world.zone("test.").ns(apex, "host.far.");
    for (const char* ip : {host_v4, host_v6}) story.world.serve(ip, {apex});
  }
  // Asks for enough names of servers elsewhere that a dead family is known to be dead.
  void make_known() {
    for (int i = 0; i < 12; ++i) {
      const std::string n = std::to_string(i);
      const std::string apex = "known" + n + ".test.";
      const std::string v4 = "192.0.2.1" + std::to_string(10 + i);
      const std::string v6 = "2001:db8:a::" + n;
      story.world.delegate(apex, v4).a("www", "198.18.0.2");
      also(apex, "ns." + apex, v6);
      (void)story.ask("www." + apex);
      (void)story.ask("www2." + apex);
    }
  }
  // Another address of a server of that zone.
  void also(const std::string& apex, const std::string& server, const std::string& ip) {
    story.world.zone(apex).a(server, ip);
    story.world.zone(apex == "." ? "." : wire_parent(apex)).a(server, ip);
    story.world.serve(ip, {apex});
  }
  static std::string wire_parent(const std::string& apex) {
    const std::string above = apex.substr(apex.find('.') + 1);
    return above.empty() ? "." : above;
  }
  static unsigned is_for(const Arrival& arrival, const char* server) {
    const auto query = decode(arrival.query);
    return query && query->question && query->question->name == name(server) &&
           query->question->type == RrType::aaaa;
  }

  Story story;
  unsigned asked_for_addresses = 0;  // AAAA of host.far.
};

TEST_F(Families, a_server_with_both_is_found_on_a_host_with_ipv6_alone) {
  build(Dead::v4_unreachable);
  const Told told = story.ask("www.shop.test.");
  EXPECT_EQ(told.address(), "198.18.0.1");
  EXPECT_LE(told.took, seconds(1));
  EXPECT_LE(told.packets, 20u);
}

TEST_F(Families, a_server_with_both_is_found_where_ipv4_is_swallowed) {
  build(Dead::v4_swallowed);
  const Told told = story.ask("www.shop.test.");
  EXPECT_EQ(told.address(), "198.18.0.1");
  EXPECT_LE(told.took, seconds(4));
}

TEST_F(Families, no_packet_goes_to_a_family_known_to_be_dead_when_the_other_can_be_found) {
  build(Dead::v4_swallowed);
  make_known();
  ASSERT_TRUE(story.resolver().caches().servers.family_is_down(false, story.simulation.now()));
  const Told told = story.ask("www.shop.test.");
  EXPECT_EQ(told.address(), "198.18.0.1");
  EXPECT_LE(told.took, milliseconds(100));
  EXPECT_EQ(story.queries_to(host_v4), 0u);
}

TEST_F(Families, an_address_found_before_the_family_died_does_not_do) {
  build(Dead::nothing);
  add_shop("other.test.");
  EXPECT_EQ(story.ask("www.shop.test.").address(), "198.18.0.1");
  build(Dead::v4_swallowed);
  EXPECT_EQ(story.ask("www.other.test.").address(), "198.18.0.1");
}

TEST_F(Families, glue_of_the_dead_family_alone_does_not_do) {
  build(Dead::v4_unreachable);
  // test. knows an address of the server in far.test., but not the other.
  story.world.delegate("far.test.", "192.0.2.82");
  also("far.test.", "ns.far.test.", "2001:db8:f::82");
  story.world.zone("far.test.").a("half", host_v4).a("half", host_v6);
  story.world.zone("half.test.").ns("@", "half.far.test.").a("www", "198.18.0.3");
  story.world.zone("test.").ns("half.test.", "half.far.test.").a("half.far.test.", host_v4);
  for (const char* ip : {host_v4, host_v6}) story.world.serve(ip, {"half.test."});
  const Told told = story.ask("www.half.test.");
  EXPECT_EQ(told.address(), "198.18.0.3");
  EXPECT_LE(told.took, seconds(1));
}

TEST_F(Families, the_second_family_is_not_looked_up_where_the_first_one_answers) {
  for (const Dead dead : {Dead::nothing, Dead::v6_unreachable}) {
    build(dead);
    EXPECT_EQ(story.ask("www.shop.test.").address(), "198.18.0.1");
    EXPECT_EQ(asked_for_addresses, 0u);
  }
}

TEST_F(Families, servers_that_were_silent_for_one_family_are_not_asked_for_the_other) {
  build(Dead::nothing);
  for (const char* ip : {far_v4, far_v6}) story.world.server(ip).habits().silent = true;
  EXPECT_EQ(story.ask("www.shop.test.").rcode, Rcode::servfail);
  EXPECT_EQ(asked_for_addresses, 0u);
}

TEST_F(Families, a_silent_server_whose_own_zone_is_as_silent_is_not_looked_up_again) {
  build(Dead::nothing);
  (void)story.ask("host.far.");
  for (const char* ip : {far_v4, far_v6, host_v4, host_v6})
    story.world.server(ip).habits().silent = true;
  (void)story.ask("x1.far.");  // far. is found to be silent
  asked_for_addresses = 0;
  EXPECT_EQ(story.ask("www.shop.test.").rcode, Rcode::servfail);
  EXPECT_EQ(asked_for_addresses, 0u);
}

}  // namespace
}  // namespace godwit::sim
