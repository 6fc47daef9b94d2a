#include "dnssec/algorithms.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace godwit::dnssec {
namespace {

std::set<int> supported_with(const AlgorithmPolicy& policy) {
  std::set<int> numbers;
  for (int n = 0; n < 256; ++n)
    if (is_supported(Algorithm{static_cast<std::uint8_t>(n)}, policy)) numbers.insert(n);
  return numbers;
}

TEST(Algorithms, that_are_validated) {
  EXPECT_EQ(supported_with({}), (std::set<int>{5, 7, 8, 10, 13, 14, 15, 16}));
}

TEST(Algorithms, with_sha1_can_be_turned_off) {
  EXPECT_EQ(supported_with({.sha1_signatures = false, .rsa = {}}),
            (std::set<int>{8, 10, 13, 14, 15, 16}));
}

TEST(Algorithms, of_digests_that_are_taken) {
  std::set<int> numbers;
  for (int n = 0; n < 256; ++n)
    if (is_supported(Digest{static_cast<std::uint8_t>(n)})) numbers.insert(n);
  EXPECT_EQ(numbers, (std::set<int>{1, 2, 4}));
}

TEST(Algorithms, all_cost_something) {
  for (int n = 0; n < 256; ++n)
    EXPECT_GE(cost_microseconds(Algorithm{static_cast<std::uint8_t>(n)}), 50u);
  EXPECT_GT(cost_microseconds(Algorithm::ecdsa_p384), cost_microseconds(Algorithm::ed448));
  EXPECT_GT(cost_microseconds(Algorithm::ed448), cost_microseconds(Algorithm::ecdsa_p256));
}

TEST(Algorithms, have_the_mnemonics_of_iana) {
  EXPECT_EQ(to_text(Algorithm::ecdsa_p256), "ECDSAP256SHA256");
  EXPECT_EQ(to_text(Algorithm{200}), "unknown");
  std::set<std::string> texts;
  for (const int n : {1, 3, 5, 6, 7, 8, 10, 12, 13, 14, 15, 16})
    texts.insert(std::string(to_text(Algorithm{static_cast<std::uint8_t>(n)})));
  EXPECT_EQ(texts.size(), 12u);
  EXPECT_FALSE(texts.contains("unknown"));
}

}  // namespace
}  // namespace godwit::dnssec
