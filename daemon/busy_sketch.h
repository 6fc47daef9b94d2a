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
    BusyFigures figures;  // since it came in: too low, if anything
  };

  BusySketch() {
    rows_.reserve(rows_max);
    first_of_.fill(no_row);
  }

  // Cost: a look at a few hashes, and for a new thing at a few weights, mostly; no heap.
  void add(std::uint64_t hash, const Key& key, double weight, const BusyFigures& figures) {
    const std::size_t row = row_of(hash, key);
    weights_[row] += weight;
    rows_[row].figures += figures;
  }
  void scale(double factor) noexcept {
    for (double& weight : weights_) weight *= factor;
    least_ *= factor;
    for (Row& row : rows_) row.figures *= factor;
  }
  [[nodiscard]] std::span<const Row> rows() const noexcept { return rows_; }
  // What a row is ranked by; too high by what the row had before, at most.
  [[nodiscard]] double weight(std::size_t row) const noexcept { return weights_[row]; }

 private:
  std::size_t row_of(std::uint64_t hash, const Key& key) {
    for (std::uint16_t i = first_of(hash); i != no_row; i = next_[i])
      if (hashes_[i] == hash && rows_[i].key == key) return i;
    if (rows_.size() < rows_max) {
      rows_.push_back({key, {}});
      return enter(rows_.size() - 1, hash);
    }
    const std::size_t least = least_row();
    leave(least);
    // Its weight stays, so that a newcomer goes not before those that are certain.
    rows_[least] = {key, {}};
    return enter(least, hash);
  }

  // Rows whose hashes end alike are a list.
  [[nodiscard]] std::uint16_t& first_of(std::uint64_t hash) noexcept {
    return first_of_[hash % rows_max];
  }
  std::size_t enter(std::size_t row, std::uint64_t hash) noexcept {
    hashes_[row] = hash;
    next_[row] = first_of(hash);
    first_of(hash) = static_cast<std::uint16_t>(row);
    return row;
  }
  void leave(std::size_t row) noexcept {
    std::uint16_t* at = &first_of(hashes_[row]);
    while (*at != row) at = &next_[*at];
    *at = next_[row];
  }

  // Of those with the least weight in turn: weights only grow, so that one that has what was the
  // least is the least.
  std::size_t least_row() noexcept {
    for (std::size_t i = 0; i < rows_max; ++i, turn_ = (turn_ + 1) % rows_max)
      if (weights_[turn_] <= least_) return turn_;
    const auto least = std::ranges::min_element(weights_);
    least_ = *least;
    turn_ = static_cast<std::size_t>(least - weights_.begin());
    return turn_;
  }

  static constexpr std::uint16_t no_row = 0xffff;
  std::array<std::uint16_t, rows_max> first_of_{}, next_{};
  // Apart from the rows, which are large.
  std::array<std::uint64_t, rows_max> hashes_{};
  std::array<double, rows_max> weights_{};
  double least_ = 0;      // no weight is less
  std::size_t turn_ = 0;  // where a row of that weight is looked for first
  std::vector<Row> rows_;
};

}  // namespace godwit::daemon
