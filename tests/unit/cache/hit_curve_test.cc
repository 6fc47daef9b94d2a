#include "cache/hit_curve.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <list>
#include <random>
#include <unordered_map>

namespace godwit::cache {
namespace {

// As the least recently used goes in textbooks, of all questions.
class Exact {
 public:
  explicit Exact(double octets_max) : octets_max_(octets_max) {}
  bool use(const ShadowUse& what) {
    const auto found = entries_.find(what.key);
    bool is_hit = false;
    std::uint32_t expires = what.at + what.ttl;
    if (found != entries_.end()) {
      is_hit = found->second->expires > what.at;
      if (is_hit) expires = found->second->expires;
      octets_ -= found->second->octets;
      order_.erase(found->second);
    }
    order_.push_front({what.key, expires, static_cast<double>(what.octets)});
    entries_[what.key] = order_.begin();
    octets_ += what.octets;
    while (octets_ > octets_max_) {
      octets_ -= order_.back().octets;
      entries_.erase(order_.back().key);
      order_.pop_back();
    }
    return is_hit;
  }

 private:
  struct Entry {
    std::uint64_t key;
    std::uint32_t expires;
    double octets;
  };
  double octets_max_, octets_ = 0;
  std::list<Entry> order_;
  std::unordered_map<std::uint64_t, std::list<Entry>::iterator> entries_;
};

std::uint64_t mixed(std::uint64_t word) {
  word += 0x9e3779b97f4a7c15;
  word = (word ^ (word >> 30)) * 0xbf58476d1ce4e5b9;
  word = (word ^ (word >> 27)) * 0x94d049bb133111eb;
  return word ^ (word >> 31);
}

// Questions for names whose popularity follows Zipf's law, with TTLs from ten seconds to a day and
// sizes of their own, 500 a second.
struct Trace {
  Trace(std::uint64_t seed, double skew, std::uint32_t names, std::uint32_t questions) {
    std::vector<double> up_to;
    double sum = 0;
    for (std::uint32_t i = 1; i <= names; ++i) up_to.push_back(sum += std::pow(i, -skew));
    std::mt19937_64 random(seed);
    for (std::uint32_t i = 0; i < questions; ++i) {
      const double drawn = static_cast<double>(random() >> 11) * 0x1.0p-53 * sum;
      const auto name =
          static_cast<std::uint64_t>(std::ranges::lower_bound(up_to, drawn) - up_to.begin());
      ShadowUse use;
      use.key = mixed(name ^ seed << 40);
      use.at = i / 500;
      use.ttl = 10u << (use.key >> 40) % 14;
      use.octets = 60 + static_cast<std::uint32_t>((use.key >> 50) % 200);
      uses.push_back(use);
    }
  }
  std::vector<ShadowUse> uses;
};

class HitCurveOfZipf : public ::testing::TestWithParam<std::uint64_t> {};

TEST_P(HitCurveOfZipf, is_within_two_points_of_all_sizes_simulated_in_full) {
  constexpr double octets = 1'500'000;  // a quarter holds some 2300 names, four times all of them
  constexpr std::size_t period = 500;
  const double skew = GetParam() % 2 == 0 ? 0.9 : 1.0;
  const Trace trace(GetParam(), skew, 100'000, 200'000);
  HitCurve curve(octets);
  std::vector<Exact> exact;
  for (const double size : HitCurve::sizes) exact.emplace_back(octets * size);
  std::array<double, HitCurve::sizes.size()> hits{};
  for (std::size_t i = 0; i < trace.uses.size(); ++i) {
    for (std::size_t size = 0; size < exact.size(); ++size)
      if (exact[size].use(trace.uses[i])) ++hits[size];
    curve.use(trace.uses[i]);
    // Of no time, so that what came early counts as much.
    if ((i + 1) % period == 0) curve.end_period(0, period, 0);
  }
  EXPECT_LT(curve.rate(), 0.3);  // or it would not be an estimate
  const auto ratios = curve.ratios();
  ASSERT_TRUE(ratios);
  const auto questions = static_cast<double>(trace.uses.size());
  for (std::size_t size = 0; size < exact.size(); ++size)
    EXPECT_NEAR((*ratios)[size], hits[size] / questions, 0.02) << HitCurve::sizes[size];
  EXPECT_GT(hits.back() - hits.front(), 0.05 * questions);  // or any answer would do
}

INSTANTIATE_TEST_SUITE_P(Seeds, HitCurveOfZipf, ::testing::Values(1, 2, 3, 4));

TEST(HitCurve, says_nothing_before_there_is_something_to_go_by) {
  HitCurve curve(1'000'000);
  curve.end_period(1, 0, 0);
  EXPECT_FALSE(curve.ratios());
  ShadowUse use{1, 0, 300, 0, 100};
  for (int i = 0; i < 200; ++i) curve.use(use);
  curve.end_period(1, 200, 0);
  ASSERT_TRUE(curve.ratios());
  EXPECT_NEAR((*curve.ratios())[0], 0.995, 1e-6);
}

TEST(HitCurve, takes_fewer_names_when_there_are_more_questions_than_it_may_take) {
  HitCurve curve(1e9);
  EXPECT_NEAR(curve.rate(), 1, 1e-6);
  for (std::uint64_t i = 0; i <= HitCurve::uses_per_second_max; ++i)
    curve.use({mixed(i), 0, 300, 0, 100});
  curve.end_period(1, HitCurve::uses_per_second_max + 1, 0);
  EXPECT_NEAR(curve.rate(), 0.5, 1e-6);
  curve.end_period(8, 0, 7 * HitCurve::uses_per_second_max);
  EXPECT_NEAR(curve.rate(), 0.5, 1e-6);  // in eight seconds that is not too much
  for (int i = 0; i < 40; ++i) curve.end_period(1, 0, HitCurve::uses_per_second_max + 1);
  EXPECT_EQ(curve.threshold(), HitCurve::threshold_min);
}

TEST(HitCurve, forgets_what_was_long_ago) {
  HitCurve curve(1e9);
  for (std::uint64_t i = 0; i < 1000; ++i) curve.use({mixed(i), 0, 300, 0, 100});  // all misses
  curve.end_period(1, 1000, 0);
  EXPECT_NEAR((*curve.ratios())[2], 0, 1e-9);
  for (std::uint64_t i = 0; i < 1000; ++i) curve.use({mixed(i), 1, 300, 0, 100});  // all hits
  curve.end_period(HitCurve::half_life_seconds, 1000, 0);
  EXPECT_NEAR((*curve.ratios())[2], 2.0 / 3, 0.001);
}

TEST(ShadowCache, holds_no_more_octets_than_it_may) {
  ShadowCache cache(250);
  EXPECT_FALSE(cache.use({1, 0, 100, 0, 100}));
  EXPECT_FALSE(cache.use({2, 0, 100, 0, 100}));
  EXPECT_TRUE(cache.use({1, 1, 100, 0, 100}));
  EXPECT_FALSE(cache.use({3, 1, 100, 0, 100}));  // 2 goes
  EXPECT_EQ(cache.entries(), 2u);
  EXPECT_TRUE(cache.use({1, 2, 100, 0, 100}));
  EXPECT_FALSE(cache.use({2, 2, 100, 0, 300}));  // larger than all there is
  EXPECT_EQ(cache.entries(), 0u);
}

TEST(ShadowCache, has_no_hit_after_the_end_of_an_entry) {
  ShadowCache cache(1000);
  EXPECT_FALSE(cache.use({1, 10, 5, 0, 100}));
  EXPECT_TRUE(cache.use({1, 14, 5, 0, 100}));
  EXPECT_FALSE(cache.use({1, 15, 5, 0, 100}));  // a hit does not make it younger
  EXPECT_TRUE(cache.use({1, 19, 5, 0, 100}));
}

TEST(ShadowCache, lets_live_what_the_real_cache_has_fetched_again) {
  ShadowCache cache(1000);
  EXPECT_FALSE(cache.use({1, 0, 5, 0, 100}));
  EXPECT_TRUE(cache.use({1, 7, 5, 3, 100}));
  EXPECT_TRUE(cache.use({1, 9, 5, 0, 100}));
  EXPECT_FALSE(cache.use({1, 10, 5, 0, 100}));
}

TEST(ShadowCache, takes_over_what_was_there_before_it_began_until_it_is_full) {
  ShadowCache cache(250);
  EXPECT_TRUE(cache.use({1, 0, 100, 50, 100}));
  EXPECT_FALSE(cache.use({2, 0, 100, 0, 100}));
  EXPECT_FALSE(cache.use({3, 0, 100, 0, 100}));
  EXPECT_FALSE(cache.use({4, 0, 100, 50, 100}));
}

TEST(ShadowCache, forgets_what_leaves_the_sample) {
  ShadowCache cache(1000);
  EXPECT_FALSE(cache.use({100, 0, 100, 0, 100}));
  EXPECT_FALSE(cache.use({(std::uint64_t{7} << 32) + 99, 0, 100, 0, 100}));
  cache.keep_below(100);
  EXPECT_EQ(cache.entries(), 1u);
  EXPECT_TRUE(cache.use({(std::uint64_t{7} << 32) + 99, 0, 100, 0, 100}));
  cache.set_octets_max(99);
  EXPECT_EQ(cache.entries(), 0u);
}

}  // namespace
}  // namespace godwit::cache
