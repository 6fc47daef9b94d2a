// Calls that are due at a time, one table per worker: a binary heap with slots that can be
// cancelled. Sans-IO: who owns it says what time it is. One thread. The timers of the walk
// (iterator::Timers) are worker_timers.h, which drives this with one timer of the system.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "cache/time.h"

namespace godwit::daemon {

class DeadlineTable {
 public:
  using Token = std::uint64_t;  // never 0; not used again for 2^32 uses of its slot

  // Cost: O(log n).
  [[nodiscard]] Token add(cache::Time when, std::function<void()> call);
  // Forgets the call, at once; a token that fired, was cancelled or never was is fine. Cost: O(log
  // n).
  void cancel(Token token) noexcept;
  // When the earliest call is due.
  [[nodiscard]] std::optional<cache::Time> earliest() const noexcept;
  // Makes the calls that are due at `now`, earliest first, and returns their number. A call may add
  // and cancel; what it adds is due in the next turn.
  std::size_t run_due(cache::Time now);
  [[nodiscard]] std::size_t size() const noexcept { return heap_.size(); }

 private:
  struct Slot {
    std::function<void()> call;
    std::uint32_t generation = 1;
    std::uint32_t heap_index = 0;
  };
  struct Entry {
    cache::Time when;
    std::uint64_t sequence;  // equal times in the order of their adding
    std::uint32_t slot;
    [[nodiscard]] bool before(const Entry& other) const noexcept {
      return when != other.when ? when < other.when : sequence < other.sequence;
    }
  };
  void place(std::size_t index, const Entry& entry) noexcept;
  void sift_up(std::size_t index, const Entry& entry) noexcept;
  void sift_down(std::size_t index, const Entry& entry) noexcept;
  void remove_at(std::size_t index) noexcept;
  void free_slot(std::uint32_t slot) noexcept;
  std::vector<Entry> heap_;
  std::vector<Slot> slots_;
  std::vector<std::uint32_t> free_;
  std::uint64_t sequence_ = 0;
};

}  // namespace godwit::daemon
