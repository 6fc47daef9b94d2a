// Least recently used, and CLOCK: first in first out with a second chance for what was asked for.
#include "bench/hit_rate/queue_policy.h"

namespace godwit::bench {
namespace {

class Queue : public QueuePolicy {
 public:
  Queue(const CacheSize& size, bool second_chance)
      : QueuePolicy(size), second_chance_(second_chance) {}

 private:
  void touch(Key key, Entry& entry) override {
    if (second_chance_) {
      return QueuePolicy::touch(key, entry);
    }
    queue().remove(key, entry.octets);
    queue().push_newest(key, entry.octets);
  }

  void evict() override {
    for (;;) {
      const Key key = queue().oldest();
      Entry& entry = entry_of(key);
      queue().remove(key, entry.octets);
      if (!entry.visited) {
        entry.octets = 0;
        return;
      }
      entry.visited = false;
      queue().push_newest(key, entry.octets);
    }
  }

  bool second_chance_;
};

}  // namespace

std::unique_ptr<Policy> make_lru(const CacheSize& size) {
  return std::make_unique<Queue>(size, false);
}

std::unique_ptr<Policy> make_clock(const CacheSize& size) {
  return std::make_unique<Queue>(size, true);
}

}  // namespace godwit::bench
