// Numbers made from an entropy source.
#include <gtest/gtest.h>

#include <deque>
#include <vector>

#include "iterator/seams.h"

namespace godwit::iterator {
namespace {

// Gives out the octets it was given, then zeros.
class ListedEntropy final : public Entropy {
 public:
  explicit ListedEntropy(std::initializer_list<int> octets) {
    for (const int octet : octets) octets_.push_back(static_cast<std::uint8_t>(octet));
  }
  void fill(wire::MutableBytes out) noexcept override {
    for (auto& octet : out) {
      ++given_;
      octet = 0;
      if (octets_.empty()) continue;
      octet = octets_.front();
      octets_.pop_front();
    }
  }
  [[nodiscard]] std::size_t given() const { return given_; }

 private:
  std::deque<std::uint8_t> octets_;
  std::size_t given_ = 0;
};

// Counts up by an odd step: every 32-bit value once in 2^32 draws, evenly spread before that.
class SteppingEntropy final : public Entropy {
 public:
  void fill(wire::MutableBytes out) noexcept override {
    value_ += 0x9e3779b9u;
    for (std::size_t i = 0; i < out.size(); ++i)
      out[i] = static_cast<std::uint8_t>(value_ >> (8 * (i % 4)));
  }

 private:
  std::uint32_t value_ = 0;
};

TEST(Entropy, numbers_are_big_endian) {
  ListedEntropy entropy{0x12, 0x34, 1, 2, 3, 4, 5, 6, 7, 8};
  EXPECT_EQ(entropy.u16(), 0x1234);
  EXPECT_EQ(entropy.u64(), 0x0102030405060708u);
}

TEST(Entropy, below_zero_and_one_is_zero_without_a_draw) {
  ListedEntropy entropy{9, 9, 9, 9};
  EXPECT_EQ(entropy.below(0), 0u);
  EXPECT_EQ(entropy.below(1), 0u);
  EXPECT_EQ(entropy.given(), 0u);
}

TEST(Entropy, a_draw_that_would_favour_small_results_is_repeated) {
  // 2^32 modulo 3 is 1: of all draws, 0 is left out.
  ListedEntropy entropy{0, 0, 0, 0, 0, 0, 0, 5};
  EXPECT_EQ(entropy.below(3), 2u);
  EXPECT_EQ(entropy.given(), 8u);
}

TEST(Entropy, the_first_draw_that_is_kept_is_the_surplus_itself) {
  ListedEntropy entropy{0, 0, 0, 1};
  EXPECT_EQ(entropy.below(3), 1u);
  EXPECT_EQ(entropy.given(), 4u);
}

TEST(Entropy, a_source_that_is_stuck_does_not_hang_the_caller) {
  ListedEntropy entropy{};
  EXPECT_LT(entropy.below(3), 3u);
}

TEST(Entropy, powers_of_two_need_one_draw) {
  ListedEntropy entropy{0, 0, 0, 0};
  EXPECT_EQ(entropy.below(1u << 31), 0u);
  EXPECT_EQ(entropy.given(), 4u);
}

TEST(Entropy, results_are_below_the_bound_and_even) {
  SteppingEntropy entropy;
  std::vector<unsigned> seen(13);
  constexpr unsigned draws = 13'000;
  for (unsigned i = 0; i < draws; ++i) ++seen.at(entropy.below(13));
  for (const unsigned count : seen) {
    EXPECT_GT(count, 900u);
    EXPECT_LT(count, 1100u);
  }
}

}  // namespace
}  // namespace godwit::iterator
