// What a message can make validation cost, by the numbers of hostile.md: D01 to D04. The unit is
// checks of signatures and their nominal cost; what a machine makes of it is measured elsewhere.
#include "tests/sim/signed_story.h"

namespace godwit::sim {
namespace {

using dnssec::Algorithm;

constexpr const char* trap_ip = "192.0.2.80";
// Keys of the root, test. and the zone, and the DS sets of the latter two.
constexpr std::uint64_t checks_of_chain = 5;

class Work : public SignedStory {
 protected:
  // A key of that tag: reserved flags count in it, and nowhere else.
  static Octets colliding(Algorithm algorithm, std::uint64_t seed, std::uint16_t tag) {
    for (;; seed += 1000) {
      Octets rdata = test::SigningKey(algorithm, seed, test::zone_signing).dnskey_rdata();
      for (std::uint32_t flags = 0; flags < 0x10000; ++flags) {
        if ((flags & 0x0181u) != test::zone_signing) continue;
        wire::store_u16(rdata.data(), static_cast<std::uint16_t>(flags));
        if (dnssec::key_tag(rdata) == tag) return rdata;
      }
    }
  }
  // As many keys of the data key's tag as that, besides the right one.
  void add_colliding(Zone& zone, unsigned count) {
    const test::SigningKey& right = zone.signer()->data_key();
    for (unsigned i = 0; i < count; ++i)
      zone.put({zone.apex(), RrType::dnskey, wire::RrClass::in, 3600,
                colliding(right.algorithm(), 100 + i, right.tag())});
  }
  // So many signatures over the addresses, each wrong in its own way, before the right one.
  void add_wrong_signatures(unsigned count, bool keep_right = false) {
    change(
        trap_ip,
        [count, keep_right](const Message&, Message& reply) {
          std::vector<Record> wrong;
          for (const Record& record : reply.answer) {
            if (record.type != RrType::rrsig) continue;
            for (unsigned i = 0; i < count; ++i) {
              wrong.push_back(record);
              wrong.back().rdata[wrong.back().rdata.size() - 1 - i % 32] ^=
                  static_cast<std::uint8_t>(1 + i / 32);
            }
          }
          if (!keep_right) remove(reply.answer, RrType::rrsig);
          reply.answer.insert(reply.answer.begin(), wrong.begin(), wrong.end());
        },
        RrType::a);
  }
};

class KeyTrap : public Work, public testing::WithParamInterface<Algorithm> {};

TEST_P(KeyTrap, D01_colliding_keys_and_wrong_signatures_cost_a_few_checks) {
  SigningPlan plan;
  plan.algorithm = GetParam();
  Zone& zone = add("trap.test.", trap_ip, plan);
  add_colliding(zone, 1);
  add_wrong_signatures(100);
  EXPECT_TRUE(is_refused(ask("www.trap.test.")));
  const std::uint64_t wrong = checks - checks_of_chain;
  const dnssec::ValidationLimits& limits = story.options().validation;
  EXPECT_GE(wrong, 1u);
  EXPECT_LE(wrong, limits.failed_checks);
  const std::uint64_t cost = dnssec::cost_microseconds(GetParam());
  EXPECT_LE((wrong - 1) * cost, limits.failed_microseconds);
}

TEST_P(KeyTrap, D01_of_more_than_two_keys_with_one_tag_none_is_tried) {
  SigningPlan plan;
  plan.algorithm = GetParam();
  add_colliding(add("two.test.", "192.0.2.81", plan), 1);
  EXPECT_EQ(ask("www.two.test.").security, Security::secure);
  Zone& zone = add("trap.test.", trap_ip, plan);
  add_colliding(zone, 2);
  add_wrong_signatures(8, true);
  EXPECT_TRUE(is_refused(ask("www.trap.test.")));
  EXPECT_LE(checks, 2u) << "the keys and the DS set of the zone alone";
}

INSTANTIATE_TEST_SUITE_P(algorithms, KeyTrap,
                         testing::Values(Algorithm::rsa_sha256, Algorithm::ecdsa_p256,
                                         Algorithm::ecdsa_p384, Algorithm::ed25519,
                                         Algorithm::ed448),
                         [](const auto& one) {
                           return "algorithm_" + std::to_string(static_cast<int>(one.param));
                         });

// Whoever fails at each of many servers has one budget for all of them.
TEST_F(Work, D01_servers_that_are_asked_after_one_another_spend_one_budget) {
  Zone& zone = add("trap.test.", trap_ip);
  add_colliding(zone, 1);
  for (const char* ip : {"192.0.2.81", "192.0.2.82", "192.0.2.83"}) {
    for (Zone* side : {&zone, &story.world.zone("test.")}) side->a("ns.trap.test.", ip);
    story.world.serve(ip, {"trap.test."});
  }
  for (const char* ip : {trap_ip, "192.0.2.81", "192.0.2.82", "192.0.2.83"})
    change(
        ip, [](const Message&, Message& reply) { forge_addresses(reply); }, RrType::a);
  EXPECT_TRUE(is_refused(ask("www.trap.test.")));
  EXPECT_LE(checks, checks_of_chain + story.options().validation.failed_checks);
}

TEST_F(Work, D02_nsec3_of_many_iterations_are_insecure_and_of_too_many_refused) {
  struct Case {
    std::uint16_t iterations;
    Rcode rcode;
    Security security;
  };
  unsigned n = 0;
  for (const Case& one : {Case{0, Rcode::nxdomain, Security::secure},
                          {50, Rcode::nxdomain, Security::secure},
                          {51, Rcode::nxdomain, Security::insecure},
                          {150, Rcode::nxdomain, Security::insecure},
                          {151, Rcode::servfail, Security::indeterminate},
                          {65535, Rcode::servfail, Security::indeterminate}}) {
    const std::string number = std::to_string(n++);
    SigningPlan plan;
    plan.denials = Denials::nsec3;
    plan.iterations = one.iterations;
    add("n" + number + ".test.", "192.0.2.9" + number, plan);
    const Told told = ask("nobody.n" + number + ".test.");
    EXPECT_EQ(told.rcode, one.rcode) << one.iterations;
    if (told.rcode == Rcode::nxdomain)
      EXPECT_EQ(told.security, one.security) << one.iterations;
    else
      EXPECT_TRUE(is_refused(told));
  }
}

// What one server of the zone has signed about its iterations, the others say, too.
TEST_F(Work, D02_too_many_iterations_are_met_once) {
  SigningPlan plan;
  plan.denials = Denials::nsec3;
  plan.iterations = 65535;
  Zone& zone = add("trap.test.", trap_ip, plan);
  for (const char* ip : {"192.0.2.81", "192.0.2.82", "192.0.2.83"}) {
    for (Zone* side : {&zone, &story.world.zone("test.")}) side->a("ns.trap.test.", ip);
    story.world.serve(ip, {"trap.test."});
  }
  EXPECT_TRUE(is_refused(ask("nobody.trap.test.")));
  constexpr std::uint64_t soa_and_proofs = 4;
  EXPECT_LE(checks, checks_of_chain + soa_and_proofs);
}

TEST_F(Work, D02_what_may_be_hashed_for_one_question_is_bounded) {
  SigningPlan plan;
  plan.denials = Denials::nsec3;
  plan.iterations = 50;
  plan.salt = Octets(255, 7);
  add("trap.test.", trap_ip, plan);
  // Else the first label is the last that is asked for.
  story.options().minimisation = iterator::Minimisation::off;
  std::string labels;
  for (int i = 0; i < 100; ++i) labels += "a.";
  const Told told = ask(labels + "trap.test.");
  EXPECT_TRUE(is_refused(told));
  EXPECT_EQ(told.error, iterator::ResolveError::out_of_validation) << told.reason;
}

// Each name above it may be a cut, and is hashed to see whether it is.
TEST_F(Work, D02_a_long_name_that_nothing_denies_is_not_asked_of_other_servers) {
  SigningPlan plan;
  plan.denials = Denials::nsec3;
  Zone& zone = add("trap.test.", trap_ip, plan);
  story.options().minimisation = iterator::Minimisation::off;
  for (const char* ip : {"192.0.2.81", "192.0.2.82", "192.0.2.83"}) {
    for (Zone* side : {&zone, &story.world.zone("test.")}) side->a("ns.trap.test.", ip);
    story.world.serve(ip, {"trap.test."});
  }
  for (const char* ip : {trap_ip, "192.0.2.81", "192.0.2.82", "192.0.2.83"})
    change(ip, [this, &zone](const Message&, Message& reply) {
      if (reply.rcode != static_cast<std::uint16_t>(Rcode::nxdomain)) return;
      reply.authority.clear();
      append_signed(reply.authority, "trap.test.", {zone.soa()});
      append_signed(reply.authority, "trap.test.", {*zone.signer()->denial_at(zone.apex())});
    });
  std::string labels;
  for (int i = 0; i < 110; ++i) labels += "a.";
  const Told told = ask(labels + "trap.test.");
  EXPECT_EQ(told.error, iterator::ResolveError::out_of_validation) << told.reason;
  constexpr std::uint64_t soa_and_proof = 2;
  EXPECT_LE(checks, checks_of_chain + soa_and_proof);
}

TEST_F(Work, D03_a_denial_padded_with_proofs_costs_at_most_16_checks) {
  Zone& zone = add("trap.test.", trap_ip);
  for (int i = 0; i < 200; ++i) zone.a("host" + std::to_string(i), "198.18.0.2");
  change(trap_ip, [this, &zone](const Message&, Message& reply) {
    if (reply.rcode != static_cast<std::uint16_t>(Rcode::nxdomain)) return;
    std::vector<Record> soa{zone.soa()};
    std::vector<Record> padding = zone.signer()->all_denials();
    reply.authority.clear();
    append_signed(reply.authority, "trap.test.", padding);
    append_signed(reply.authority, "trap.test.", soa);
  });
  (void)ask("www.trap.test.");
  const Told told = ask("nobody.trap.test.");
  EXPECT_NE(told.security, Security::insecure);
  EXPECT_LE(checks, 16u);
}

// DNSKEY RDATA of that algorithm with that key.
Octets dnskey_of(Algorithm algorithm, const Octets& key) {
  Octets rdata{1, 1, 3, static_cast<std::uint8_t>(algorithm)};
  rdata.insert(rdata.end(), key.begin(), key.end());
  return rdata;
}

Octets rsa_key(std::size_t exponent_octets, std::size_t modulus_octets, std::uint8_t last) {
  Octets key{0, static_cast<std::uint8_t>(exponent_octets >> 8),
             static_cast<std::uint8_t>(exponent_octets)};
  key.insert(key.end(), exponent_octets, 0xff);
  key.insert(key.end(), modulus_octets, 0xa5);
  key.back() = last;
  return key;
}

TEST_F(Work, D04_keys_out_of_bounds_are_no_keys) {
  const std::vector<Octets> bad{
      dnskey_of(Algorithm::rsa_sha256, rsa_key(3, 8192, 1)),   // 65536 bits
      dnskey_of(Algorithm::rsa_sha256, rsa_key(512, 256, 1)),  // an exponent of 4096 bits
      dnskey_of(Algorithm::rsa_sha256, rsa_key(3, 64, 1)),     // 512 bits
      dnskey_of(Algorithm::rsa_sha256, rsa_key(3, 256, 2)),    // even
      dnskey_of(Algorithm::ecdsa_p256, Octets(64, 3)),         // off the curve
      dnskey_of(Algorithm::ed25519, Octets(31, 9)),
  };
  unsigned n = 0;
  for (const Octets& rdata : bad) {
    const std::string number = std::to_string(n++);
    const std::string apex = "k" + number + ".test.", ip = "192.0.2.9" + number;
    Zone& zone = add(apex, ip);
    zone.put({zone.apex(), RrType::dnskey, wire::RrClass::in, 3600, rdata});
    const Told told = ask("www." + apex);
    EXPECT_EQ(told.security, Security::secure) << n << told.reason;

    // Such a key alone is named by the DS: the zone is as one without keys.
    const std::string only = "only" + number + ".test.";
    Zone& trap = add(only, "192.0.3.9" + number);
    trap.put({trap.apex(), RrType::dnskey, wire::RrClass::in, 3600, rdata});
    story.world.zone("test.").remove(trap.apex(), RrType::ds);
    story.world.zone("test.").put(
        {trap.apex(), RrType::ds, wire::RrClass::in, 3600, test::ds_rdata(trap.apex(), rdata)});
    EXPECT_TRUE(is_refused(ask("www." + only))) << n;
    EXPECT_LE(checks, 1u) << "the DS set alone";
  }
}

// That is no DNSKEY record, and what holds it no message: not a zone without keys, either.
TEST_F(Work, D04_a_key_of_no_octets_makes_nothing_insecure) {
  Zone& zone = add("trap.test.", trap_ip);
  zone.put({zone.apex(), RrType::dnskey, wire::RrClass::in, 3600,
            dnskey_of(Algorithm::ecdsa_p256, Octets())});
  EXPECT_TRUE(is_refused(ask("www.trap.test.")));
}

}  // namespace
}  // namespace godwit::sim
