// Hostile servers: addresses that must not be asked, servers that refuse, close, forget TTLs or
// take their time. Each test has the number of its attack in the project's catalogue, and its
// value.
#include <gtest/gtest.h>

#include "tests/sim/story.h"

namespace godwit::sim {
namespace {

using iterator::Transport;
using wire::Rcode;
using wire::RrType;

constexpr const char* own_address = "198.51.100.53";

TEST(HostileC08, glue_that_is_no_servers_address_gets_no_packet) {
  Story story;
  story.options().do_not_query.push_back(*wire::IpPrefix::parse(std::string(own_address) + "/32"));
  story.world.delegate("good.test.", "192.0.2.80").a("www", "198.18.0.1");
  EXPECT_EQ(story.ask("www.good.test.").address(), "198.18.0.1");
  const char* const addresses[] = {"0.0.0.0",         "::",        "::1",       "::ffff:127.0.0.1",
                                   "255.255.255.255", "127.0.0.1", "224.0.0.1", "ff02::1",
                                   "fe80::1",         own_address};
  Zone& top = story.world.zone("test.");
  top.ns("evil.test.", "ns.evil.test.");
  for (const char* ip : addresses) top.a("ns.evil.test.", ip);
  const Told told = story.ask("www.evil.test.");
  EXPECT_EQ(told.rcode, Rcode::servfail);
  EXPECT_TRUE(told.has_reason);
  for (const char* ip : addresses) EXPECT_EQ(story.queries_to(ip), 0u) << ip;
  const Told again = story.ask("www.good.test.");
  EXPECT_EQ(again.address(), "198.18.0.1");
  EXPECT_EQ(again.packets, 0u);
}

// Truncates over UDP, then does over TCP what the test says.
std::uint64_t tcp_connections_to_a_server_that(Story& story, std::vector<Reply> over_tcp) {
  std::uint64_t connections = 0;
  story.hand_over("evil.test.", evil_ip);
  story.rough_actor(evil_ip, [&connections, over_tcp](const Arrival& arrival) {
    if (arrival.transport == Transport::tcp) {
      ++connections;
      return over_tcp;
    }
    Message reply = reply_to(*decode(arrival.query));
    reply.header.tc = true;
    return std::vector<Reply>{Reply(milliseconds(5), encode(reply))};
  });
  const Told told = story.ask("www.evil.test.");
  EXPECT_EQ(told.rcode, Rcode::servfail);
  EXPECT_LE(told.packets, 12u);
  return connections;
}

TEST(HostileC09, a_server_that_resets_gets_one_connection) {
  Story story;
  EXPECT_EQ(tcp_connections_to_a_server_that(story, {Reply(milliseconds(5))}), 1u);
}

TEST(HostileC09, a_server_that_says_nothing_over_tcp_gets_one_connection) {
  Story story;
  EXPECT_EQ(tcp_connections_to_a_server_that(story, {}), 1u);
}

TEST(HostileC09, a_server_that_sends_garbage_over_tcp_gets_one_connection) {
  Story story;
  EXPECT_EQ(tcp_connections_to_a_server_that(story, {Reply(milliseconds(5), Octets(40, 0xff))}),
            1u);
}

TEST(HostileC09, a_server_that_refuses_is_asked_once) {
  Story story;
  story.hand_over("evil.test.", evil_ip);
  story.actor(evil_ip, [](const Message&, Message& reply) {
    reply.rcode = static_cast<std::uint16_t>(Rcode::refused);
  });
  EXPECT_EQ(story.ask("www.evil.test.").rcode, Rcode::servfail);
  EXPECT_LE(story.queries_to(evil_ip), 2u);  // a probe may come before the question itself
}

TEST(HostileC13, a_zero_ttl_under_a_zero_ttl_delegation_is_asked_once_a_round_trip) {
  Story story;
  Zone& zone = story.world.zone("zero.test.", 0);
  zone.ns("@", "ns.zero.test.").a("ns", "192.0.2.80").a("www", "198.18.0.1");
  story.world.serve("192.0.2.80", {"zero.test."}).habits().delay = milliseconds(50);
  for (const char* text : {"zero 0 NS ns.zero", "ns.zero 0 A 192.0.2.80"})
    story.world.zone("test.").add(text);
  (void)story.ask("www.zero.test.");
  const std::uint64_t above = story.queries_to(root_ip) + story.queries_to(top_ip);
  const std::uint64_t before = story.queries_to("192.0.2.80");
  std::vector<const Asked*> all;
  for (unsigned i = 0; i < 10'000; ++i) {  // ten seconds of a thousand a second
    all.push_back(&story.begin("www.zero.test."));
    story.simulation.pass(milliseconds(1));
  }
  story.until_quiet();
  for (const Asked* asked : all) EXPECT_EQ(told(*asked, 0).address(), "198.18.0.1");
  EXPECT_LE(story.queries_to("192.0.2.80") - before, 10'000u / 50 + 2);
  EXPECT_EQ(story.queries_to(root_ip) + story.queries_to(top_ip), above);
}

TEST(HostileC13, a_ttl_with_the_top_bit_set_is_zero) {
  Story story;
  story.hand_over("evil.test.", evil_ip);
  story.actor(evil_ip, [](const Message& query, Message& reply) {
    reply.header.aa = true;
    reply.answer.push_back(
        {query.question->name, RrType::a, wire::RrClass::in, 0xffffffff, {198, 18, 0, 1}});
  });
  const Told told = story.ask("www.evil.test.");
  ASSERT_EQ(told.answer.size(), 1u);
  EXPECT_EQ(told.answer[0].ttl, 0u);
}

TEST(HostileC14, slow_servers_hold_nobody_else_up) {
  Story story;
  story.hand_over("evil.test.", evil_ip);
  story.rough_actor(evil_ip, [](const Arrival& arrival) {
    Message reply = reply_to(*decode(arrival.query));
    reply.header.tc = arrival.transport == Transport::udp;
    const Duration delay = arrival.transport == Transport::udp ? milliseconds(380) : seconds(30);
    return std::vector<Reply>{Reply(delay, encode(reply))};
  });
  Zone& good = story.world.delegate("good.test.", "192.0.2.80");
  for (unsigned i = 0; i < 100; ++i) good.a("w" + std::to_string(i), "198.18.0.1");
  for (unsigned i = 0; i < 4096; ++i) (void)story.begin("slow" + std::to_string(i) + ".evil.test.");
  story.simulation.pass(milliseconds(200));
  std::vector<const Asked*> benign;
  for (unsigned i = 0; i < 100; ++i)
    benign.push_back(&story.begin("w" + std::to_string(i) + ".good.test."));
  story.simulation.pass(seconds(1));
  for (const Asked* asked : benign) {
    ASSERT_TRUE(asked->done());
    EXPECT_EQ(told(*asked, 0).address(), "198.18.0.1");
  }
  story.until_quiet();
  EXPECT_EQ(story.resolver().unanswered(), 0u);
  for (const Asked& asked : story.resolver().asked()) EXPECT_LE(asked.took(), seconds(8));
}

void forward_to(Story& story, std::string_view ip) {
  iterator::ConfiguredZone zone;
  zone.name = name("corp.test.");
  zone.servers.push_back({address(ip), 53});
  story.options().zones.push_back(zone);
}

TEST(HostileC15, a_forwarder_that_fails_gets_two_sends_at_most) {
  for (const Rcode rcode : {Rcode::servfail, Rcode::refused}) {
    Story story;
    forward_to(story, evil_ip);
    story.actor(evil_ip, [rcode](const Message&, Message& reply) {
      reply.rcode = static_cast<std::uint16_t>(rcode);
    });
    EXPECT_EQ(story.ask("www.corp.test.").rcode, Rcode::servfail);
    EXPECT_LE(story.queries_to(evil_ip), 2u);
  }
}

// Its own question joins the one under way, so that it never answers: over UDP twice, then TCP.
TEST(HostileC15, a_forwarder_that_asks_back_makes_no_more_sends_than_a_silent_one) {
  Story story;
  forward_to(story, evil_ip);
  unsigned depth = 0;
  story.rough_actor(evil_ip, [&](const Arrival&) {
    if (++depth < 50) (void)story.begin("www.corp.test.");
    return std::vector<Reply>{};
  });
  EXPECT_EQ(story.ask("www.corp.test.").rcode, Rcode::servfail);
  EXPECT_LE(story.queries_to(evil_ip), 3u);
  EXPECT_EQ(story.resolver().unanswered(), 0u);
  // It is remembered: the next one to ask does not begin it again.
  EXPECT_EQ(story.ask("www.corp.test.").packets, 0u);
}

}  // namespace
}  // namespace godwit::sim
