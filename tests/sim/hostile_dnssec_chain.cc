// Ways around the chain of trust, by the numbers of hostile.md: somebody between a zone's servers
// and the resolver, or an operator above the zone, wants its data taken for insecure, or others for
// secure.
#include "tests/sim/signed_story.h"

namespace godwit::sim {
namespace {

constexpr const char* zone_ip = "192.0.2.80";
constexpr const char* sub_ip = "192.0.2.81";
constexpr const char* child_ip = "192.0.2.82";
constexpr const char* evil_zone_ip = "192.0.2.83";

class Chain : public SignedStory {
 protected:
  // Everything that the servers of a zone say is as if it were not signed, and addresses are
  // forged.
  void strip_zone(std::string_view ip) {
    change(ip, [](const Message&, Message& reply) {
      strip(reply);
      forge_addresses(reply);
    });
  }
};

// test. has opt-out; it says of child.sub.test. that it might be an insecure delegation. But
// between the two stands sub.test., which is secure.
TEST_F(Chain, E04_a_zone_above_the_parent_proves_nothing_of_a_delegation) {
  for (const Denials denials : {Denials::nsec, Denials::nsec3_opt_out}) {
    signer("test.").set_denials(denials);
    const std::string sub = denials == Denials::nsec ? "sub.test." : "sub3.test.";
    const std::string child = "child." + sub;
    const wire::Name child_name = name(child);
    add(sub, denials == Denials::nsec ? sub_ip : "192.0.2.91");
    add(child, denials == Denials::nsec ? child_ip : "192.0.2.92");
    strip_zone(denials == Denials::nsec ? child_ip : "192.0.2.92");
    change(denials == Denials::nsec ? sub_ip : "192.0.2.91",
           [&, child_name](const Message& query, Message& reply) {
             if (!query.question->name.is_at_or_below(child_name)) return;
             strip(reply);
             remove(reply.authority, RrType::soa);
             if (query.question->type == RrType::ds) {
               reply.answer.clear();
               append_signed(reply.authority, "test.", {story.world.zone("test.").soa()});
             }
             std::vector<Record> proofs{signer("test.").denial_over(child_name)};
             if (const auto at = signer("test.").denial_at(name(sub))) proofs.push_back(*at);
             append_signed(reply.authority, "test.", proofs);
           });
    EXPECT_EQ(ask("www." + sub).security, Security::secure);
    EXPECT_TRUE(is_refused(ask("www." + child)));
    EXPECT_TRUE(is_refused(ask("other." + child)));
  }
}

// The same from the zone above the parent itself, which does not even refer to the parent.
TEST_F(Chain, E04_a_zone_above_the_parent_does_not_answer_for_a_delegation) {
  for (const Denials denials : {Denials::nsec, Denials::nsec3_opt_out}) {
    signer("test.").set_denials(denials);
    const std::string sub = denials == Denials::nsec ? "sub.test." : "sub3.test.";
    const wire::Name child = name("child." + sub);
    add(sub, denials == Denials::nsec ? sub_ip : "192.0.2.91");
    add("child." + sub, denials == Denials::nsec ? child_ip : "192.0.2.92");
    story.options().minimisation = iterator::Minimisation::off;
    change(top_ip, [&, sub, child](const Message& query, Message& reply) {
      if (!query.question->name.is_at_or_below(child)) return;
      reply = reply_to(query);
      reply.edns = reply.dnssec_ok = reply.header.aa = true;
      if (query.question->type == RrType::a) {
        reply.answer = {forged_a(query.question->name)};
        return;
      }
      append_signed(reply.authority, "test.", {story.world.zone("test.").soa()});
      append_signed(reply.authority, "test.", {signer("test.").denial_over(child)});
      append_signed(reply.authority, "test.", {*signer("test.").denial_at(name(sub))});
    });
    EXPECT_TRUE(is_refused(ask("www.child." + sub)));
  }
}

// The DS of another delegation, truly signed by the parent, stands in a referral.
TEST_F(Chain, E09_the_ds_of_a_sibling_leads_nowhere) {
  Zone& zone = add("victim.test.", zone_ip);
  SigningPlan evil;
  evil.seed = 666;
  add("evil.test.", evil_zone_ip, evil);
  const Record sibling = signer("evil.test.").ds();
  change(top_ip, [&](const Message& query, Message& reply) {
    if (!query.question->name.is_at_or_below(zone.apex())) return;
    if (query.question->type == RrType::ds) return;
    strip(reply);
    append_signed(reply.authority, "test.", {sibling});
  });
  const Told told = ask("www.victim.test.");
  EXPECT_EQ(told.address(), "198.18.0.1");
  EXPECT_EQ(told.security, Security::secure);

  // The victim's servers in the sibling's hands, with the sibling's keys.
  Zone twin(name("other.test."));
  twin.a("www", "6.6.6.6").ns("@", "ns.other.test.").a("ns.other.test.", evil_ip);
  twin.sign(evil);
  Authority server(address(evil_ip), story.world.tampering());
  server.serves(twin);
  add("other.test.", "192.0.2.84");
  story.network.attach(
      address("192.0.2.84"),
      std::make_shared<ScriptedServer>([&](const Arrival& a) { return server.respond(a); }));
  change_nothing_more();
  change(top_ip, [&](const Message& query, Message& reply) {
    if (!query.question->name.is_at_or_below(name("other.test."))) return;
    strip(reply);
    reply.answer.clear();
    append_signed(reply.authority, "test.", {sibling});
  });
  EXPECT_TRUE(is_refused(ask("www.other.test.")));
}

TEST_F(Chain, E14_nothing_of_what_is_bogus_is_in_the_answer) {
  SigningPlan plan;
  for (const Flaw flaw : {Flaw::expired, Flaw::not_yet_valid, Flaw::wrong_ds, Flaw::no_signatures,
                          Flaw::foreign_key, Flaw::spoilt_addresses, Flaw::unsigned_addresses}) {
    const std::string number = std::to_string(static_cast<int>(flaw));
    const std::string apex = "f" + number + ".test.";
    plan.flaw = flaw;
    Zone& zone = add(apex, "192.0.2.9" + number, plan);
    zone.cname("alias", "www." + apex);
    for (const std::string& owner : {"www." + apex, "alias." + apex}) {
      EXPECT_TRUE(is_refused(ask(owner))) << owner;
      const Told remembered = ask(owner);
      EXPECT_TRUE(is_refused(remembered)) << owner;
      EXPECT_EQ(remembered.packets, 0u) << owner;
    }
    // An alias elsewhere does not make it better.
    story.world.zone("test.").cname("to" + number, "www." + apex);
    EXPECT_TRUE(is_refused(ask("to" + number + ".test."))) << apex;
    const cache::RRsetCache& kept = story.resolver().caches().rrsets;
    EXPECT_FALSE(kept.find(name("www." + apex), RrType::a, story.simulation.now())) << apex;
    // Who judges for himself gets it, and others get nothing the more for that.
    EXPECT_EQ(ask("www." + apex, RrType::a, true).address(), "198.18.0.1") << apex;
    const Told refused = ask("www." + apex);
    EXPECT_TRUE(is_refused(refused)) << apex;
    EXPECT_EQ(refused.packets, 0u) << apex;
  }
}

TEST_F(Chain, E15_data_without_their_signatures_are_not_insecure) {
  add("victim.test.", zone_ip);
  strip_zone(zone_ip);
  EXPECT_TRUE(is_refused(ask("www.victim.test.")));
  EXPECT_TRUE(is_refused(ask("nobody.victim.test.")));
  EXPECT_TRUE(is_refused(ask("www.victim.test.", RrType::mx)));
}

TEST_F(Chain, E15_a_set_without_its_signatures_is_not_insecure) {
  add("victim.test.", zone_ip);
  change(
      zone_ip,
      [](const Message&, Message& reply) {
        strip(reply);
        forge_addresses(reply);
      },
      RrType::a);
  EXPECT_TRUE(is_refused(ask("www.victim.test.")));
}

TEST_F(Chain, E15_servers_that_lose_edns_do_not_make_a_zone_insecure) {
  const std::array<void (*)(Habits&), 3> habits{[](Habits& h) { h.ignores_edns = true; },
                                                [](Habits& h) { h.drops_edns = true; },
                                                [](Habits& h) { h.formerr_on_edns = true; }};
  for (std::size_t i = 0; i < habits.size(); ++i) {
    const std::string number = std::to_string(i);
    add("z" + number + ".test.", "192.0.2.9" + number);
    habits[i](story.world.server("192.0.2.9" + number).habits());
    EXPECT_TRUE(is_refused(ask("www.z" + number + ".test."))) << i;
    EXPECT_TRUE(is_refused(ask("nobody.z" + number + ".test."))) << i;
  }
}

// It is remembered to do without EDNS, which brings no signatures: asked once more with it, before
// the zone is given up.
TEST_F(Chain, E15_a_server_that_did_not_understand_edns_once_is_asked_with_it_again) {
  add("victim.test.", zone_ip);
  Habits& habits = story.world.server(zone_ip).habits();
  habits.formerr_on_edns = true;
  EXPECT_TRUE(is_refused(ask("www.victim.test.")));
  story.simulation.pass(seconds(120));
  // With EDNS, without, and with it for the last time: for the keys alone.
  const std::uint64_t before = story.queries_to(zone_ip);
  EXPECT_TRUE(is_refused(ask("www.victim.test.", RrType::mx)));
  EXPECT_LE(story.queries_to(zone_ip) - before, 4u);

  habits.formerr_on_edns = false;
  story.simulation.pass(seconds(120));
  const cache::ServerTable& servers = story.resolver().caches().servers;
  const auto ability = [&] { return servers.find(address(zone_ip), story.simulation.now()).edns; };
  ASSERT_EQ(ability(), cache::EdnsAbility::fails);
  EXPECT_EQ(ask("www.victim.test.").security, Security::secure);
  EXPECT_EQ(ability(), cache::EdnsAbility::works);
}

TEST_F(Chain, E15_a_ds_that_cannot_be_had_is_not_a_ds_that_is_not_there) {
  add("victim.test.", zone_ip);
  strip_zone(zone_ip);
  // The parent refers without a word about DS, and when asked for it, says nothing, or an error.
  for (const bool is_silent : {true, false}) {
    change_nothing_more();
    strip_zone(zone_ip);
    hide_ds();
    story.network.set_weather([is_silent](const Arrival& arrival, std::vector<Reply>& replies) {
      const auto query = decode(arrival.query);
      if (is_silent && query->question->type == RrType::ds) replies.clear();
    });
    EXPECT_TRUE(is_refused(ask("www.victim.test.")));
    story.simulation.pass(seconds(400));
  }
}

TEST_F(Chain, E15_keys_that_cannot_be_had_do_not_make_a_zone_insecure) {
  add("victim.test.", zone_ip);
  strip_zone(zone_ip);
  story.network.set_weather([](const Arrival& arrival, std::vector<Reply>& replies) {
    const auto query = decode(arrival.query);
    if (query->question->type == RrType::dnskey && !query->question->name.is_root())
      replies.clear();
  });
  EXPECT_TRUE(is_refused(ask("www.victim.test.")));
}

TEST_F(Chain, E16_only_algorithms_that_nobody_knows_make_a_zone_insecure) {
  constexpr std::uint8_t unknown = 200, ed25519 = 15, sha256 = 2;
  add("victim.test.", zone_ip);
  const Octets good = signer("victim.test.").ds().rdata;
  const auto ask_with = [&](const std::vector<Octets>& ds) {
    replace_ds("victim.test.", ds);
    story.simulation.pass(seconds(90'000));
    return ask("www.victim.test.");
  };
  EXPECT_EQ(ask_with({ds_of(unknown, sha256)}).security, Security::insecure);
  EXPECT_EQ(ask_with({ds_of(ed25519, unknown)}).security, Security::insecure);
  EXPECT_EQ(ask_with({ds_of(unknown, unknown)}).address(), "198.18.0.1");
  // One that can be checked, and it has to be.
  EXPECT_EQ(ask_with({ds_of(unknown, sha256), good}).security, Security::secure);
  EXPECT_EQ(ask_with({ds_of(ed25519, unknown), good}).security, Security::secure);
  EXPECT_EQ(ask_with({ds_of(ed25519, sha256), good}).security, Security::secure);
  EXPECT_TRUE(is_refused(ask_with({ds_of(unknown, sha256), ds_of(ed25519, sha256)})));
  strip_zone(zone_ip);
  EXPECT_TRUE(is_refused(ask_with({ds_of(unknown, sha256), good})));
}

// RFC 6840 §5.11: that other algorithms of the zone have not signed is nobody's business.
TEST_F(Chain, E16_one_algorithm_of_a_zone_will_do) {
  Zone& zone = add("victim.test.", zone_ip);
  const test::SigningKey other(dnssec::Algorithm::ecdsa_p256, 5);
  zone.put({zone.apex(), RrType::dnskey, wire::RrClass::in, 3600, other.dnskey_rdata()});
  replace_ds("victim.test.", {signer("victim.test.").ds().rdata,
                              test::ds_rdata(zone.apex(), other.dnskey_rdata())});
  EXPECT_EQ(ask("www.victim.test.").security, Security::secure);
}

TEST_F(Chain, C06_servers_that_are_bogus_one_after_the_other_spend_one_budget) {
  Zone& zone = add("victim.test.", zone_ip);
  for (int i = 0; i < 13; ++i) {
    const std::string server = "ns" + std::to_string(i) + ".victim.test.";
    for (int k = 0; k < 4; ++k) {
      const std::string ip = "198.51.100." + std::to_string(i * 4 + k);
      for (Zone* side : {&zone, &story.world.zone("test.")})
        side->ns("victim.test.", server).a(server, ip);
      story.world.serve(ip, {"victim.test."});
      strip_zone(ip);
    }
  }
  strip_zone(zone_ip);
  const Told told = ask("www.victim.test.");
  EXPECT_TRUE(is_refused(told));
  EXPECT_LE(told.packets, 64u);
  const std::uint64_t cost_of_way = 8;
  EXPECT_LE(told.packets, cost_of_way + 3 * story.options().limits.bogus_responses);
}

// A hundred zones, each below the other, all at one server, which tells of no cut by itself.
TEST_F(Chain, C11_a_deep_chain_of_ds_spends_the_budget_of_one_question) {
  std::string apex = "deep.test.";
  add(apex, zone_ip);
  for (int i = 0; i < 100; ++i) {
    apex = "z." + apex;
    add(apex, zone_ip);
  }
  const Told told = ask("www." + apex);
  EXPECT_TRUE(is_refused(told));
  EXPECT_LE(told.packets, 64u);
}

}  // namespace
}  // namespace godwit::sim
