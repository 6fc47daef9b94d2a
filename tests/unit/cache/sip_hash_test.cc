// SipHash against published vectors, another implementation, and chance.
#include "cache/sip_hash.h"

#include <gtest/gtest.h>
#include <sodium/crypto_shorthash.h>

#include <algorithm>
#include <vector>

#include "cache/cache_key.h"
#include "tests/unit/cache/support.h"
#include "wire/name.h"

namespace godwit::cache {
namespace {

constexpr TableHash::Secret counted_secret{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};

std::vector<std::uint8_t> octets_counting(std::size_t size) {
  std::vector<std::uint8_t> octets(size);
  for (std::size_t i = 0; i < size; ++i) octets[i] = static_cast<std::uint8_t>(i);
  return octets;
}

struct Vector {
  std::size_t size;  // of the input 00 01 02 ...
  std::uint64_t hash;
};

// The paper's appendix A has the one of 15 octets, the authors' program the others.
TEST(SipHash, gives_the_published_2_4) {
  const SipHash<2, 4> hash(counted_secret);
  for (const auto& [size, wanted] : {Vector{0, 0x726fdb47dd0e0e31}, Vector{1, 0x74f839c593dc67fd},
                                     Vector{15, 0xa129ca6149be45e5}})
    EXPECT_EQ(hash.of(octets_counting(size)), wanted) << size;
}

// The one of no octets is in the tests of the Rust library; all are OpenSSL's with c-rounds 1 and
// d-rounds 3.
TEST(SipHash, gives_the_known_1_3) {
  const TableHash hash(counted_secret);
  for (const auto& [size, wanted] :
       {Vector{0, 0xabac0158050fc4dc}, Vector{1, 0xc9f49bf37d57ca93}, Vector{3, 0x8bf80ab8e7ddf7fb},
        Vector{4, 0xcf75576088d38328}, Vector{7, 0xd3927d989bb11140}, Vector{8, 0x369095118d299a8e},
        Vector{15, 0xd320d86d2a519956}, Vector{16, 0xcc4fdd1a7d908b66},
        Vector{24, 0xf464aeb267349c8c}, Vector{63, 0x9d199062b7bbb3a8}})
    EXPECT_EQ(hash.of(octets_counting(size)), wanted) << size;
}

TEST(SipHash, agrees_with_libsodium_on_every_size) {
  const SipHash<2, 4> hash(counted_secret);
  for (std::size_t size = 0; size <= 300; ++size) {
    const std::vector<std::uint8_t> octets = octets_counting(size);
    std::uint64_t theirs = 0;
    crypto_shorthash_siphash24(reinterpret_cast<unsigned char*>(&theirs), octets.data(), size,
                               counted_secret.data());
    EXPECT_EQ(hash.of(octets), load_little(reinterpret_cast<const std::uint8_t*>(&theirs))) << size;
  }
}

TEST(SipHash, changes_every_word_alike) {
  const TableHash hash(counted_secret);
  for (std::size_t size = 0; size <= 300; ++size) {
    const std::vector<std::uint8_t> octets = octets_counting(size);
    std::vector<std::uint8_t> lower = octets;
    for (std::uint8_t& octet : lower) octet = wire::ascii_lower(octet);
    EXPECT_EQ(hash.of(octets, wire::lower_word), hash.of(lower)) << size;
  }
}

TEST(SipHash, tells_inputs_behind_different_words_apart) {
  const TableHash hash(counted_secret);
  const auto same = [](std::uint64_t word) { return word; };
  const std::vector<std::uint8_t> octets = octets_counting(21);
  EXPECT_EQ(hash.of(1, octets, same), hash.of(1, octets, same));
  EXPECT_NE(hash.of(1, octets, same), hash.of(2, octets, same));
  EXPECT_NE(hash.of(1, octets, same), hash.of(octets));
}

// Names as a resolver has them, of which hashes that differ in no bit's favour fill buckets as
// chance would: the sum of squares is that of a Poisson distribution, within five deviations.
template <class Hash>
double chi_square(const Hash& hash, unsigned shift) {
  constexpr std::size_t names = 1 << 16, buckets = 1 << 12;
  std::vector<unsigned> filled(buckets);
  for (std::size_t i = 0; i < names; ++i) {
    const wire::Name name = testing::name("h" + std::to_string(i) + ".example.net");
    ++filled[hash(name.wire()) >> shift & (buckets - 1)];
  }
  const double mean = double{names} / buckets;
  double sum = 0;
  for (const unsigned count : filled) sum += (count - mean) * (count - mean) / mean;
  return sum;
}

TEST(SipHash, spreads_names_as_evenly_with_fewer_rounds) {
  const TableHash few(counted_secret);
  const SipHash<2, 4> many(counted_secret);
  constexpr double expected = 4095, deviation = 90.5;
  for (const unsigned shift : {0u, 6u, 32u, 52u}) {
    const double of_few = chi_square([&](wire::Bytes b) { return few.of(b); }, shift);
    const double of_many = chi_square([&](wire::Bytes b) { return many.of(b); }, shift);
    EXPECT_NEAR(of_few, expected, 5 * deviation) << shift;
    EXPECT_NEAR(of_many, expected, 5 * deviation) << shift;
  }
}

}  // namespace
}  // namespace godwit::cache
