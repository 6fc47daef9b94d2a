// The plain form of the pages, for comparison: each page is cut into cells of one size, in steps of
// 8 octets, and the hand is a CLOCK: found visited, an entry becomes hotter, up to 3; not visited,
// colder; at 0 or expired it goes. Cells of one size are no room for entries of another.
#include <algorithm>
#include <array>

#include "bench/hit_rate/key_lists.h"
#include "bench/hit_rate/policies.h"

namespace godwit::bench {
namespace {

constexpr std::uint32_t page_octets = 4096;
constexpr std::uint32_t cell_step = 8;
constexpr std::uint8_t heat_max = 3;
constexpr std::uint32_t no_page = 0xffffffff;

struct Entry {
  std::uint64_t expires_ms = 0;
  std::uint32_t page = no_page;  // no_page: not in the cache
  std::uint8_t heat = 0;
  bool visited = false;
};

struct Page {
  std::uint32_t cell_octets = 0;  // 0: nothing is in it
  std::uint32_t cells_max = 0;
  std::vector<Key> keys;
};

class PageClock : public Policy {
 public:
  explicit PageClock(const CacheSize& size)
      : pages_(std::max<std::uint64_t>(size.octets / page_octets, 1)), entries_(size.keys) {
    for (std::size_t page = pages_.size(); page-- > 0;) {
      empty_.push_back(static_cast<std::uint32_t>(page));
    }
  }

  bool ask(const Asked& asked) override {
    Entry& entry = entries_[asked.key];
    if (entry.page != no_page) {
      entry.visited = true;
      if (asked.now_ms < entry.expires_ms) return true;
      entry.expires_ms = asked.now_ms + asked.ttl_ms;
      return false;
    }
    if (asked.octets > page_octets) return false;
    const std::uint32_t cell = (asked.octets + cell_step - 1) / cell_step * cell_step;
    std::uint32_t page = page_with_room(cell);
    for (; page == no_page; page = page_with_room(cell)) sweep(asked.now_ms);
    pages_[page].keys.push_back(asked.key);
    entry = {asked.now_ms + asked.ttl_ms, page, 0, false};
    return false;
  }

 private:
  [[nodiscard]] std::uint32_t page_with_room(std::uint32_t cell) {
    std::vector<std::uint32_t>& open = open_[cell / cell_step];
    while (!open.empty()) {
      const Page& page = pages_[open.back()];
      if (page.cell_octets == cell && page.keys.size() < page.cells_max) return open.back();
      open.pop_back();
    }
    if (empty_.empty()) return no_page;
    const std::uint32_t fresh = empty_.back();
    empty_.pop_back();
    pages_[fresh].cell_octets = cell;
    pages_[fresh].cells_max = page_octets / cell;
    open.push_back(fresh);
    return fresh;
  }

  void sweep(std::uint64_t now_ms) {
    hand_ = hand_ + 1 == pages_.size() ? 0 : hand_ + 1;
    Page& page = pages_[hand_];
    if (page.cell_octets == 0) return;
    const bool was_full = page.keys.size() == page.cells_max;
    std::erase_if(page.keys, [&](Key key) {
      Entry& entry = entries_[key];
      const bool goes = cools(entry) || entry.expires_ms <= now_ms;
      if (goes) entry.page = no_page;
      return goes;
    });
    if (page.keys.empty()) {
      page.cell_octets = 0;
      empty_.push_back(static_cast<std::uint32_t>(hand_));
    } else if (was_full && page.keys.size() < page.cells_max) {
      open_[page.cell_octets / cell_step].push_back(static_cast<std::uint32_t>(hand_));
    }
  }

  // True when there is no heat left to take.
  [[nodiscard]] static bool cools(Entry& entry) {
    if (entry.visited) {
      entry.visited = false;
      if (entry.heat < heat_max) ++entry.heat;
      return false;
    }
    if (entry.heat == 0) return true;
    --entry.heat;
    return false;
  }

  std::vector<Page> pages_;
  std::vector<Entry> entries_;
  std::vector<std::uint32_t> empty_;
  std::array<std::vector<std::uint32_t>, page_octets / cell_step + 1> open_;
  std::size_t hand_ = 0;
};

}  // namespace

std::unique_ptr<Policy> make_page_clock(const CacheSize& size) {
  return std::make_unique<PageClock>(size);
}

}  // namespace godwit::bench
