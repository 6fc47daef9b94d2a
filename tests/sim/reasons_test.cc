// What people are told of validation: each Extended DNS Error that belongs to it, with a text that
// names the zone, for answers that were fetched and for those that are remembered. RFC 8914 §4.
#include "tests/sim/signed_story.h"

namespace godwit::sim {
namespace {

using wire::EdeCode;

constexpr const char* zone_ip = "192.0.2.80";
constexpr const char* below_ip = "192.0.2.81";

class Reasons : public SignedStory {
 protected:
  Zone& add_hashed(std::string_view apex, std::uint16_t iterations) {
    SigningPlan plan;
    plan.denials = Denials::nsec3;
    plan.iterations = iterations;
    return add(apex, zone_ip, plan);
  }
  // Fetched, remembered, and without a word for those who judge for themselves.
  void expect_insecure_for(const std::string& owner, RrType type, EdeCode code,
                           std::string_view zone) {
    for (const char* when : {"fetched", "remembered"}) {
      const Told told = ask(owner, type);
      EXPECT_EQ(told.security, Security::insecure) << owner << when;
      EXPECT_EQ(told.codes, std::vector{code}) << owner << when << told.reason;
      EXPECT_NE(told.reason.find("zone " + std::string(zone)), std::string::npos) << told.reason;
    }
    EXPECT_TRUE(ask(owner, type, true).codes.empty());
  }
  void expect_failure_for(const std::string& owner, EdeCode code, std::string_view zone) {
    for (const char* when : {"fetched", "remembered"}) {
      const Told told = ask(owner);
      EXPECT_TRUE(is_refused(told)) << owner << when;
      ASSERT_FALSE(told.codes.empty());
      EXPECT_EQ(told.codes.front(), code) << owner << when << told.reason;
      EXPECT_NE(told.reason.find(zone), std::string::npos) << told.reason;
    }
  }
  void expect_nothing_for(const std::string& owner, RrType type = RrType::a) {
    for (const char* when : {"fetched", "remembered"})
      EXPECT_TRUE(ask(owner, type).codes.empty()) << owner << when;
  }
};

TEST_F(Reasons, an_answer_that_is_insecure_for_its_algorithms_says_so) {
  add("victim.test.", zone_ip).cname("alias", "www.victim.test.").a("*.wild", "198.18.0.2");
  replace_ds("victim.test.", {ds_of(200, 2)});
  const auto code = EdeCode::unsupported_dnskey_algorithm;
  expect_insecure_for("www.victim.test.", RrType::a, code, "victim.test.");
  expect_insecure_for("alias.victim.test.", RrType::a, code, "victim.test.");
  expect_insecure_for("x.wild.victim.test.", RrType::a, code, "victim.test.");
  expect_insecure_for("www.victim.test.", RrType::mx, code, "victim.test.");
  expect_insecure_for("nobody.victim.test.", RrType::a, code, "victim.test.");
  // An alias that is secure itself.
  story.world.zone("test.").cname("to", "www.victim.test.");
  expect_insecure_for("to.test.", RrType::a, code, "victim.test.");
}

TEST_F(Reasons, an_answer_that_is_insecure_for_its_digests_says_so) {
  add("victim.test.", zone_ip);
  replace_ds("victim.test.", {ds_of(15, 200)});
  const auto code = EdeCode::unsupported_ds_digest;
  expect_insecure_for("www.victim.test.", RrType::a, code, "victim.test.");
  expect_insecure_for("nobody.victim.test.", RrType::a, code, "victim.test.");
}

// The zone is insecure as one above it is.
TEST_F(Reasons, an_answer_from_below_such_a_zone_names_the_one_above) {
  add("victim.test.", zone_ip);
  replace_ds("victim.test.", {ds_of(200, 2)});
  add("below.victim.test.", below_ip);
  expect_insecure_for("www.below.victim.test.", RrType::a, EdeCode::unsupported_dnskey_algorithm,
                      "victim.test.");
}

TEST_F(Reasons, a_denial_that_is_insecure_for_its_iterations_says_so) {
  add_hashed("victim.test.", 51);
  const auto code = EdeCode::unsupported_nsec3_iterations;
  expect_insecure_for("nobody.victim.test.", RrType::a, code, "victim.test.");
  expect_insecure_for("www.victim.test.", RrType::mx, code, "victim.test.");
  expect_nothing_for("www.victim.test.");
  EXPECT_EQ(ask("www.victim.test.").security, Security::secure);
}

TEST_F(Reasons, a_wildcard_that_is_insecure_for_iterations_says_so) {
  add_hashed("victim.test.", 51).a("*.wild", "198.18.0.2");
  expect_insecure_for("x.wild.victim.test.", RrType::a, EdeCode::unsupported_nsec3_iterations,
                      "victim.test.");
}

// That it has no DS is said with too many iterations.
TEST_F(Reasons, an_unsigned_zone_below_one_with_many_iterations_says_so) {
  add_hashed("victim.test.", 51);
  story.world.delegate("below.victim.test.", below_ip).a("www", "198.18.0.3");
  const auto code = EdeCode::unsupported_nsec3_iterations;
  expect_insecure_for("www.below.victim.test.", RrType::a, code, "victim.test.");
  expect_insecure_for("nobody.below.victim.test.", RrType::a, code, "victim.test.");
}

TEST_F(Reasons, what_is_insecure_for_want_of_a_ds_has_no_reason_to_give) {
  story.world.delegate("plain.test.", zone_ip).a("www", "198.18.0.3");
  expect_nothing_for("www.plain.test.");
  expect_nothing_for("nobody.plain.test.");
  // Nor do iterations matter in a signed zone that nothing leads to.
  SigningPlan plan;
  plan.denials = Denials::nsec3;
  plan.iterations = 51;
  story.world.delegate("island.test.", below_ip).a("www", "198.18.0.3").sign(plan);
  expect_nothing_for("nobody.island.test.");
}

TEST_F(Reasons, what_may_not_be_signed_at_all_has_none_either) {
  SigningPlan plan;
  plan.denials = Denials::nsec3_opt_out;
  add("victim.test.", zone_ip, plan);
  const Told told = ask("nobody.victim.test.");
  EXPECT_EQ(told.security, Security::insecure);
  EXPECT_TRUE(told.codes.empty()) << told.reason;
}

TEST_F(Reasons, a_ds_that_cannot_be_had_leaves_it_indeterminate) {
  add("victim.test.", zone_ip);
  change(zone_ip, [](const Message&, Message& reply) { strip(reply); });
  hide_ds();
  expect_failure_for("www.victim.test.", EdeCode::dnssec_indeterminate, "victim.test.");
}

TEST_F(Reasons, each_flaw_of_a_zone_has_its_code) {
  const std::pair<Flaw, EdeCode> cases[] = {
      {Flaw::expired, EdeCode::signature_expired},
      {Flaw::not_yet_valid, EdeCode::signature_not_yet_valid},
      {Flaw::wrong_ds, EdeCode::dnskey_missing},
      {Flaw::no_signatures, EdeCode::rrsigs_missing},
      {Flaw::spoilt_addresses, EdeCode::dnssec_bogus},
      {Flaw::unsigned_addresses, EdeCode::rrsigs_missing},
  };
  for (std::size_t i = 0; i < std::size(cases); ++i) {
    SigningPlan plan;
    plan.flaw = cases[i].first;
    const std::string apex = "f" + std::to_string(i) + ".test.";
    add(apex, "192.0.2.9" + std::to_string(i), plan);
    expect_failure_for("www." + apex, cases[i].second, apex);
  }
}

// When all that the root has signed is from the future, it is not the root that is wrong.
TEST_F(Reasons, E17_a_clock_that_the_roots_signatures_speak_against_is_blamed) {
  add("victim.test.", zone_ip);
  signer(".").set_flaw(Flaw::not_yet_valid);
  expect_failure_for("www.victim.test.", EdeCode::signature_not_yet_valid,
                     "the clock here cannot be right");
  signer(".").set_flaw(Flaw::none);
  signer("test.").set_flaw(Flaw::not_yet_valid);
  story.simulation.pass(seconds(120));
  expect_failure_for("www.victim.test.", EdeCode::signature_not_yet_valid, "zone test.");
}

TEST_F(Reasons, a_denial_without_its_proof_lacks_it) {
  add("victim.test.", zone_ip);
  change(zone_ip, [](const Message&, Message& reply) {
    std::erase_if(reply.authority, [](const Record& r) { return r.type == RrType::nsec; });
  });
  expect_failure_for("nobody.victim.test.", EdeCode::nsec_missing, "victim.test.");
}

TEST_F(Reasons, a_denial_with_too_many_iterations_fails_for_them) {
  add_hashed("victim.test.", 151);
  expect_failure_for("nobody.victim.test.", EdeCode::unsupported_nsec3_iterations, "victim.test.");
}

// RFC 4034 §2.1.1: without the zone key bit it is no key of a zone.
TEST_F(Reasons, a_key_without_the_zone_key_bit_is_named) {
  Zone& zone = add("victim.test.", zone_ip);
  Octets key = zone.signer()->entry_key().dnskey_rdata();
  key[0] = static_cast<std::uint8_t>(key[0] & ~1);
  zone.remove(zone.apex(), RrType::dnskey)
      .put({zone.apex(), RrType::dnskey, wire::RrClass::in, 3600, key});
  story.world.zone("test.")
      .remove(zone.apex(), RrType::ds)
      .put({zone.apex(), RrType::ds, wire::RrClass::in, 3600, test::ds_rdata(zone.apex(), key)});
  expect_failure_for("www.victim.test.", EdeCode::no_zone_key_bit, "victim.test.");
}

}  // namespace
}  // namespace godwit::sim
