// That the signer of the tests and the checks of the product agree, for every algorithm.
#include "tests/support/signer.h"

#include <gtest/gtest.h>

#include "dnssec/signature.h"
#include "tests/support/message_text.h"

namespace godwit::dnssec {
namespace {

using test::name;
using test::SigningKey;

class EveryAlgorithm : public testing::TestWithParam<Algorithm> {};

TEST_P(EveryAlgorithm, signs_and_is_checked) {
  const SigningKey key(GetParam(), 7);
  const SigningKey same(GetParam(), 7);
  EXPECT_EQ(key.dnskey_rdata(), same.dnskey_rdata());
  const wire::RRsetPtr data = test::rrset({"www.example.com. 3600 IN A 192.0.2.1"});
  const wire::RRsetPtr set = test::signed_set(*data, key, {.zone = name("example.com.")});
  EXPECT_EQ(test::rrsig_rdata(*data, key, {.zone = name("example.com.")}),
            test::rrsig_rdata(*data, same, {.zone = name("example.com.")}));
  const std::vector<ZoneKeyPtr> keys = zone_keys(*test::dnskey_set(name("example.com."), {&key}));
  ValidationLimits limits;
  ValidationBudget budget(limits);
  RRsetCheck check(*set, name("example.com."), keys, {.now = 1'800'000'000}, {}, limits);
  ASSERT_EQ(check.state(), RRsetCheck::State::pending);
  EXPECT_EQ(check.next_cost(), cost_microseconds(GetParam()));
  check.step(budget);
  EXPECT_EQ(check.state(), RRsetCheck::State::secure) << to_text(check.failure());
  EXPECT_EQ(budget.checks_spent(), 1u);
}

INSTANTIATE_TEST_SUITE_P(Signer, EveryAlgorithm,
                         testing::Values(Algorithm::rsa_sha1, Algorithm::rsa_sha1_nsec3,
                                         Algorithm::rsa_sha256, Algorithm::rsa_sha512,
                                         Algorithm::ecdsa_p256, Algorithm::ecdsa_p384,
                                         Algorithm::ed25519, Algorithm::ed448));

}  // namespace
}  // namespace godwit::dnssec
