// Poison in the sections of true servers' responses: what is stored is what was asked, from those
// who may speak of it. Each test has the number of its attack in the project's catalogue; the value
// of all is that nothing forged is in any cache or answer.
#include <gtest/gtest.h>

#include "tests/sim/faults.h"
#include "tests/sim/forgery.h"
#include "tests/sim/story.h"

namespace godwit::sim {
namespace {

using wire::Rcode;
using wire::RrType;

constexpr const char* evil_zone = "evil.test.";

// A server that is right about its zone and adds `extra` to every response.
class BailiwickStory : public Story {
 public:
  using Extra = std::function<void(const Message& query, Message& reply)>;
  explicit BailiwickStory(Extra extra) {
    world.delegate("bank.test.", "192.0.2.80").a("www", "198.18.0.1").a("@", "198.18.0.3");
    world.delegate(evil_zone, evil_ip).a("www", "198.18.0.2").a("other", "198.18.0.4");
    world.zone(evil_zone).cname("toward", "www.bank.test.").dname("moved", "gone.test.");
    world.tampering().message = [extra = std::move(extra)](const Authority& server, const Arrival&,
                                                           const Message& query, Message& reply) {
      if (server.address() == address(evil_ip)) extra(query, reply);
    };
    // Where forged delegations lead: everything there is a lie.
    actor("6.6.6.6", [](const Message& query, Message& reply) {
      reply.header.aa = true;
      reply.answer.push_back(forged_a(query.question->name));
    });
  }

  // Positive, name error, no data, DNAME and alias responses, then canaries, at once and later.
  void provoke_and_check() {
    const std::uint64_t before = queries_to(evil_ip);
    for (const char* owner : {"www.evil.test.", "absent.evil.test.", "x.moved.evil.test."})
      (void)ask(owner);
    (void)ask("www.evil.test.", RrType::mx);
    EXPECT_EQ(ask("toward.evil.test.").address(), "198.18.0.1");
    EXPECT_GE(queries_to(evil_ip), before + 4);  // it had its chance
    for (const Duration later : {Duration{}, Duration(seconds(61)), Duration(seconds(4000))}) {
      simulation.pass(later);
      EXPECT_FALSE(is_poisoned());
      EXPECT_EQ(ask("www.bank.test.").address(), "198.18.0.1");
      EXPECT_EQ(ask("bank.test.").address(), "198.18.0.3");
      EXPECT_EQ(ask("other.evil.test.").address(), "198.18.0.4");
    }
    EXPECT_EQ(queries_to("6.6.6.6"), 0u);
  }
};

TEST(HostileB01, ns_records_beside_answers_and_denials_are_dropped) {
  for (const char* owner : {"evil.test.", "test.", ".", "bank.test."}) {
    BailiwickStory story([owner](const Message&, Message& reply) {
      reply.authority.push_back(forged_ns(name(owner)));
      reply.additional.push_back(forged_glue());
    });
    SCOPED_TRACE(owner);
    story.provoke_and_check();
  }
}

TEST(HostileB02, other_types_in_authority_are_dropped) {
  BailiwickStory story([](const Message&, Message& reply) {
    reply.authority.push_back(record("evil.test. 86400 MX 10 mail.forged."));
    reply.authority.push_back(record("bank.test. 86400 MX 10 mail.forged."));
    reply.authority.push_back(forged_a(name("www.bank.test.")));
    reply.additional.push_back(forged_a(name("mail.forged.")));
    reply.additional.push_back(forged_a(name("other.evil.test.")));
  });
  story.provoke_and_check();
  EXPECT_EQ(story.ask("bank.test.", RrType::mx).answer.size(), 0u);
}

TEST(HostileB03, glue_for_names_of_others_is_not_used_and_no_glue_answers) {
  Story story;
  story.world.delegate("bank.test.", "192.0.2.80").a("www", "198.18.0.1");
  story.hand_over(evil_zone, evil_ip);
  story.actor(evil_ip, [](const Message&, Message& reply) {
    // A referral to a server of another zone, with an address for it.
    reply.authority.push_back(record("sub.evil.test. 3600 NS www.bank.test."));
    reply.additional.push_back(forged_a(name("www.bank.test.")));
  });
  (void)story.ask("x.sub.evil.test.");
  EXPECT_EQ(story.queries_to("6.6.6.6"), 0u);
  EXPECT_FALSE(story.is_poisoned());
  EXPECT_EQ(story.ask("www.bank.test.").address(), "198.18.0.1");
}

TEST(HostileB03, glue_of_a_sibling_serves_to_ask_and_never_to_answer) {
  Story story;
  story.world.delegate("bank.test.", "192.0.2.80").a("ns2", "198.18.0.9");
  Zone& top = story.world.zone("test.");
  top.ns("evil.test.", "ns2.bank.test.").a("ns2.bank.test.", evil_ip);
  story.actor(evil_ip, [](const Message& query, Message& reply) {
    reply.header.aa = true;
    reply.answer.push_back(
        {query.question->name, RrType::a, wire::RrClass::in, 60, {198, 18, 0, 5}});
  });
  EXPECT_EQ(story.ask("www.evil.test.").address(), "198.18.0.5");
  EXPECT_EQ(story.ask("ns2.bank.test.").address(), "198.18.0.9");
}

TEST(HostileB04, a_dname_that_was_not_asked_for_redirects_nothing) {
  for (const char* owner : {"test.", "bank.test.", "other.evil.test."}) {
    BailiwickStory story([owner](const Message& query, Message& reply) {
      if (!query.question->name.is_below(name(owner)))
        reply.answer.push_back(forged_dname(name(owner)));
    });
    SCOPED_TRACE(owner);
    story.provoke_and_check();
  }
}

TEST(HostileB04, a_forged_dname_takes_its_own_question_and_no_other) {
  Story story;
  story.world.delegate("bank.test.", "192.0.2.80")
      .a("www.pay", "198.18.0.1")
      .a("x.pay", "198.18.0.2");
  bool forge_now = true;
  story.world.tampering().message = [&](const Authority& server, const Arrival&,
                                        const Message& query, Message& reply) {
    if (server.address() != address("192.0.2.80") || !forge_now) return;
    if (!query.question->name.is_below(name("pay.bank.test."))) return;
    reply.answer = {forged_dname(name("pay.bank.test."))};
  };
  (void)story.ask("x.pay.bank.test.");
  forge_now = false;
  EXPECT_EQ(story.ask("www.pay.bank.test.").address(), "198.18.0.1");
}

TEST(HostileB05, the_tail_of_an_alias_is_asked_for_again) {
  BailiwickStory story([](const Message& query, Message& reply) {
    if (!reply.answer.empty() && query.question->type == RrType::a)
      reply.answer.push_back(forged_a(name("www.bank.test.")));
  });
  const std::uint64_t before = story.queries_to("192.0.2.80");
  EXPECT_EQ(story.ask("toward.evil.test.").address(), "198.18.0.1");
  EXPECT_GT(story.queries_to("192.0.2.80"), before);
  story.provoke_and_check();
}

TEST(HostileB06, a_forwarder_speaks_for_its_zone_alone) {
  Story story;
  story.world.delegate("bank.test.", "192.0.2.80").a("www", "198.18.0.1");
  iterator::ConfiguredZone zone;
  zone.name = name("corp.test.");
  zone.servers.push_back({address(evil_ip), 53});
  story.options().zones.push_back(zone);
  story.actor(evil_ip, [](const Message& query, Message& reply) {
    reply.header.ra = true;
    reply.answer.push_back(
        {query.question->name, RrType::a, wire::RrClass::in, 60, {198, 18, 0, 7}});
    for (const char* owner : {".", "test.", "bank.test."})
      reply.authority.push_back(forged_ns(name(owner)));
    reply.answer.push_back(forged_dname(name("test.")));
    reply.answer.push_back(forged_a(name("www.bank.test.")));
    reply.additional.push_back(forged_glue());
  });
  EXPECT_EQ(story.ask("www.corp.test.").address(), "198.18.0.7");
  EXPECT_FALSE(story.is_poisoned());
  EXPECT_EQ(story.ask("www.bank.test.").address(), "198.18.0.1");
  EXPECT_EQ(story.queries_to("6.6.6.6"), 0u);
}

}  // namespace
}  // namespace godwit::sim
