// How much a set with many signatures and keys may cost: D01 and E10 of hostile sets.
#include <gtest/gtest.h>

#include "tests/unit/dnssec/check_support.h"

namespace godwit::dnssec {
namespace {

using godwit::test::rrsig_rdata;
using godwit::test::with_signatures;
using test::check;
using test::Checked;
using test::name;
using test::Octets;
using test::rrset;
using test::SigningKey;

const wire::Name zone = name("example.com.");

class SignatureWork : public testing::Test {
 protected:
  const SigningKey key_{Algorithm::ed25519, 1};
  const wire::RRsetPtr data_ = rrset({"www.example.com. 300 IN A 192.0.2.1"});
  const Octets good_ = rrsig_rdata(*data_, key_, {.zone = zone});

  // The n-th of many that do not hold.
  [[nodiscard]] Octets wrong(unsigned n) const {
    Octets rrsig = good_;
    wire::store_u16(&rrsig[rrsig.size() - 40], static_cast<std::uint16_t>(n + 1));
    return rrsig;
  }
  [[nodiscard]] wire::RRsetPtr with_wrong_before(unsigned count) const {
    std::vector<Octets> rrsigs;
    for (unsigned i = 0; i < count; ++i) rrsigs.push_back(wrong(i));
    rrsigs.push_back(good_);
    return with_signatures(*data_, rrsigs);
  }
  // Another key of the same tag and algorithm: words changed by opposite amounts.
  [[nodiscard]] ZoneKeyPtr twin(std::uint8_t n) const {
    Octets rdata = key_.dnskey_rdata();
    const std::uint16_t first = wire::load_u16(&rdata[4]), second = wire::load_u16(&rdata[6]);
    const auto by = static_cast<std::uint16_t>(first > 0x8000 ? -n : n);
    wire::store_u16(&rdata[4], static_cast<std::uint16_t>(first + by));
    wire::store_u16(&rdata[6], static_cast<std::uint16_t>(second - by));
    return std::make_shared<const ZoneKey>(rdata);
  }
  static ValidationLimits generous() {
    ValidationLimits limits;
    limits.failed_checks = 1000;
    limits.failed_microseconds = limits.signature_microseconds = 1'000'000;
    limits.signature_checks = 1000;
    return limits;
  }
};

TEST_F(SignatureWork, twins_have_the_same_tag) {
  for (const std::uint8_t n : std::initializer_list<std::uint8_t>{1, 2, 3})
    EXPECT_EQ(twin(n)->tag(), key_.tag());
}

TEST_F(SignatureWork, is_bounded_by_the_checks_of_one_set) {
  const std::vector<ZoneKeyPtr> keys{key_.zone_key()};
  const ValidationLimits limits = generous();
  const unsigned most = limits.checks_per_rrset;
  EXPECT_TRUE(check(*with_wrong_before(most - 1), keys, {.limits = limits}).secure);
  const Checked checked = check(*with_wrong_before(most), keys, {.limits = limits});
  EXPECT_FALSE(checked.secure);
  EXPECT_EQ(checked.steps, most);
  EXPECT_EQ(checked.failure.fault, Fault::too_much_work);
}

TEST_F(SignatureWork, with_exactly_as_many_wrong_ones_as_are_tried_is_wrong) {
  const std::vector<ZoneKeyPtr> keys{key_.zone_key()};
  std::vector<Octets> rrsigs;
  for (unsigned i = 0; i < generous().checks_per_rrset; ++i) rrsigs.push_back(wrong(i));
  EXPECT_EQ(check(*with_signatures(*data_, rrsigs), keys, {.limits = generous()}).failure.fault,
            Fault::signature_wrong);
}

TEST_F(SignatureWork, tries_each_of_as_many_keys_of_one_tag_as_are_taken) {
  const auto set = with_signatures(*data_, {good_});
  EXPECT_EQ(ValidationLimits().keys_per_tag, 2u);
  EXPECT_EQ(check(*set, std::vector{key_.zone_key(), twin(1)}).steps, 1u);
  const Checked second = check(*set, std::vector{twin(1), key_.zone_key()});
  EXPECT_TRUE(second.secure);
  EXPECT_EQ(second.steps, 2u);
}

TEST_F(SignatureWork, tries_none_of_more_keys_of_one_tag) {
  const auto set = with_signatures(*data_, {good_});
  const Checked checked = check(*set, std::vector{key_.zone_key(), twin(1), twin(2)});
  EXPECT_FALSE(checked.secure);
  EXPECT_EQ(checked.steps, 0u);
  EXPECT_EQ(checked.failure.fault, Fault::too_much_work);
}

TEST_F(SignatureWork, keys_of_one_tag_and_other_algorithms_do_not_count_together) {
  std::vector<ZoneKeyPtr> keys{key_.zone_key()};
  for (const std::uint8_t algorithm : std::initializer_list<std::uint8_t>{8, 13, 16}) {
    Octets rdata{0x01, 0x01, 3, algorithm, 0, 0};
    const auto difference = static_cast<std::uint16_t>(key_.tag() - key_tag(rdata));
    wire::store_u16(&rdata[4], difference);
    if (key_tag(rdata) != key_.tag())
      wire::store_u16(&rdata[4], static_cast<std::uint16_t>(difference - 1));
    ASSERT_EQ(key_tag(rdata), key_.tag());
    keys.push_back(std::make_shared<const ZoneKey>(rdata));
  }
  EXPECT_TRUE(check(*with_signatures(*data_, {good_}), keys).secure);
}

TEST_F(SignatureWork, E10_with_a_malformed_key_fails_hard_for_that_key_alone) {
  // Of the good key's tag, and one octet too long.
  Octets malformed = key_.dnskey_rdata();
  malformed.push_back(0);
  const auto bad = std::make_shared<const ZoneKey>(malformed);
  ASSERT_EQ(bad->tag(), key_.tag());
  const auto set = with_signatures(*data_, {good_});
  const Checked alone = check(*set, std::vector<ZoneKeyPtr>{bad});
  EXPECT_FALSE(alone.secure);
  EXPECT_EQ(alone.failure.fault, Fault::dnskey_unusable);
  EXPECT_EQ(alone.failure.key_tag, key_.tag());
  EXPECT_TRUE(check(*set, std::vector<ZoneKeyPtr>{bad, key_.zone_key()}).secure);
}

TEST_F(SignatureWork, E10_with_malformed_keys_is_charged_as_failed_checks) {
  Octets malformed = key_.dnskey_rdata();
  malformed.push_back(0);
  const std::vector<ZoneKeyPtr> keys{std::make_shared<const ZoneKey>(malformed)};
  ValidationLimits limits;
  limits.failed_checks = 2;
  ValidationBudget budget(limits);
  const auto set = with_signatures(*data_, {good_});
  RRsetCheck one(*set, zone, keys, {.now = test::now}, {}, limits);
  EXPECT_EQ(test::run(one, budget).failure.fault, Fault::dnskey_unusable);
  EXPECT_EQ(budget.checks_spent(), 1u);
  EXPECT_FALSE(budget.note_failed_check(Algorithm::ed25519));
}

TEST_F(SignatureWork, stops_when_the_budget_refuses) {
  const std::vector<ZoneKeyPtr> keys{key_.zone_key()};
  ValidationLimits limits;
  limits.signature_checks = 1;
  ValidationBudget budget(limits);
  const auto set = with_wrong_before(0);
  RRsetCheck first(*set, zone, keys, {.now = test::now}, {}, limits);
  EXPECT_TRUE(test::run(first, budget).secure);
  RRsetCheck second(*set, zone, keys, {.now = test::now}, {}, limits);
  const Checked refused = test::run(second, budget);
  EXPECT_FALSE(refused.secure);
  EXPECT_EQ(refused.failure.fault, Fault::too_much_work);
  EXPECT_TRUE(budget.is_exhausted());
}

TEST_F(SignatureWork, stops_when_too_many_checks_have_failed) {
  const std::vector<ZoneKeyPtr> keys{key_.zone_key()};
  ValidationLimits limits;
  limits.failed_checks = 2;
  const Checked enough = check(*with_wrong_before(1), keys, {.limits = limits});
  EXPECT_TRUE(enough.secure);
  const Checked cut = check(*with_wrong_before(2), keys, {.limits = limits});
  EXPECT_FALSE(cut.secure);
  EXPECT_EQ(cut.steps, 2u);
  EXPECT_EQ(cut.failure.fault, Fault::too_much_work);
}

TEST_F(SignatureWork, of_hundreds_of_wrong_signatures_and_keys_is_a_few_checks) {
  std::vector<Octets> rrsigs;
  for (unsigned i = 0; i < 340; ++i) rrsigs.push_back(wrong(i));
  const auto set = with_signatures(*data_, rrsigs);
  std::vector<ZoneKeyPtr> keys;
  for (unsigned i = 0; i < 100; ++i) keys.push_back(twin(static_cast<std::uint8_t>(i)));
  EXPECT_EQ(check(*set, keys).steps, 0u);
  keys.resize(2);
  EXPECT_LE(check(*set, keys).steps, 4u);
}

TEST_F(SignatureWork, next_cost_is_that_of_the_next_key) {
  const SigningKey p384(Algorithm::ecdsa_p384, 2);
  const auto set = with_signatures(*data_, {wrong(1), rrsig_rdata(*data_, p384, {.zone = zone})});
  const std::vector<ZoneKeyPtr> keys{key_.zone_key(), p384.zone_key()};
  const ValidationLimits limits;
  ValidationBudget budget(limits);
  RRsetCheck one(*set, zone, keys, {.now = test::now}, {}, limits);
  EXPECT_EQ(one.next_cost(), cost_microseconds(Algorithm::ed25519));
  one.step(budget);
  EXPECT_EQ(one.state(), RRsetCheck::State::pending);
  EXPECT_EQ(one.next_cost(), cost_microseconds(Algorithm::ecdsa_p384));
  one.step(budget);
  EXPECT_EQ(one.state(), RRsetCheck::State::secure);
  EXPECT_EQ(one.next_cost(), 0u);
  one.step(budget);
  EXPECT_EQ(budget.checks_spent(), 2u);
}

TEST_F(SignatureWork, of_a_set_that_is_too_large_is_too_much) {
  wire::RRsetBuilder builder(name("www.example.com."), wire::RrType{65280});
  for (std::uint8_t n = 0; n < 3; ++n) builder.add(Octets(60'000, n), 300);
  const auto set = with_signatures(
      *builder.build(),
      {rrsig_rdata(*data_, key_, {.zone = zone, .type_covered = {wire::RrType{65280}}})});
  EXPECT_EQ(check(*set, std::vector{key_.zone_key()}).failure.fault, Fault::too_much_work);
}

}  // namespace
}  // namespace godwit::dnssec
