// SIEVE: a queue that keeps its order, and a hand that walks from the oldest to the newest, takes
// the mark off what was asked for and evicts what was not. What survives stays where it is, so new
// entries are sorted out quickly.
#include "bench/hit_rate/queue_policy.h"

namespace godwit::bench {
namespace {

class Sieve : public QueuePolicy {
 public:
  explicit Sieve(const CacheSize& size) : QueuePolicy(size) {}

 private:
  void evict() override {
    Key at = hand_ == no_key ? queue().oldest() : hand_;
    while (entry_of(at).visited) {
      entry_of(at).visited = false;
      at = queue().newer(at);
      if (at == no_key) at = queue().oldest();
    }
    hand_ = queue().newer(at);
    queue().remove(at, entry_of(at).octets);
    entry_of(at).octets = 0;
  }

  Key hand_ = no_key;
};

}  // namespace

std::unique_ptr<Policy> make_sieve(const CacheSize& size) {
  return std::make_unique<Sieve>(size);
}

}  // namespace godwit::bench
