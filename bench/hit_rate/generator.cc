#include "bench/hit_rate/generator.h"

#include <algorithm>
#include <cmath>

#include "bench/hit_rate/draws.h"

namespace godwit::bench {
namespace {

constexpr std::uint32_t outlives_all_s = 100 * 365 * 86'400U;
constexpr std::uint32_t flood_ttl_s = 86'400;  // the attacker's zone says so

class Generator {
 public:
  explicit Generator(const GeneratorOptions& options) : options_(options), random_(options.seed) {}

  Trace run() {
    make_names();
    for (std::uint32_t i = 0; i < options_.queries; ++i) {
      counted_ = i >= options_.warm * options_.queries;
      now_ms_ += -std::log(1 - random_.unit()) * 1000 / options_.rate;
      move_names(i);
      if (random_.unit() < options_.scan) {
        ask(new_key(draw_ttl()), counted_);
      } else {
        ask(popular(), counted_);
      }
      attack();
    }
    return std::move(trace_);
  }

 private:
  void make_names() {
    double sum = 0;
    sums_.reserve(options_.names);
    for (std::uint32_t i = 1; i <= options_.names; ++i) {
      sum += std::pow(i, -options_.zipf);
      sums_.push_back(sum);
      const Key key = new_key(draw_ttl());
      trace_.keys[key].rate = std::pow(i, -options_.zipf);
      places_.push_back(key);
    }
    const double share = options_.drift > 0 ? 0 : options_.rate * (1 - options_.scan) / sum;
    for (KeyFacts& key : trace_.keys) key.rate *= share;
  }

  std::uint32_t draw_ttl() {
    return options_.ttl == TtlDraw::none ? outlives_all_s : draw_ttl_s(random_);
  }

  Key new_key(std::uint32_t ttl_s) {
    const std::uint32_t octets = draw_octets(random_);
    trace_.keys.push_back({octets, draw_cost_ms(random_), 0});
    ttls_.push_back(ttl_s);
    return static_cast<Key>(trace_.keys.size() - 1);
  }

  Key popular() {
    const double at = random_.unit() * sums_.back();
    const auto place = std::upper_bound(sums_.begin(), sums_.end(), at) - sums_.begin();
    return places_[std::min(static_cast<std::size_t>(place), places_.size() - 1)];
  }

  // Two names change places, as often as it takes for the share that is to have moved by the end.
  void move_names(std::uint32_t query) {
    const double due = options_.drift * options_.names / 2 * query / options_.queries;
    for (; moved_ < due; ++moved_) {
      const std::uint32_t one = random_.below(options_.names);
      const std::uint32_t other = random_.below(options_.names);
      std::swap(places_[one], places_[other]);
    }
  }

  // Begins when the cache is warm.
  void attack() {
    if (!counted_) return;
    for (flood_due_ += options_.flood; flood_due_ >= 1; flood_due_ -= 1) {
      const std::uint32_t batch = options_.flood_repeat;
      const std::uint32_t turn = flooded_ / batch % options_.flood_asks;
      if (turn == 0) {
        if (flooded_ % batch == 0) flood_names_.clear();
        flood_names_.push_back(new_key(flood_ttl_s));
      }
      ask(flood_names_[flooded_ % batch], false);
      ++flooded_;
    }
  }

  void ask(Key key, bool counted) {
    trace_.requests.push_back({static_cast<std::uint64_t>(now_ms_), key, ttls_[key], counted});
  }

  GeneratorOptions options_;
  Random random_;
  Trace trace_;
  double now_ms_ = 0;
  bool counted_ = false;
  std::vector<double> sums_;
  std::vector<Key> places_;          // by rank
  std::vector<std::uint32_t> ttls_;  // by key
  double moved_ = 0;
  double flood_due_ = 0;
  std::uint32_t flooded_ = 0;
  std::vector<Key> flood_names_;
};

}  // namespace

Trace generate(const GeneratorOptions& options) {
  return Generator(options).run();
}

}  // namespace godwit::bench
