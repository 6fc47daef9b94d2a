// W-TinyLFU: a hundredth of the memory is an LRU window for newcomers; who leaves it gets into the
// main part only if a sketch has seen it more often than whom it would push out. The main part is a
// segmented LRU, four fifths of it for what was asked for again.
#include "bench/hit_rate/key_lists.h"
#include "bench/hit_rate/policies.h"
#include "bench/hit_rate/sketch.h"

namespace godwit::bench {
namespace {

constexpr std::uint64_t window_share = 100;  // one octet in a hundred
constexpr std::uint64_t protected_tenths = 8;
constexpr std::uint64_t octets_an_entry = 120;  // a guess, to size the sketch
constexpr std::uint64_t counters_an_entry = 16;
constexpr std::uint64_t additions_an_entry = 10;

enum class Place : std::uint8_t { nowhere, window, probation, kept };

struct Entry {
  std::uint64_t expires_ms = 0;
  std::uint32_t octets = 0;
  Place place = Place::nowhere;
};

class WTinyLfu : public Policy {
 public:
  explicit WTinyLfu(const CacheSize& size)
      : window_max_(std::max<std::uint64_t>(size.octets / window_share, 512)),
        main_max_(size.octets - std::min(size.octets, window_max_)),
        kept_max_(main_max_ * protected_tenths / 10),
        links_(size.keys),
        entries_(size.keys),
        sketch_(size.octets / octets_an_entry * counters_an_entry,
                std::max<std::uint64_t>(size.octets / octets_an_entry, 1) * additions_an_entry),
        window_(links_),
        probation_(links_),
        kept_(links_) {}

  bool ask(const Asked& asked) override {
    sketch_.add(asked.key);
    Entry& entry = entries_[asked.key];
    if (entry.place != Place::nowhere) {
      touch(asked.key, entry);
      if (asked.now_ms < entry.expires_ms) return true;
      entry.expires_ms = asked.now_ms + asked.ttl_ms;
      return false;
    }
    if (asked.octets > window_max_) return false;
    entry = {asked.now_ms + asked.ttl_ms, asked.octets, Place::window};
    window_.push_newest(asked.key, asked.octets);
    while (window_.octets() > window_max_) leave_window();
    return false;
  }

 private:
  void touch(Key key, Entry& entry) {
    KeyList& from = entry.place == Place::window      ? window_
                    : entry.place == Place::probation ? probation_
                                                      : kept_;
    from.remove(key, entry.octets);
    if (entry.place == Place::window) {
      window_.push_newest(key, entry.octets);
      return;
    }
    kept_.push_newest(key, entry.octets);
    entry.place = Place::kept;
    while (kept_.octets() > kept_max_) {
      const Key back = kept_.oldest();
      kept_.remove(back, entries_[back].octets);
      probation_.push_newest(back, entries_[back].octets);
      entries_[back].place = Place::probation;
    }
  }

  void leave_window() {
    const Key key = window_.oldest();
    Entry& entry = entries_[key];
    window_.remove(key, entry.octets);
    entry.place = Place::nowhere;
    if (entry.octets > main_max_) return;
    while (probation_.octets() + kept_.octets() + entry.octets > main_max_) {
      KeyList& from = probation_.empty() ? kept_ : probation_;
      const Key victim = from.oldest();
      if (sketch_.estimate(key) <= sketch_.estimate(victim)) return;
      from.remove(victim, entries_[victim].octets);
      entries_[victim].place = Place::nowhere;
    }
    probation_.push_newest(key, entry.octets);
    entry.place = Place::probation;
  }

  std::uint64_t window_max_;
  std::uint64_t main_max_;
  std::uint64_t kept_max_;
  std::vector<KeyLinks> links_;
  std::vector<Entry> entries_;
  Sketch sketch_;
  KeyList window_;
  KeyList probation_;
  KeyList kept_;
};

}  // namespace

std::unique_ptr<Policy> make_w_tiny_lfu(const CacheSize& size) {
  return std::make_unique<WTinyLfu>(size);
}

}  // namespace godwit::bench
