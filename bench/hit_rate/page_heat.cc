// The policy that is kept, with its pages: entries of any size lie side by side in pages of 4 KiB,
// a hand goes from page to page as room is needed, drops what has expired or is too cold for its
// size, moves the rest together and lets new entries fill what is free. docs/decisions has the
// rules and their reasons.
#include <algorithm>

#include "bench/hit_rate/ghosts.h"
#include "bench/hit_rate/policies.h"

namespace godwit::bench {
namespace {

constexpr std::uint32_t page_octets = 4096;
constexpr std::uint32_t freed_per_page = page_octets / 16;  // what an examination aims at
constexpr std::uint64_t octets_an_entry = 120;              // a guess, for ghosts and epochs
constexpr std::uint64_t ghosts_per_two_entries = 3;
constexpr std::uint64_t events_per_entry = 30;  // in an epoch
constexpr std::uint8_t heat_max = 15;
constexpr std::uint8_t youth_of_newcomers = 2;  // examinations that they must be found visited at
constexpr double young_factor = 1.0 / 8;
constexpr double step_of_a_pass = 16;  // how far theta may go while the hand goes round: e^16
constexpr double step_max = 0.05;
constexpr double theta_min = 1.0 / 65536;  // no fresh entry is as cold as that
constexpr double theta_max = 1;            // nor any as hot

struct Entry {
  std::uint64_t expires_ms = 0;
  std::uint32_t octets = 0;
  std::uint8_t heat = 0;
  std::uint8_t youth = 0;
  bool visited = false;
  bool here = false;
};

struct Page {
  std::vector<Key> keys;
  std::uint32_t used = 0;  // octets
  std::uint32_t epoch = 0;
};

class PageHeat : public Policy {
 public:
  explicit PageHeat(const CacheSize& size)
      : entries_guess_(std::max<std::uint64_t>(size.octets / octets_an_entry, 1)),
        ghosts_(entries_guess_ * ghosts_per_two_entries / 2),
        pages_(std::max<std::uint64_t>((size.octets - entries_guess_ * ghosts_per_two_entries / 2 *
                                                          GhostTable::octets_per_slot) /
                                           page_octets,
                                       1)),
        entries_(size.keys) {}

  bool ask(const Asked& asked) override {
    Entry& entry = entries_[asked.key];
    if (entry.here) {
      entry.visited = true;
      if (asked.now_ms < entry.expires_ms) return true;
      entry.expires_ms = asked.now_ms + asked.ttl_ms;
      return false;
    }
    if (asked.octets > page_octets) return false;
    const unsigned ghost = ghosts_.recall(asked.key);
    if (ghost != 0) count_event();
    while (pages_[hand_].used + asked.octets > page_octets) advance(asked.now_ms);
    entry.expires_ms = asked.now_ms + asked.ttl_ms;
    entry.octets = asked.octets;
    entry.heat = static_cast<std::uint8_t>(std::min<unsigned>(heat_max, ghost + 1));
    entry.youth = ghost == 0 ? youth_of_newcomers : 0;
    entry.visited = false;
    entry.here = true;
    age(pages_[hand_]);
    pages_[hand_].keys.push_back(asked.key);
    pages_[hand_].used += asked.octets;
    return false;
  }

 private:
  void count_event() {
    if (++events_ < entries_guess_ * events_per_entry) return;
    events_ = 0;
    ++epoch_;
    ghosts_.halve();
  }

  void age(Page& page) {
    const std::uint32_t epochs = std::min<std::uint32_t>(epoch_ - page.epoch, 8);
    page.epoch = epoch_;
    if (epochs == 0) return;
    for (const Key key : page.keys) {
      entries_[key].heat = static_cast<std::uint8_t>(entries_[key].heat >> epochs);
    }
  }

  // To the next page: one that was never used while there are such.
  void advance(std::uint64_t now_ms) {
    hand_ = hand_ + 1 == pages_.size() ? 0 : hand_ + 1;
    if (begun_ < pages_.size()) {
      ++begun_;
    } else {
      examine(pages_[hand_], now_ms);
    }
  }

  void examine(Page& page, std::uint64_t now_ms) {
    age(page);
    std::uint32_t freed = 0;
    std::size_t kept = 0;
    for (const Key key : page.keys) {
      if (stays(entries_[key], now_ms)) {
        page.keys[kept++] = key;
        continue;
      }
      ghosts_.remember(key, entries_[key].heat);
      entries_[key].here = false;
      freed += entries_[key].octets;
    }
    page.keys.resize(kept);
    page.used -= freed;
    adjust(freed);
  }

  // Slowly, as what an examination frees is known to be too much or too little only when the hand
  // has gone round.
  void adjust(std::uint32_t freed) {
    const double step = std::min(step_of_a_pass / static_cast<double>(pages_.size()), step_max);
    const double lack = 1 - static_cast<double>(freed) / freed_per_page;
    theta_ = std::clamp(theta_ * (1 + step * std::max(lack, -1.0)), theta_min, theta_max);
  }

  [[nodiscard]] bool stays(Entry& entry, std::uint64_t now_ms) {
    const bool visited = entry.visited;
    const bool young = entry.youth > 0;
    if (visited) {
      entry.visited = false;
      if (entry.heat < heat_max) ++entry.heat;
      count_event();
    }
    if (young) entry.youth = visited ? static_cast<std::uint8_t>(entry.youth - 1) : 0;
    if (entry.expires_ms <= now_ms) return false;
    if (visited && young) return true;
    const double score = static_cast<double>(entry.heat) / entry.octets;
    return (young ? score * young_factor : score) > theta_;
  }

  std::uint64_t entries_guess_;
  GhostTable ghosts_;
  std::vector<Page> pages_;
  std::vector<Entry> entries_;
  std::size_t hand_ = 0;
  std::size_t begun_ = 1;
  double theta_ = 1.0 / octets_an_entry;  // heat by octet that is too little
  std::uint32_t epoch_ = 0;
  std::uint64_t events_ = 0;
};

}  // namespace

std::unique_ptr<Policy> make_page_heat(const CacheSize& size) {
  return std::make_unique<PageHeat>(size);
}

}  // namespace godwit::bench
