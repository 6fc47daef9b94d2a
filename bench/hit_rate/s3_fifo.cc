// S3-FIFO: a tenth of the memory is a queue for newcomers; who was asked for twice there goes on to
// the main queue, who was not leaves a ghost, and who comes back while its ghost is known goes to
// the main queue at once. The main queue is a CLOCK that counts to three.
#include "bench/hit_rate/key_lists.h"
#include "bench/hit_rate/policies.h"

namespace godwit::bench {
namespace {

constexpr std::uint64_t small_share = 10;  // one octet in ten
constexpr std::uint8_t uses_max = 3;
constexpr std::uint8_t uses_to_stay = 2;

enum class Place : std::uint8_t { nowhere, small, main, ghost };

struct Entry {
  std::uint64_t expires_ms = 0;
  std::uint32_t octets = 0;
  Place place = Place::nowhere;
  std::uint8_t uses = 0;
};

class S3Fifo : public Policy {
 public:
  explicit S3Fifo(const CacheSize& size)
      : capacity_(size.octets),
        small_max_(size.octets / small_share),
        links_(size.keys),
        entries_(size.keys),
        small_(links_),
        main_(links_),
        ghosts_(links_) {}

  bool ask(const Asked& asked) override {
    Entry& entry = entries_[asked.key];
    if (entry.place == Place::small || entry.place == Place::main) {
      if (entry.uses < uses_max) ++entry.uses;
      if (asked.now_ms < entry.expires_ms) return true;
      entry.expires_ms = asked.now_ms + asked.ttl_ms;
      return false;
    }
    if (asked.octets > capacity_) return false;
    while (small_.octets() + main_.octets() + asked.octets > capacity_) evict();
    const bool known = entry.place == Place::ghost;
    if (known) ghosts_.remove(asked.key, entry.octets);
    const Place place = known ? Place::main : Place::small;
    (known ? main_ : small_).push_newest(asked.key, asked.octets);
    entry = {asked.now_ms + asked.ttl_ms, asked.octets, place, 0};
    return false;
  }

 private:
  void evict() {
    if (small_.octets() > small_max_ || main_.empty()) {
      evict_small();
    } else {
      evict_main();
    }
  }

  void evict_small() {
    const Key key = small_.oldest();
    Entry& entry = entries_[key];
    small_.remove(key, entry.octets);
    if (entry.uses >= uses_to_stay) {
      entry.place = Place::main;
      entry.uses = 0;
      main_.push_newest(key, entry.octets);
      return;
    }
    entry.place = Place::ghost;
    ghosts_.push_newest(key, entry.octets);
    while (ghosts_.octets() > capacity_ - small_max_) {
      const Key gone = ghosts_.oldest();
      ghosts_.remove(gone, entries_[gone].octets);
      entries_[gone].place = Place::nowhere;
    }
  }

  void evict_main() {
    for (;;) {
      const Key key = main_.oldest();
      Entry& entry = entries_[key];
      main_.remove(key, entry.octets);
      if (entry.uses == 0) {
        entry.place = Place::nowhere;
        return;
      }
      --entry.uses;
      main_.push_newest(key, entry.octets);
    }
  }

  std::uint64_t capacity_;
  std::uint64_t small_max_;
  std::vector<KeyLinks> links_;
  std::vector<Entry> entries_;
  KeyList small_;
  KeyList main_;
  KeyList ghosts_;
};

}  // namespace

std::unique_ptr<Policy> make_s3_fifo(const CacheSize& size) {
  return std::make_unique<S3Fifo>(size);
}

}  // namespace godwit::bench
