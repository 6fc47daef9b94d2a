// SIEVE: a queue that keeps its order, and a hand that walks from the oldest to the newest, takes
// the mark off what was asked for and evicts what was not. What survives stays where it is, so new
// entries are sorted out quickly.
#include "bench/hit_rate/key_lists.h"
#include "bench/hit_rate/policies.h"

namespace godwit::bench {
namespace {

struct Entry {
  std::uint64_t expires_ms = 0;
  std::uint32_t octets = 0;  // 0: not in the cache
  bool visited = false;
};

class Sieve : public Policy {
 public:
  explicit Sieve(const CacheSize& size)
      : capacity_(size.octets), links_(size.keys), entries_(size.keys), queue_(links_) {}

  bool ask(const Asked& asked) override {
    Entry& entry = entries_[asked.key];
    if (entry.octets != 0) {
      entry.visited = true;
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
  void evict() {
    Key at = hand_ == no_key ? queue_.oldest() : hand_;
    while (entries_[at].visited) {
      entries_[at].visited = false;
      at = queue_.newer(at);
      if (at == no_key) at = queue_.oldest();
    }
    hand_ = queue_.newer(at);
    queue_.remove(at, entries_[at].octets);
    entries_[at].octets = 0;
  }

  std::uint64_t capacity_;
  std::vector<KeyLinks> links_;
  std::vector<Entry> entries_;
  KeyList queue_;
  Key hand_ = no_key;
};

}  // namespace

std::unique_ptr<Policy> make_sieve(const CacheSize& size) {
  return std::make_unique<Sieve>(size);
}

}  // namespace godwit::bench
