// What is met most often of late, of any number of different things, in fixed memory: the
// Space-Saving sketch (Metwally, Agrawal, El Abbadi 2005), whose weights are halved at intervals.
// What is met more often than one time in rows_max is sure to be among the rows. No clock, no lock,
// one thread.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace godwit::daemon {

// Halved with time, therefore no whole numbers.
struct BusyFigures {
  double questions = 0;
  double failures = 0;
  double milliseconds = 0;  // of all the questions together

  BusyFigures& operator+=(const BusyFigures& more) noexcept {
    questions += more.questions;
    failures += more.failures;
    milliseconds += more.milliseconds;
    return *this;
  }
  BusyFigures& operator*=(double factor) noexcept {
    questions *= factor;
    failures *= factor;
    milliseconds *= factor;
    return *this;
  }
};

template <class Key>
class BusySketch {
 public:
  static constexpr std::size_t rows_max = 256;
  struct Row {
    Key key{};
    double weight = 0;    // what it is ranked by; too high by what the row had before, at most
    BusyFigures figures;  // since it came in: too low, if anything
  };

  BusySketch() { rows_.reserve(rows_max); }

  // Cost: a pass over the hashes, for a new thing over the rows, too; no heap.
  void add(std::uint64_t hash, const Key& key, double weight, const BusyFigures& figures) {
    Row& row = row_of(hash, key);
    row.weight += weight;
    row.figures += figures;
  }
  void scale(double factor) noexcept {
    for (Row& row : rows_) {
      row.weight *= factor;
      row.figures *= factor;
    }
  }
  [[nodiscard]] std::span<const Row> rows() const noexcept { return rows_; }

 private:
  Row& row_of(std::uint64_t hash, const Key& key) {
    for (std::size_t i = 0; i < rows_.size(); ++i)
      if (hashes_[i] == hash && rows_[i].key == key) return rows_[i];
    if (rows_.size() < rows_max) {
      hashes_[rows_.size()] = hash;
      rows_.push_back({key, 0, {}});
      return rows_.back();
    }
    const auto least = std::ranges::min_element(rows_, {}, &Row::weight);
    hashes_[static_cast<std::size_t>(least - rows_.begin())] = hash;
    // Its weight stays, so that a newcomer goes not before those that are certain.
    least->key = key;
    least->figures = {};
    return *least;
  }

  std::array<std::uint64_t, rows_max> hashes_{};
  std::vector<Row> rows_;
};

}  // namespace godwit::daemon
