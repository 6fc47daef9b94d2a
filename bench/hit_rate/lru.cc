// Least recently used, and CLOCK: first in first out with a second chance for what was asked for.
#include "bench/hit_rate/key_lists.h"
#include "bench/hit_rate/policies.h"

namespace godwit::bench {
namespace {

struct Entry {
  std::uint64_t expires_ms = 0;
  std::uint32_t octets = 0;  // 0: not in the cache
  bool visited = false;
};

class Queue : public Policy {
 public:
  Queue(const CacheSize& size, bool second_chance)
      : capacity_(size.octets),
        second_chance_(second_chance),
        links_(size.keys),
        entries_(size.keys),
        queue_(links_) {}

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

 private:
  void touch(Key key, Entry& entry) {
    if (second_chance_) {
      entry.visited = true;
      return;
    }
    queue_.remove(key, entry.octets);
    queue_.push_newest(key, entry.octets);
  }

  void evict() {
    for (;;) {
      const Key key = queue_.oldest();
      Entry& entry = entries_[key];
      queue_.remove(key, entry.octets);
      if (!entry.visited) {
        entry.octets = 0;
        return;
      }
      entry.visited = false;
      queue_.push_newest(key, entry.octets);
    }
  }

  std::uint64_t capacity_;
  bool second_chance_;
  std::vector<KeyLinks> links_;
  std::vector<Entry> entries_;
  KeyList queue_;
};

}  // namespace

std::unique_ptr<Policy> make_lru(const CacheSize& size) {
  return std::make_unique<Queue>(size, false);
}

std::unique_ptr<Policy> make_clock(const CacheSize& size) {
  return std::make_unique<Queue>(size, true);
}

}  // namespace godwit::bench
