// A variant that weighs what is known of an entry: of sixteen entries taken at random it evicts the
// one whose expected use is least. Expected use is the rate that it was asked at since it came
// (asks / time in the cache), times the time that it stays fresh or a horizon if that is shorter,
// times the cost to fetch it again, by octet. The horizon is how long an entry lives here on the
// average, as nobody knows what comes after that.
#include <algorithm>

#include "bench/hit_rate/policies.h"
#include "bench/hit_rate/sketch.h"

namespace godwit::bench {
namespace {

constexpr std::size_t sampled = 16;
constexpr std::uint32_t nowhere = 0xffffffff;

struct Entry {
  std::uint64_t expires_ms = 0;
  std::uint64_t came_ms = 0;
  std::uint32_t place = nowhere;  // in cached_
  std::uint32_t octets = 0;
  std::uint32_t cost_ms = 0;
  float asks = 0;
};

class TtlCost : public Policy {
 public:
  TtlCost(const CacheSize& size, bool weigh_cost)
      : capacity_(size.octets), weigh_cost_(weigh_cost), entries_(size.keys) {}

  bool ask(const Asked& asked) override {
    Entry& entry = entries_[asked.key];
    if (entry.place != nowhere) {
      entry.asks += 1;
      if (asked.now_ms < entry.expires_ms) return true;
      entry.expires_ms = asked.now_ms + asked.ttl_ms;
      return false;
    }
    if (asked.octets > capacity_) return false;
    while (used_ + asked.octets > capacity_) evict(asked.now_ms);
    entry = {asked.now_ms + asked.ttl_ms,
             asked.now_ms,
             static_cast<std::uint32_t>(cached_.size()),
             asked.octets,
             asked.cost_ms,
             1};
    cached_.push_back(asked.key);
    used_ += asked.octets;
    return false;
  }

 private:
  [[nodiscard]] double worth(const Entry& entry, std::uint64_t now_ms) const {
    if (entry.expires_ms <= now_ms) return -1;
    const double age = static_cast<double>(now_ms - entry.came_ms) + 1;
    const double left = std::min(static_cast<double>(entry.expires_ms - now_ms), life_ms_ + 1);
    const double cost = weigh_cost_ ? entry.cost_ms : 1;
    return entry.asks / age * left * cost / entry.octets;
  }

  void evict(std::uint64_t now_ms) {
    std::size_t worst = 0;
    double worst_worth = 0;
    for (std::size_t i = 0; i < sampled; ++i) {
      const std::size_t place = mixed(++draws_) % cached_.size();
      const double value = worth(entries_[cached_[place]], now_ms);
      if (i == 0 || value < worst_worth) {
        worst = place;
        worst_worth = value;
      }
    }
    Entry& gone = entries_[cached_[worst]];
    life_ms_ += (static_cast<double>(now_ms - gone.came_ms) - life_ms_) / 1024;
    used_ -= gone.octets;
    gone.place = nowhere;
    cached_[worst] = cached_.back();
    cached_.pop_back();
    if (worst < cached_.size()) {
      entries_[cached_[worst]].place = static_cast<std::uint32_t>(worst);
    }
  }

  std::uint64_t capacity_;
  bool weigh_cost_;
  std::vector<Entry> entries_;
  std::vector<Key> cached_;
  std::uint64_t used_ = 0;
  std::uint64_t draws_ = 0;
  double life_ms_ = 0;
};

}  // namespace

std::unique_ptr<Policy> make_ttl(const CacheSize& size) {
  return std::make_unique<TtlCost>(size, false);
}

std::unique_ptr<Policy> make_ttl_cost(const CacheSize& size) {
  return std::make_unique<TtlCost>(size, true);
}

}  // namespace godwit::bench
