// How many questions would be answered from a smaller or larger cache: each size is simulated, with
// a sample of the names. Which names are in it a threshold for their keyed hash says, so that of a
// name all questions are (SHARDS, Waldspurger et al., FAST 2015; the simulation of small caches:
// USENIX ATC 2017). The sample has a fixed size: where there are more names, or more questions than
// may be spent on them, the threshold falls. One thread.
#pragma once

#include <array>
#include <optional>

#include "cache/shadow_cache.h"

namespace godwit::cache {

class HitCurve {
 public:
  // Of the real size.
  static constexpr std::array<double, 5> sizes = {0.25, 0.5, 1, 2, 4};
  // Names in the largest of the simulated caches, at the end of a period. All take 6 MiB then.
  static constexpr std::size_t entries_max = 16384;
  // Of the sample, in a second: some microsecond each.
  static constexpr std::size_t uses_per_second_max = 4096;
  // After so long what has been counted counts half.
  static constexpr double half_life_seconds = 1800;
  // One name in a million is in the smallest sample.
  static constexpr std::uint32_t threshold_min = 4096;
  // Before that many questions there is nothing to go by.
  static constexpr double uses_min = 100;

  // `octets`: of the real cache, for what questions ask.
  explicit HitCurve(double octets);

  // The low half of a key is in the sample if it is less than this.
  [[nodiscard]] std::uint32_t threshold() const noexcept { return threshold_; }
  // A question of the sample; others are passed over.
  void use(const ShadowUse& what);
  // At the end of a period, in seconds, in which so many questions came, of the sample or not, and
  // so many of the sample are `lost`: makes the sample smaller where it is too large.
  void end_period(double seconds, std::uint64_t questions, std::uint64_t lost);
  // The part of the questions that each size would have answered; nothing: too few have come.
  [[nodiscard]] std::optional<std::array<double, sizes.size()>> ratios() const noexcept;
  // The part of all names that is in the sample.
  [[nodiscard]] double rate() const noexcept;

 private:
  void make_sample_smaller();
  double octets_;
  std::uint32_t threshold_ = UINT32_MAX;
  std::array<ShadowCache, sizes.size()> caches_;
  std::array<double, sizes.size()> hits_{};          // all in questions, of the sample or not
  std::array<std::uint64_t, sizes.size()> found_{};  // in this period, of the sample
  std::uint64_t used_ = 0;                           // likewise
  double questions_ = 0;
};

}  // namespace godwit::cache
