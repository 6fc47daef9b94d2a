#include "dnssec/validation_budget.h"

#include <gtest/gtest.h>

namespace godwit::dnssec {
namespace {

constexpr auto p256 = Algorithm::ecdsa_p256;

TEST(ValidationBudget, has_so_many_checks_and_no_more) {
  ValidationLimits limits;
  limits.signature_checks = 3;
  ValidationBudget budget(limits);
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(budget.spend_check(p256));
  EXPECT_FALSE(budget.is_exhausted());
  EXPECT_FALSE(budget.spend_check(p256));
  EXPECT_TRUE(budget.is_exhausted());
  EXPECT_EQ(budget.checks_spent(), 3u);
}

TEST(ValidationBudget, is_spent_by_what_checks_cost) {
  const std::uint32_t cost = cost_microseconds(Algorithm::ecdsa_p384);
  ValidationLimits limits;
  limits.signature_microseconds = 2 * cost;
  ValidationBudget budget(limits);
  EXPECT_TRUE(budget.spend_check(Algorithm::ecdsa_p384));
  EXPECT_TRUE(budget.spend_check(Algorithm::ecdsa_p384));
  EXPECT_EQ(budget.microseconds_spent(), 2 * cost);
  EXPECT_FALSE(budget.spend_check(p256));
  EXPECT_EQ(budget.microseconds_spent(), 2 * cost);

  limits.signature_microseconds = 2 * cost - 1;
  ValidationBudget less(limits);
  EXPECT_TRUE(less.spend_check(Algorithm::ecdsa_p384));
  EXPECT_FALSE(less.spend_check(Algorithm::ecdsa_p384));
}

TEST(ValidationBudget, ends_with_too_many_failed_checks) {
  ValidationLimits limits;
  limits.failed_checks = 2;
  ValidationBudget budget(limits);
  EXPECT_TRUE(budget.spend_check(p256));
  EXPECT_TRUE(budget.note_failed_check(p256));
  EXPECT_TRUE(budget.spend_check(p256));
  EXPECT_FALSE(budget.note_failed_check(p256));
  EXPECT_FALSE(budget.is_exhausted());
  EXPECT_FALSE(budget.spend_check(p256));
  EXPECT_TRUE(budget.is_exhausted());
}

TEST(ValidationBudget, ends_with_failed_checks_that_cost_too_much) {
  ValidationLimits limits;
  limits.failed_checks = 100;
  limits.failed_microseconds = 2 * cost_microseconds(p256);
  ValidationBudget budget(limits);
  EXPECT_TRUE(budget.note_failed_check(p256));
  EXPECT_FALSE(budget.note_failed_check(p256));
  EXPECT_FALSE(budget.spend_check(p256));

  ++limits.failed_microseconds;
  ValidationBudget more(limits);
  EXPECT_TRUE(more.note_failed_check(p256));
  EXPECT_TRUE(more.note_failed_check(p256));
  EXPECT_TRUE(more.spend_check(p256));
}

TEST(ValidationBudget, has_so_many_blocks_to_hash_and_no_more) {
  ValidationLimits limits;
  limits.nsec3_hash_blocks = 10;
  ValidationBudget budget(limits);
  EXPECT_TRUE(budget.spend_hash_blocks(9));
  EXPECT_FALSE(budget.spend_hash_blocks(2));
  EXPECT_TRUE(budget.is_exhausted());
  EXPECT_TRUE(budget.spend_hash_blocks(1));
  EXPECT_FALSE(budget.spend_hash_blocks(1));
  EXPECT_EQ(budget.hash_blocks_spent(), 10u);
}

TEST(ValidationBudget, refuses_what_would_overflow) {
  const ValidationLimits limits;
  ValidationBudget budget(limits);
  EXPECT_TRUE(budget.spend_hash_blocks(1));
  EXPECT_FALSE(budget.spend_hash_blocks(~std::uint64_t{0}));
  EXPECT_EQ(budget.hash_blocks_spent(), 1u);
}

// A question of the costliest kind stays within what one may cost.
TEST(ValidationBudget, bounds_each_algorithm_by_its_cost) {
  for (int n = 0; n < 256; ++n) {
    const Algorithm algorithm{static_cast<std::uint8_t>(n)};
    const ValidationLimits limits;
    ValidationBudget budget(limits);
    while (budget.spend_check(algorithm)) {
    }
    EXPECT_LE(budget.microseconds_spent(), limits.signature_microseconds);
    EXPECT_LE(budget.checks_spent(), limits.signature_checks);
  }
}

}  // namespace
}  // namespace godwit::dnssec
