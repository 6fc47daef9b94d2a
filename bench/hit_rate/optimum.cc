#include "bench/hit_rate/optimum.h"

#include <algorithm>
#include <limits>
#include <queue>
#include <set>
#include <vector>

namespace godwit::bench {
namespace {

using Index = std::uint32_t;
constexpr Index never = std::numeric_limits<Index>::max();

// For each request the number of the next one for the same key.
std::vector<Index> next_requests(const Trace& trace) {
  std::vector<Index> next(trace.requests.size(), never);
  std::vector<Index> last(trace.keys.size(), never);
  for (std::size_t i = trace.requests.size(); i-- > 0;) {
    const Key key = trace.requests[i].key;
    next[i] = last[key];
    last[key] = static_cast<Index>(i);
  }
  return next;
}

std::uint64_t expiry(const Request& request) {
  return request.at_ms + std::uint64_t{request.ttl_s} * 1000;
}

class FurthestFirst {
 public:
  FurthestFirst(const Trace& trace, const std::vector<Index>& next, std::uint64_t octets)
      : trace_(trace), next_(next), capacity_(octets), cached_(trace.keys.size()) {}

  Tally run() {
    Tally tally;
    for (Index i = 0; i < trace_.requests.size(); ++i) {
      const Request& request = trace_.requests[i];
      tally.count(request, trace_.keys[request.key], ask(i, request));
    }
    return tally;
  }

 private:
  struct Entry {
    std::uint64_t expires_ms = 0;
    Index next = never;
    bool here = false;
  };
  using Candidate = std::pair<Index, Key>;  // the key's next request

  bool ask(Index i, const Request& request) {
    Entry& entry = cached_[request.key];
    const bool hit = entry.here && request.at_ms < entry.expires_ms;
    if (entry.here) drop(request.key);
    if (!hit) entry.expires_ms = expiry(request);
    entry.next = next_[i];
    const bool useful = entry.next != never && trace_.requests[entry.next].at_ms < entry.expires_ms;
    if (useful) admit(request.key);
    return hit;
  }

  void drop(Key key) {
    cached_[key].here = false;
    used_ -= trace_.keys[key].octets;
  }

  void admit(Key key) {
    const std::uint32_t octets = trace_.keys[key].octets;
    std::vector<Candidate>& out = popped_;
    out.clear();
    std::uint64_t freed = 0;
    while (used_ - freed + octets > capacity_ && !furthest_.empty()) {
      const Candidate top = furthest_.top();
      const Entry& entry = cached_[top.second];
      if (entry.here && entry.next == top.first) {
        if (top.first < cached_[key].next) break;
        out.push_back(top);
        freed += trace_.keys[top.second].octets;
      }
      furthest_.pop();
    }
    if (used_ - freed + octets > capacity_) {
      for (const Candidate& back : out) furthest_.push(back);
      return;
    }
    for (const Candidate& gone : out) drop(gone.second);
    cached_[key].here = true;
    used_ += octets;
    furthest_.emplace(cached_[key].next, key);
  }

  const Trace& trace_;
  const std::vector<Index>& next_;
  std::uint64_t capacity_;
  std::vector<Entry> cached_;
  std::priority_queue<Candidate> furthest_;  // what is no longer true of an entry is skipped
  std::vector<Candidate> popped_;
  std::uint64_t used_ = 0;
};

// How full the cache is at each request: a range can be raised, and asked for its highest.
class Fullness {
 public:
  explicit Fullness(std::size_t moments) {
    while (leaves_ < moments) leaves_ *= 2;
    highest_.assign(2 * leaves_, 0);
    raised_.assign(2 * leaves_, 0);
  }

  [[nodiscard]] std::uint64_t highest(Index from, Index to) const {
    return highest(1, 0, leaves_, from, to);
  }
  void raise(Index from, Index to, std::uint64_t by) { raise(1, 0, leaves_, {from, to, by}); }

 private:
  struct Rise {
    std::size_t from;
    std::size_t to;
    std::uint64_t by;
  };

  [[nodiscard]] std::uint64_t highest(std::size_t node, std::size_t low, std::size_t high,
                                      std::size_t from, std::size_t to) const {
    if (to <= low || high <= from) return 0;
    if (from <= low && high <= to) return highest_[node];
    const std::size_t middle = (low + high) / 2;
    return raised_[node] + std::max(highest(2 * node, low, middle, from, to),
                                    highest(2 * node + 1, middle, high, from, to));
  }

  void raise(std::size_t node, std::size_t low, std::size_t high, const Rise& rise) {
    if (rise.to <= low || high <= rise.from) return;
    if (rise.from <= low && high <= rise.to) {
      highest_[node] += rise.by;
      raised_[node] += rise.by;
      return;
    }
    const std::size_t middle = (low + high) / 2;
    raise(2 * node, low, middle, rise);
    raise(2 * node + 1, middle, high, rise);
    highest_[node] = raised_[node] + std::max(highest_[2 * node], highest_[2 * node + 1]);
  }

  std::size_t leaves_ = 1;
  std::vector<std::uint64_t> highest_;
  std::vector<std::uint64_t> raised_;
};

class KnownRates {
 public:
  KnownRates(const Trace& trace, std::uint64_t octets)
      : trace_(trace), capacity_(octets), expires_(trace.keys.size(), 0) {}

  Tally run() {
    Tally tally;
    for (const Request& request : trace_.requests) {
      const KeyFacts& facts = trace_.keys[request.key];
      const bool hit = expires_[request.key] > request.at_ms;
      tally.count(request, facts, hit);
      if (hit) continue;
      while (!ends_.empty() && ends_.begin()->first <= request.at_ms) {
        evict(ends_.begin()->second);
      }
      if (admit(request.key)) {
        expires_[request.key] = expiry(request);
        ends_.emplace(expiry(request), request.key);
        worths_.emplace(worth(request.key), request.key);
        used_ += facts.octets;
      }
    }
    return tally;
  }

 private:
  [[nodiscard]] double worth(Key key) const {
    return trace_.keys[key].rate / trace_.keys[key].octets;
  }

  bool admit(Key key) {
    while (used_ + trace_.keys[key].octets > capacity_) {
      if (worths_.empty() || worths_.begin()->first >= worth(key)) return false;
      evict(worths_.begin()->second);
    }
    return true;
  }

  void evict(Key key) {
    ends_.erase({expires_[key], key});
    worths_.erase({worth(key), key});
    expires_[key] = 0;
    used_ -= trace_.keys[key].octets;
  }

  const Trace& trace_;
  std::uint64_t capacity_;
  std::vector<std::uint64_t> expires_;  // 0: not in the cache
  std::set<std::pair<std::uint64_t, Key>> ends_;
  std::set<std::pair<double, Key>> worths_;
  std::uint64_t used_ = 0;
};

}  // namespace

Offline::Offline(const Trace& trace)
    : trace_(trace),
      next_(next_requests(trace)),
      within_lifetimes_(parcels(false)),
      conceivable_(parcels(true)) {}

// The parcels that end with a hit that counts, if a hit is possible: those within a lifetime as an
// unbounded cache would have it, or (`any_fetch`) whose length a lifetime could cover. Smallest
// first.
std::vector<Offline::Parcel> Offline::parcels(bool any_fetch) const {
  std::vector<std::uint64_t> expires(trace_.keys.size(), 0);
  std::vector<Parcel> all;
  for (Index i = 0; i < trace_.requests.size(); ++i) {
    const Request& request = trace_.requests[i];
    std::uint64_t& until = expires[request.key];
    if (any_fetch) {
      until = std::max(until, expiry(request));
    } else {
      // Whichever request of a lifetime fetched, its TTL must do.
      until = request.at_ms >= until ? expiry(request) : std::min(until, expiry(request));
    }
    if (next_[i] == never || !trace_.requests[next_[i]].counted) continue;
    if (trace_.requests[next_[i]].at_ms >= until) continue;
    all.push_back({i, next_[i], std::uint64_t{trace_.keys[request.key].octets} * (next_[i] - i)});
  }
  std::sort(all.begin(), all.end(), [](const Parcel& a, const Parcel& b) {
    return a.size != b.size ? a.size < b.size : a.from < b.from;
  });
  return all;
}

Tally Offline::tally_of(const std::vector<bool>& hits) const {
  Tally tally;
  for (std::size_t i = 0; i < trace_.requests.size(); ++i) {
    tally.count(trace_.requests[i], trace_.keys[trace_.requests[i].key], hits[i]);
  }
  return tally;
}

Tally Offline::furthest_first(std::uint64_t octets) const {
  return FurthestFirst(trace_, next_, octets).run();
}

Tally Offline::smallest_parcel_first(std::uint64_t octets) const {
  std::vector<bool> hits(trace_.requests.size(), false);
  Fullness fullness(trace_.requests.size());
  for (const Parcel& parcel : within_lifetimes_) {
    const std::uint32_t size = trace_.keys[trace_.requests[parcel.from].key].octets;
    if (fullness.highest(parcel.from, parcel.to) + size > octets) continue;
    fullness.raise(parcel.from, parcel.to, size);
    hits[parcel.to] = true;
  }
  return tally_of(hits);
}

Tally Offline::upper_bound(std::uint64_t octets) const {
  std::vector<bool> hits(trace_.requests.size(), false);
  std::uint64_t left = octets * trace_.requests.size();
  for (const Parcel& parcel : conceivable_) {
    if (parcel.size > left) break;
    left -= parcel.size;
    hits[parcel.to] = true;
  }
  return tally_of(hits);
}

Tally Offline::optimum(std::uint64_t octets) const {
  const Tally furthest = furthest_first(octets);
  const Tally packed = smallest_parcel_first(octets);
  return packed.hits > furthest.hits ? packed : furthest;
}

std::optional<Tally> Offline::known_rates(std::uint64_t octets) const {
  const bool are_known = std::any_of(trace_.keys.begin(), trace_.keys.end(),
                                     [](const KeyFacts& facts) { return facts.rate > 0; });
  if (!are_known) return std::nullopt;
  return KnownRates(trace_, octets).run();
}

}  // namespace godwit::bench
