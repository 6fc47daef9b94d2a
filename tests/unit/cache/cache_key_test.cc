#include "cache/cache_key.h"

#include <gtest/gtest.h>

#include <random>
#include <set>

#include "tests/unit/cache/support.h"

namespace godwit::cache {
namespace {

using testing::name;
using wire::RrType;

TEST(KeyedHash, shows_others_siphash_2_4_alone) {
  KeyedHash::Secret secret;
  for (std::size_t i = 0; i < secret.size(); ++i) secret[i] = static_cast<std::uint8_t>(i);
  std::array<std::uint8_t, 15> input;
  for (std::size_t i = 0; i < input.size(); ++i) input[i] = static_cast<std::uint8_t>(i);
  EXPECT_EQ(KeyedHash(secret).tag(input), 0xa129ca6149be45e5u);
  EXPECT_EQ(KeyedHash(secret).bytes(input), TableHash(secret).of(input));
  EXPECT_NE(KeyedHash(secret).tag(input), KeyedHash(secret).bytes(input));
}

TEST(KeyedHash, ignores_case_of_ascii_letters_alone) {
  const KeyedHash hash = testing::test_hash();
  EXPECT_EQ(hash(name("WwW.ExAmPlE.tEsT"), RrType::a), hash(name("www.example.test"), RrType::a));
  EXPECT_EQ(hash.owner(name("AZ").wire()), hash.owner(name("az").wire()));
  std::set<std::uint64_t> different;
  for (int octet = 0; octet < 256; ++octet) {
    const std::array<std::uint8_t, 3> wire{1, static_cast<std::uint8_t>(octet), 0};
    different.insert(hash.owner(wire));
    std::array<std::uint8_t, 3> lower = wire;
    lower[1] = wire::ascii_lower(wire[1]);
    EXPECT_EQ(hash.owner(wire), hash.owner(lower)) << octet;
  }
  EXPECT_EQ(different.size(), 256u - 26u);
}

TEST(KeyedHash, lowers_names_of_every_length) {
  const KeyedHash hash = testing::test_hash();
  std::mt19937 random(1);
  for (int round = 0; round < 500; ++round) {
    std::vector<std::uint8_t> upper, lower;
    const std::size_t labels = 1 + random() % 4;
    for (std::size_t l = 0; l < labels; ++l) {
      const std::size_t size = 1 + random() % 60;
      upper.push_back(static_cast<std::uint8_t>(size));
      for (std::size_t i = 0; i < size; ++i) upper.push_back(static_cast<std::uint8_t>(random()));
    }
    upper.push_back(0);
    for (const std::uint8_t octet : upper) lower.push_back(wire::ascii_lower(octet));
    EXPECT_EQ(hash(upper, RrType::aaaa), hash(lower, RrType::aaaa));
  }
}

TEST(KeyedHash, depends_on_type_and_secret) {
  const KeyedHash hash = testing::test_hash();
  const KeyedHash other(KeyedHash::Secret{1});
  EXPECT_NE(hash(name("a.test"), RrType::a), hash(name("a.test"), RrType::aaaa));
  EXPECT_NE(hash(name("a.test"), RrType::a), other(name("a.test"), RrType::a));
  EXPECT_NE(hash.owner(name("a.test").wire()), other.owner(name("a.test").wire()));
}

TEST(KeyedHash, tells_address_families_apart) {
  const KeyedHash hash = testing::test_hash();
  EXPECT_EQ(hash(testing::v4(1)), hash(testing::v4(1)));
  EXPECT_NE(hash(testing::v4(1)), hash(testing::v4(2)));
  EXPECT_NE(hash(wire::IpAddress::v4(std::array<std::uint8_t, 4>{})),
            hash(wire::IpAddress::v6(std::array<std::uint8_t, 16>{})));
}

}  // namespace
}  // namespace godwit::cache
