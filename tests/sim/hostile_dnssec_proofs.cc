// Proofs that prove something else, zones that change, records that stand there twice, and what
// those get to see who judge for themselves; by the numbers of hostile.md.
#include "tests/sim/signed_story.h"

namespace godwit::sim {
namespace {

constexpr const char* zone_ip = "192.0.2.80";

class Proofs : public SignedStory, public testing::WithParamInterface<Denials> {
 protected:
  // victim.test. with a wildcard, and with www besides.
  Zone& add_victim() {
    SigningPlan plan;
    plan.denials = GetParam();
    Zone& zone = add("victim.test.", zone_ip, plan);
    return zone.a("*", "198.18.0.9").a("zzz", "198.18.0.3");
  }
  // The wildcard's data as those of a name, with the signature that the wildcard truly has.
  static void replay(Zone& zone, const Message& query, Message& reply) {
    const wire::Name star = name("*.victim.test.");
    std::vector<Record> made = Zone::records_of(star, *zone.find(star, RrType::a));
    for (Record& record : made) record.owner = query.question->name;
    reply.answer = made;
    append(reply.answer, zone.signer()->signatures(made, star));
    reply.authority.clear();
  }
};

TEST_P(Proofs, E05_a_wildcard_is_not_proven_by_another_zone) {
  Zone& zone = add_victim();
  signer("test.").set_denials(GetParam());
  EXPECT_EQ(ask("other.victim.test.").address(), "198.18.0.9");
  change(
      zone_ip,
      [&](const Message& query, Message& reply) {
        replay(zone, query, reply);
        std::vector<Record> proofs = signer("test.").all_denials();
        append_signed(reply.authority, "test.", proofs);
      },
      RrType::a);
  EXPECT_TRUE(is_refused(ask("www.victim.test.")));
  // Made up by the other zone, which owns neither the names nor their hashes.
  change(
      zone_ip,
      [&](const Message&, Message& reply) {
        const bool is_nsec = GetParam() == Denials::nsec;
        const std::string all =
            "00000000000000000000000000000000.victim.test. 60 NSEC3 1 0 0 - "
            "vvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvv A";
        reply.authority.clear();
        append_signed(reply.authority, "test.",
                      {record(is_nsec ? "a.victim.test. 60 NSEC zzzz.victim.test. A" : all)});
      },
      RrType::a);
  story.simulation.pass(seconds(400));
  EXPECT_TRUE(is_refused(ask("www.victim.test.")));
}

TEST_P(Proofs, E06_a_wildcard_that_is_replayed_at_a_name_that_exists_is_refused) {
  Zone& zone = add_victim();
  const Told before = ask("other.victim.test.");
  EXPECT_EQ(before.address(), "198.18.0.9");
  EXPECT_EQ(before.security, Security::secure);
  change(
      zone_ip,
      [&](const Message& query, Message& reply) {
        replay(zone, query, reply);
        // All that the zone can say of names that are not there.
        append_signed(reply.authority, "victim.test.", zone.signer()->all_denials());
      },
      RrType::a);
  EXPECT_TRUE(is_refused(ask("www.victim.test.")));
  EXPECT_TRUE(is_refused(ask("zzz.victim.test.")));
  // Nothing at all is no proof, either.
  change_nothing_more();
  change(
      zone_ip, [&](const Message& query, Message& reply) { replay(zone, query, reply); },
      RrType::a);
  story.simulation.pass(seconds(400));
  EXPECT_TRUE(is_refused(ask("www.victim.test.")));
}

TEST_P(Proofs, E06_what_took_the_place_of_a_wildcard_is_judged_anew) {
  Zone& zone = add_victim();
  EXPECT_EQ(ask("other.victim.test.").security, Security::secure);
  story.simulation.pass(seconds(4000));
  change(
      zone_ip,
      [&](const Message& query, Message& reply) {
        replay(zone, query, reply);
        forge_addresses(reply);
      },
      RrType::a);
  EXPECT_TRUE(is_refused(ask("other.victim.test.")));
}

TEST_P(Proofs, B08_what_is_forged_for_somebody_with_cd_takes_no_place_of_what_is_secure) {
  add_victim();
  EXPECT_EQ(ask("www.victim.test.").security, Security::secure);
  const auto forge = [](const Message&, Message& reply) {
    forge_addresses(reply);
    if (!reply.answer.empty()) return;
    reply.rcode = static_cast<std::uint16_t>(Rcode::nxdomain);
  };
  change(zone_ip, forge);
  // Known to be secure: asked for by nobody.
  EXPECT_EQ(ask("www.victim.test.", RrType::a, true).address(), "198.18.0.1");
  EXPECT_EQ(ask("zzz.victim.test.", RrType::a, true).address(), "6.6.6.6");
  EXPECT_EQ(ask("zzz.victim.test.", RrType::mx, true).rcode, Rcode::nxdomain);
  EXPECT_TRUE(is_refused(ask("zzz.victim.test.")));
  change_nothing_more();
  story.simulation.pass(seconds(400));
  const Told told = ask("zzz.victim.test.");
  EXPECT_EQ(told.address(), "198.18.0.3");
  EXPECT_EQ(told.security, Security::secure);
  EXPECT_EQ(ask("www.victim.test.").address(), "198.18.0.1");
  EXPECT_EQ(ask("www.victim.test.").security, Security::secure);
}

INSTANTIATE_TEST_SUITE_P(denials, Proofs, testing::Values(Denials::nsec, Denials::nsec3),
                         [](const auto& one) {
                           return one.param == Denials::nsec ? "nsec" : "nsec3";
                         });

class Changes : public SignedStory {};

TEST_F(Changes, E19_a_zone_may_go_from_nsec_to_nsec3_and_back_while_it_is_asked) {
  add("victim.test.", zone_ip);
  unsigned n = 0;
  for (const Denials denials : {Denials::nsec, Denials::nsec3, Denials::nsec,
                                Denials::nsec3_opt_out, Denials::nsec3, Denials::nsec}) {
    signer("victim.test.").set_denials(denials);
    const std::string owner = "n" + std::to_string(n++) + ".victim.test.";
    Told told = ask(owner);
    EXPECT_EQ(told.rcode, Rcode::nxdomain) << n;
    const Security wanted =
        denials == Denials::nsec3_opt_out ? Security::insecure : Security::secure;
    // What was proven before by NSEC may still be known to be secure.
    EXPECT_GE(told.security, wanted) << n;
    story.world.zone("victim.test.").a("m" + std::to_string(n), "198.18.0.7");
    told = ask("m" + std::to_string(n) + ".victim.test.");
    // A name that has come meanwhile may still be denied by what is remembered.
    EXPECT_TRUE(told.address() == "198.18.0.7" || told.rcode == Rcode::nxdomain) << n;
    told = ask("www.victim.test.", RrType::mx);
    EXPECT_EQ(told.rcode, Rcode::noerror) << n;
    EXPECT_EQ(told.security, Security::secure) << n;
    story.simulation.pass(seconds(n % 2 == 0 ? 400 : 1));
  }
}

TEST_F(Changes, E19_both_kinds_of_proof_in_one_response_do_no_harm) {
  Zone& zone = add("victim.test.", zone_ip);
  change(zone_ip, [&](const Message&, Message& reply) {
    if (reply.rcode != static_cast<std::uint16_t>(Rcode::nxdomain)) return;
    SigningPlan plan;
    plan.denials = Denials::nsec3;
    zone.signer()->set_denials(Denials::nsec3);
    append_signed(reply.authority, "victim.test.", zone.signer()->all_denials());
    zone.signer()->set_denials(Denials::nsec);
  });
  const Told told = ask("nobody.victim.test.");
  EXPECT_EQ(told.rcode, Rcode::nxdomain);
  EXPECT_EQ(told.security, Security::secure);
}

TEST_F(Changes, E20_an_soa_that_stands_there_twice_is_not_shown) {
  Zone& zone = add("victim.test.", zone_ip);
  change(zone_ip, [&](const Message&, Message& reply) {
    if (reply.rcode != static_cast<std::uint16_t>(Rcode::nxdomain)) return;
    remove(reply.authority, RrType::soa);
    std::erase_if(reply.authority, [](const Record& r) {
      return r.type == RrType::rrsig && r.rdata[1] == static_cast<std::uint8_t>(RrType::soa);
    });
    Record other = zone.soa();
    other.rdata.back() ^= 1;
    append_signed(reply.authority, "victim.test.", {zone.soa(), other});
  });
  // The proofs are good by themselves.
  const Told told = ask("nobody.victim.test.");
  EXPECT_EQ(told.rcode, Rcode::nxdomain);
  EXPECT_EQ(told.security, Security::secure);
  for (const Record& record : told.authority) EXPECT_NE(record.type, RrType::soa);
}

TEST_F(Changes, E20_two_aliases_at_one_name_lead_nowhere) {
  Zone& zone = add("victim.test.", zone_ip);
  zone.cname("alias", "www.victim.test.").cname("alias", "other.victim.test.");
  zone.dname("moved", "victim.test.").dname("moved", "other.test.");
  EXPECT_TRUE(is_refused(ask("alias.victim.test.")));
  EXPECT_TRUE(is_refused(ask("www.moved.victim.test.")));
  EXPECT_EQ(ask("www.victim.test.").security, Security::secure);
}

}  // namespace
}  // namespace godwit::sim
