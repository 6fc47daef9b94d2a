#include "bench/hit_rate/table.h"

#include <algorithm>
#include <array>
#include <cstdio>

namespace godwit::bench {
namespace {

std::string percent(double share) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.1f", 100 * share);
  return text.data();
}

std::string cell(const Tally& tally, const Tally* optimum, Measure measure) {
  const double share = measured(tally, measure);
  std::string text = " " + percent(share);
  if (optimum != nullptr) {
    text += " (" + percent(share - measured(*optimum, measure)) + ")";
  }
  return text + " |";
}

struct Sum {
  double total = 0;
  double distance = 0;
  double distance_max = 0;
  double to_rates = 0;
  std::size_t with_rates = 0;
  std::size_t below_lru = 0;
  std::size_t count = 0;
};

void add(Sum& sum, const Result& result, const Row& row, Measure measure) {
  const Row* optimum = find_row(result, optimum_row);
  const Row* rates = find_row(result, rates_row);
  const Row* lru = find_row(result, "lru");
  for (std::size_t i = 0; i < row.by_size.size(); ++i) {
    const double share = measured(row.by_size[i], measure);
    const double distance = measured(optimum->by_size[i], measure) - share;
    ++sum.count;
    sum.total += share;
    sum.distance += distance;
    sum.distance_max = std::max(sum.distance_max, distance);
    if (rates != nullptr) {
      sum.to_rates += measured(rates->by_size[i], measure) - share;
      ++sum.with_rates;
    }
    if (lru != nullptr && share < measured(lru->by_size[i], measure)) ++sum.below_lru;
  }
}

}  // namespace

double measured(const Tally& tally, Measure measure) {
  if (measure == Measure::hits) return tally.ratio();
  if (tally.cost_asked_ms == 0) return 0;
  return static_cast<double>(tally.cost_saved_ms) / static_cast<double>(tally.cost_asked_ms);
}

std::string size_text(std::uint64_t octets) {
  constexpr std::uint64_t kib = 1024;
  if (octets % (kib * kib) == 0) return std::to_string(octets / (kib * kib)) + " MiB";
  if (octets % kib == 0) return std::to_string(octets / kib) + " KiB";
  return std::to_string(octets);
}

std::string table_of(const Result& result, Measure measure) {
  std::string text = "### " + result.title + "\n\n| |";
  for (const std::uint64_t size : result.sizes) text += " " + size_text(size) + " |";
  text += "\n|---|";
  for (std::size_t i = 0; i < result.sizes.size(); ++i) text += "---|";
  text += "\n";
  const Row* optimum = find_row(result, optimum_row);
  for (const Row& row : result.rows) {
    text += "| " + row.name + " |";
    for (std::size_t i = 0; i < row.by_size.size(); ++i) {
      text += cell(row.by_size[i], row.is_policy ? &optimum->by_size[i] : nullptr, measure);
    }
    text += "\n";
  }
  return text + "\n";
}

std::string summary_of(std::span<const Result> results, Measure measure) {
  if (results.size() < 2) return {};
  std::string text =
      "### All of them\n\n| | mean | points below the optimum | at most | points below known rates "
      "| below LRU |\n|---|---|---|---|---|---|\n";
  for (const Row& first : results.front().rows) {
    if (!first.is_policy) continue;
    Sum sum;
    for (const Result& result : results) {
      const Row* row = find_row(result, first.name);
      if (row != nullptr) add(sum, result, *row, measure);
    }
    const auto count = static_cast<double>(std::max<std::size_t>(sum.count, 1));
    const auto with_rates = static_cast<double>(std::max<std::size_t>(sum.with_rates, 1));
    text += "| " + first.name + " | " + percent(sum.total / count) + " | " +
            percent(sum.distance / count) + " | " + percent(sum.distance_max) + " | " +
            percent(sum.to_rates / with_rates) + " | " + std::to_string(sum.below_lru) + " of " +
            std::to_string(sum.count) + " |\n";
  }
  return text + "\n";
}

}  // namespace godwit::bench
