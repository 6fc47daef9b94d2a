// Which zones of a generated world are signed, how, and which of them wrongly.
#include <array>

#include "tests/sim/generator.h"

namespace godwit::sim {
namespace {

constexpr std::uint32_t unsigned_permille = 250;
constexpr std::uint32_t flawed_permille = 150;
constexpr std::uint32_t p256_permille = 150;
constexpr std::uint32_t anchored_permille = 300;  // of signed islands
constexpr std::uint16_t iterations_max = 10;

}  // namespace

SigningPlan Generator::signing_plan(unsigned depth) {
  constexpr std::array<Flaw, 7> flaws{
      Flaw::expired,     Flaw::not_yet_valid,    Flaw::wrong_ds,          Flaw::no_signatures,
      Flaw::foreign_key, Flaw::spoilt_addresses, Flaw::unsigned_addresses};
  SigningPlan plan;
  plan.seed = random_.next();
  if (random_.chance(p256_permille)) plan.algorithm = dnssec::Algorithm::ecdsa_p256;
  plan.has_two_keys = random_.chance(600);
  plan.denials = static_cast<Denials>(random_.below(3));
  if (random_.chance(300))
    plan.iterations = static_cast<std::uint16_t>(random_.between(1, iterations_max));
  const unsigned salt_octets = random_.chance(300) ? random_.between(1, 8) : 0;
  for (unsigned i = 0; i < salt_octets; ++i)
    plan.salt.push_back(static_cast<std::uint8_t>(random_.below(256)));
  // What is wrong at the top takes away all below it.
  const bool may_be_flawed = depth > 1 || (depth == 1 && random_.chance(200));
  if (may_be_flawed && random_.chance(flawed_permille))
    plan.flaw = flaws[random_.below(flaws.size())];
  return plan;
}

// Parents stand before their children.
void Generator::sign_zones() {
  for (const Plan& plan : plans_) {
    const bool is_root = plan.parent == nullptr;
    if (!is_root && random_.chance(unsigned_permille)) continue;
    const unsigned depth = is_root ? 0 : plan.zone->apex().label_count();
    world_.sign(*plan.zone, signing_plan(depth));
    const bool is_island = !is_root && !plan.parent->signer();
    if (is_root || (is_island && random_.chance(anchored_permille))) world_.trust(*plan.zone);
  }
}

}  // namespace godwit::sim
