// Graph and amplification attacks: worlds whose delegations and aliases are made to cost many
// packets for one question. Each test has the number of its attack in the project's catalogue of
// them, and its value.
#include <gtest/gtest.h>

#include <charconv>
#include <ctime>

#include "tests/sim/story.h"
#include "wire/name_text.h"

namespace godwit::sim {
namespace {

using wire::Rcode;
using wire::RrType;

constexpr std::uint64_t packets_max = 64;

std::string label_of(const wire::Name& name, unsigned index) {
  const wire::Bytes label = name.label(index);
  return {label.begin(), label.end()};
}

// The measured value goes into the test report.
void report(std::uint64_t packets) {
  testing::Test::RecordProperty("packets", std::to_string(packets));
}

unsigned number_in(std::string_view text) {
  unsigned number = 0;
  const std::size_t digit = text.find_first_of("0123456789");
  if (digit != std::string_view::npos)
    std::from_chars(text.data() + digit, text.data() + text.size(), number);
  return number;
}

// Every server name needs another delegation, and that one another server name, without end.
TEST(HostileC01, endless_delegation_ends_within_20_packets) {
  Story story;
  story.hand_over("evil.test.", evil_ip);
  story.actor(evil_ip, [](const Message& query, Message& reply) {
    const wire::Name& qname = query.question->name;
    // A name below N.evil.test. is referred to a server below N+1.evil.test.
    const unsigned labels = qname.label_count();
    const unsigned n = labels > 2 ? number_in(label_of(qname, labels - 3)) : 0;
    const std::string cut = std::to_string(n) + ".evil.test.";
    reply.authority.push_back(record(cut + " 3600 NS ns." + std::to_string(n + 1) + ".evil.test."));
  });
  const Told told = story.ask("www.1.evil.test.");
  EXPECT_EQ(told.rcode, Rcode::servfail);
  EXPECT_TRUE(told.has_reason);
  report(told.packets);
  EXPECT_LE(told.packets, 20u);
}

// One referral with 1500 server names in somebody else's zone.
void refer_to_many(Story& story, unsigned servers) {
  story.hand_over("evil.test.", evil_ip);
  story.actor(evil_ip, [servers](const Message&, Message& reply) {
    for (unsigned i = 0; i < servers; ++i)
      reply.authority.push_back(
          record("sub.evil.test. 3600 NS ns" + std::to_string(i) + ".victim.test."));
  });
}

TEST(HostileC02, nxns_referral_costs_its_victim_5_packets) {
  Story story;
  story.world.delegate("victim.test.", "192.0.2.80");
  refer_to_many(story, 1500);
  const Told told = story.ask("www.sub.evil.test.");
  EXPECT_EQ(told.rcode, Rcode::servfail);
  report(story.queries_to("192.0.2.80"));
  EXPECT_LE(story.queries_to("192.0.2.80"), 5u);
  EXPECT_LE(told.packets, packets_max);
}

TEST(HostileC03, many_unresponsive_servers_cost_no_more_packets_than_13) {
  std::uint64_t packets[2];
  unsigned run = 0;
  for (const unsigned servers : {13u, 1500u}) {
    Story story;
    story.hand_over("evil.test.", evil_ip);
    Zone& victim = story.world.delegate("victim.test.", "192.0.2.80");
    for (unsigned i = 0; i < servers; ++i)  // addresses at which nobody is
      victim.a("ns" + std::to_string(i),
               "203.0." + std::to_string(114 + i / 250) + "." + std::to_string(1 + i % 250));
    story.actor(evil_ip, [servers](const Message&, Message& reply) {
      for (unsigned i = 0; i < servers; ++i)
        reply.authority.push_back(
            record("sub.evil.test. 3600 NS ns" + std::to_string(i) + ".victim.test."));
    });
    const Told told = story.ask("www.sub.evil.test.");
    EXPECT_EQ(told.rcode, Rcode::servfail);
    packets[run++] = told.packets;
    for (const auto& delegation :
         story.resolver().caches().delegations.snapshot(story.simulation.now()))
      EXPECT_LE(delegation->ns->size(), 13u);
  }
  // Within a few: over TCP once, and another choice of names.
  report(packets[1]);
  EXPECT_LE(packets[1], packets[0] + 4);
  EXPECT_LE(packets[1], packets_max);
}

double cpu_seconds_of_this_thread() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

// A server that refers to all of them with a ready-made response, as making it is not the
// resolver's work: id and question are put in, of names that are all as long.
ScriptedServer::Script ready_made_referral(unsigned servers) {
  return [servers, ready = Octets()](const Arrival& arrival) mutable {
    const std::optional<Message> query = decode(arrival.query);
    if (ready.empty()) {
      Message reply = reply_to(*query);
      for (unsigned i = 0; i < servers; ++i)
        reply.authority.push_back(
            record("sub.evil.test. 3600 NS ns" + std::to_string(i) + ".victim.test."));
      ready = encode(reply);
    }
    Octets reply = ready;
    const std::size_t question = query->question->name.wire().size() + 4;
    std::copy_n(arrival.query.begin(), 2, reply.begin());
    std::copy_n(arrival.query.begin() + wire::header_octets, question,
                reply.begin() + wire::header_octets);
    return std::vector<Reply>{Reply(milliseconds(10), std::move(reply))};
  };
}

// Five seconds of 200 questions a second in a zone of which no server answers, once it is known.
double cpu_seconds_with(unsigned servers) {
  constexpr unsigned questions = 1000;
  Story story;
  story.options().minimisation = iterator::Minimisation::off;
  story.network.keep_log(false);
  story.hand_over("evil.test.", evil_ip);
  Zone& victim = story.world.delegate("victim.test.", "192.0.2.80");
  for (unsigned i = 0; i < servers; ++i)  // addresses at which nobody is
    victim.a("ns" + std::to_string(i),
             "203.0." + std::to_string(114 + i / 250) + "." + std::to_string(1 + i % 250));
  story.rough_actor(evil_ip, ready_made_referral(servers));
  (void)story.ask("q0000.sub.evil.test.");
  const double before = cpu_seconds_of_this_thread();
  for (unsigned i = 0; i < questions; ++i) {
    (void)story.begin("q" + std::to_string(1000 + i) + ".sub.evil.test.");
    story.simulation.pass(milliseconds(5));
  }
  story.until_quiet();
  return cpu_seconds_of_this_thread() - before;
}

// The largest set that is believed, and one that is not. Others who use the machine can only add to
// what is measured: the least of some runs counts.
TEST(HostileC03, many_unresponsive_servers_cost_no_more_cpu_than_13) {
  constexpr double ratio_max = 1.2;
  constexpr unsigned runs_max = 8;
  for (const unsigned servers : {128u, 1500u}) {
    double few = cpu_seconds_with(13);
    double many = cpu_seconds_with(servers);
    for (unsigned run = 1; run < runs_max && many > few * ratio_max; ++run) {
      few = std::min(few, cpu_seconds_with(13));
      many = std::min(many, cpu_seconds_with(servers));
    }
    testing::Test::RecordProperty("percent_" + std::to_string(servers),
                                  std::to_string(static_cast<int>(100 * many / few)));
    EXPECT_LE(many, few * ratio_max) << servers;
  }
}

TEST(HostileC04, two_zones_in_each_other_cost_10_packets_a_minute) {
  Story story;
  story.world.zone("test.").ns("a", "ns.b.test.").ns("b", "ns.a.test.");
  for (unsigned i = 0; i < 1000; ++i) {
    const Told told = story.ask("r" + std::to_string(i) + (i % 2 ? ".a.test." : ".b.test."));
    EXPECT_EQ(told.rcode, Rcode::servfail);
    story.simulation.pass(milliseconds(60));
  }
  report(story.network.queries_sent());
  EXPECT_LE(story.network.queries_sent(), 10u);
}

// Aliases times delegations times minimisation: hop K leads through ten zone cuts to hop K+1.
void camp(Story& story) {
  story.hand_over("evil.test.", evil_ip);
  story.actor(evil_ip, [](const Message& query, Message& reply) {
    constexpr unsigned cuts = 10;
    const wire::Name& qname = query.question->name;
    const unsigned below = qname.label_count() - 2;
    static const std::string path = "a.b.c.d.e.f.g.h.i.";
    if (below >= cuts) {
      const unsigned hop = number_in(label_of(qname, qname.label_count() - 3));
      reply.header.aa = true;
      reply.answer.push_back({qname, RrType::cname, wire::RrClass::in, 0, {}});
      const wire::Name next = name(path + "hop" + std::to_string(hop + 1) + ".evil.test.");
      reply.answer.back().rdata.assign(next.wire().begin(), next.wire().end());
      return;
    }
    const std::string cut = wire::to_text(qname);
    reply.authority.push_back(record(cut + " 3600 NS ns." + cut));
    reply.additional.push_back(record("ns." + cut + " 3600 A " + std::string(evil_ip)));
  });
}

TEST(HostileC05, camp_ends_at_64_packets) {
  Story story;
  camp(story);
  const Told told = story.ask("a.b.c.d.e.f.g.h.i.hop1.evil.test.");
  EXPECT_EQ(told.rcode, Rcode::servfail);
  EXPECT_TRUE(told.has_reason);
  report(told.packets);
  EXPECT_LE(told.packets, packets_max);
}

TEST(HostileC06, no_restart_gives_a_question_a_new_budget) {
  Story story;
  story.options().minimisation = iterator::Minimisation::off;
  camp(story);
  std::uint64_t packets = 0;
  for (const char* hop : {"hop1", "hop2", "hop3"})
    packets = std::max(packets,
                       story.ask("a.b.c.d.e.f.g.h.i." + std::string(hop) + ".evil.test.").packets);
  report(packets);
  EXPECT_LE(packets, packets_max);
}

// Ten server names, all with the same addresses as glue, where everybody refuses.
std::uint64_t self_pointed(unsigned addresses) {
  Story story;
  story.hand_over("evil.test.", evil_ip);
  Zone& top = story.world.zone("test.");
  top.remove(name("evil.test."), RrType::ns);
  for (unsigned s = 0; s < 10; ++s) {
    const std::string server = "ns" + std::to_string(s) + ".evil.test.";
    top.ns("evil.test.", server);
    for (unsigned i = 0; i < addresses; ++i) {
      const std::string ip = "203.0.113." + std::to_string(10 + i);
      top.a(server, ip);
      story.actor(ip, [](const Message&, Message& reply) {
        reply.rcode = static_cast<std::uint16_t>(Rcode::refused);
      });
    }
  }
  const Told told = story.ask("www.evil.test.");
  EXPECT_EQ(told.rcode, Rcode::servfail);
  report(told.packets);
  return told.packets;
}

TEST(HostileC07, the_same_address_under_many_names_is_asked_once) {
  // Priming, root and top level, and each address once.
  EXPECT_LE(self_pointed(13), 17u);
  EXPECT_LE(self_pointed(2), 6u);
}

TEST(HostileC10, a_name_of_120_labels_costs_14_packets) {
  Story story;
  story.world.delegate("deep.test.", "192.0.2.80");
  std::string labels;
  for (unsigned i = 0; i < 118; ++i) labels += "a.";
  const Told told = story.ask(labels + "deep.test.");
  EXPECT_EQ(told.rcode, Rcode::nxdomain);
  report(told.packets);
  EXPECT_LE(told.packets, 14u);
  // A zone in which every one of them exists.
  story.world.zone("deep.test.").a("b." + labels + "deep.test.", "198.18.0.1");
  const Told there = story.ask("b." + labels + "deep.test.");
  EXPECT_LE(there.packets, 14u);
}

TEST(HostileC11, a_ladder_of_a_hundred_zones_ends_at_64_packets) {
  std::string labels;
  for (unsigned i = 0; i < 100; ++i) labels += "a.";
  for (const RrType type : {RrType::ds, RrType::dnskey, RrType::a}) {
    Story story;
    story.hand_over("evil.test.", evil_ip);
    // Every query leads one label further down.
    unsigned step = 2;
    story.actor(evil_ip, [&step](const Message& query, Message& reply) {
      const std::string cut = wire::to_text(query.question->name.suffix(++step));
      reply.authority.push_back(record(cut + " 3600 NS ns." + cut));
      reply.additional.push_back(record("ns." + cut + " 3600 A " + std::string(evil_ip)));
    });
    const Told told = story.ask(labels + "evil.test.", type);
    EXPECT_EQ(told.rcode, Rcode::servfail);
    report(told.packets);
    EXPECT_LE(told.packets, packets_max);
  }
}

TEST(HostileC12, alias_loops_end_within_11_packets) {
  Story story;
  Zone& zone = story.world.delegate("loops.test.", "192.0.2.80");
  zone.cname("self", "self").cname("a", "b").cname("b", "c").cname("c", "a");
  zone.dname("d", "e.loops.test.").dname("e", "d.loops.test.");
  for (const bool follows : {true, false}) {
    story.world.server("192.0.2.80").habits().follows_aliases = follows;
    for (const char* start : {"self.loops.test.", "a.loops.test.", "x.d.loops.test."}) {
      const Told told = story.ask(start);
      EXPECT_EQ(told.rcode, Rcode::servfail) << start;
      EXPECT_LE(told.packets, 11u) << start;
      story.simulation.pass(seconds(4000));
    }
  }
}

TEST(HostileC12, a_loop_seen_in_one_response_costs_no_more) {
  Story story;
  story.world.delegate("loops.test.", "192.0.2.80").cname("a", "b").cname("b", "a");
  (void)story.ask("other.loops.test.");
  const Told told = story.ask("a.loops.test.");
  EXPECT_EQ(told.rcode, Rcode::servfail);
  EXPECT_EQ(told.packets, 1u);
}

// Each name below the owner leads below it again, and is another name.
TEST(HostileC12, a_dname_into_its_own_tree_is_a_loop_at_once) {
  for (const char* target :
       {"x.dloop.loops.test.", "a.b.c.d.e.dloop.loops.test.", "dloop.loops.test."}) {
    Story story;
    Zone& zone = story.world.delegate("loops.test.", "192.0.2.80");
    zone.dname("dloop", target).cname("way", "q.dloop");
    for (const auto& [start, packets] : {std::pair("q.dloop.loops.test.", 5u),
                                         {"r.s.t.u.dloop.loops.test.", 2u},
                                         {"way.loops.test.", 2u}}) {
      const Told told = story.ask(start);
      EXPECT_EQ(told.error, iterator::ResolveError::alias_loop) << start << ' ' << target;
      EXPECT_LE(told.packets, packets) << start << ' ' << target;
      report(told.packets);
    }
    // The failure is forgotten before the aliases are.
    story.simulation.pass(seconds(1000));
    const Told again = story.ask("q.dloop.loops.test.");
    EXPECT_EQ(again.rcode, Rcode::servfail);
    EXPECT_EQ(again.packets, 0u);
  }
}

TEST(HostileC12, dnames_that_lead_to_each_other_with_growing_names_cost_a_packet_a_hop) {
  for (const bool follows : {true, false}) {
    Story story;
    story.world.delegate("loops.test.", "192.0.2.80")
        .dname("a", "x.b.loops.test.")
        .dname("b", "y.a.loops.test.");
    story.world.server("192.0.2.80").habits().follows_aliases = follows;
    const Told told = story.ask("q.a.loops.test.");
    EXPECT_EQ(told.error, iterator::ResolveError::alias_chain_too_long);
    report(told.packets);
    EXPECT_LE(told.packets, 20u);
  }
}

}  // namespace
}  // namespace godwit::sim
