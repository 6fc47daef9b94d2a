// What LRU, CLOCK and SIEVE have in common: one queue of keys with marks. They differ in what a hit
// does to it and in who goes.
#pragma once

#include "bench/hit_rate/key_lists.h"
#include "bench/hit_rate/policies.h"

namespace godwit::bench {

class QueuePolicy : public Policy {
 public:
  bool ask(const Asked& asked) override {
    Entry& entry = entries_[asked.key];
    if (entry.octets != 0) {
      touch(asked.key, entry);
      if (asked.now_ms < entry.expires_ms) return true;
      entry.expires_ms = asked.now_ms + asked.ttl_ms;
      return false;
    }
    if (asked.octets > capacity_) return false;
    while (queue_.octets() + asked.octets > capacity_) evict();
    entry = {asked.now_ms + asked.ttl_ms, asked.octets, false};
    queue_.push_newest(asked.key, asked.octets);
    return false;
  }

 protected:
  struct Entry {
    std::uint64_t expires_ms = 0;
    std::uint32_t octets = 0;  // 0: not in the cache
    bool visited = false;
  };

  explicit QueuePolicy(const CacheSize& size)
      : capacity_(size.octets), links_(size.keys), entries_(size.keys), queue_(links_) {}

  virtual void touch(Key, Entry& entry) { entry.visited = true; }
  virtual void evict() = 0;

  [[nodiscard]] Entry& entry_of(Key key) { return entries_[key]; }
  [[nodiscard]] KeyList& queue() { return queue_; }

 private:
  std::uint64_t capacity_;
  std::vector<KeyLinks> links_;
  std::vector<Entry> entries_;
  KeyList queue_;
};

}  // namespace godwit::bench
