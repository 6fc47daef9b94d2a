// What the tests of signatures share: one call that checks a set to the end.
#pragma once

#include <span>

#include "dnssec/signature.h"
#include "tests/support/message_text.h"
#include "tests/support/signer.h"

namespace godwit::dnssec::test {

using godwit::test::key_signing;
using godwit::test::name;
using godwit::test::Octets;
using godwit::test::rrset;
using godwit::test::Signing;
using godwit::test::SigningKey;
using godwit::test::zone_signing;

// Inside the times that the signer gives when it is not told others.
inline constexpr std::uint32_t now = 1'800'000'000;

inline std::vector<ZoneKeyPtr> keys_of(std::initializer_list<const SigningKey*> keys) {
  std::vector<ZoneKeyPtr> out;
  for (const SigningKey* key : keys) out.push_back(key->zone_key());
  return out;
}

struct Checked {
  bool secure = false;
  Failure failure;
  unsigned labels = 0;
  bool from_wildcard = false;
  std::uint32_t ttl = 0;
  unsigned steps = 0;
};

inline Checked run(RRsetCheck& check, ValidationBudget& budget) {
  Checked checked;
  for (; check.state() == RRsetCheck::State::pending; ++checked.steps) check.step(budget);
  checked.secure = check.state() == RRsetCheck::State::secure;
  checked.failure = check.failure();
  checked.labels = check.labels();
  checked.from_wildcard = check.is_from_wildcard();
  checked.ttl = check.ttl();
  return checked;
}

struct CheckWith {
  wire::Name zone = name("example.com.");
  SignatureClock clock = {.now = now};
  AlgorithmPolicy policy = {};
  ValidationLimits limits = {};
};

inline Checked check(const wire::RRset& set, std::span<const ZoneKeyPtr> keys,
                     const CheckWith& with = {}) {
  ValidationBudget budget(with.limits);
  RRsetCheck one(set, with.zone, keys, with.clock, with.policy, with.limits);
  return run(one, budget);
}

// The keys, data and signatures of `lines`, and whether they hold at `time`.
inline Checked check_lines(const std::vector<std::string>& keys,
                           const std::vector<std::string>& data, const std::string& rrsig,
                           std::uint32_t time) {
  const auto plain = rrset(data);
  const auto set = godwit::test::with_signatures(*plain, {godwit::test::record(rrsig).rdata});
  const auto dnskeys = rrset(keys);
  return check(*set, zone_keys(*dnskeys), {.zone = dnskeys->owner(), .clock = {.now = time}});
}

}  // namespace godwit::dnssec::test
