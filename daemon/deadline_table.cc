// A binary heap whose entries know their slot and whose slots know their place in the heap.
#include "daemon/deadline_table.h"

#include <utility>

namespace godwit::daemon {

DeadlineTable::Token DeadlineTable::add(cache::Time when, std::function<void()> call) {
  std::uint32_t slot;
  if (free_.empty()) {
    slot = static_cast<std::uint32_t>(slots_.size());
    slots_.emplace_back();
    // cancel() may not throw: there is room for every slot to be free at once.
    free_.reserve(slots_.capacity());
  } else {
    slot = free_.back();
    free_.pop_back();
  }
  slots_[slot].call = std::move(call);
  const Entry entry{when, sequence_++, slot};
  heap_.push_back(entry);
  sift_up(heap_.size() - 1, entry);
  return std::uint64_t{slots_[slot].generation} << 32 | slot;
}

void DeadlineTable::cancel(Token token) noexcept {
  const auto slot = static_cast<std::uint32_t>(token);
  if (slot >= slots_.size() || slots_[slot].generation != token >> 32) return;
  remove_at(slots_[slot].heap_index);
  free_slot(slot);
}

std::optional<cache::Time> DeadlineTable::earliest() const noexcept {
  if (heap_.empty()) return std::nullopt;
  return heap_.front().when;
}

std::size_t DeadlineTable::run_due(cache::Time now) {
  const auto added_later = sequence_;
  std::size_t calls = 0;
  while (!heap_.empty() && heap_.front().when <= now && heap_.front().sequence < added_later) {
    const auto slot = heap_.front().slot;
    const auto call = std::exchange(slots_[slot].call, nullptr);
    remove_at(0);
    free_slot(slot);
    call();
    ++calls;
  }
  return calls;
}

void DeadlineTable::place(std::size_t index, const Entry& entry) noexcept {
  heap_[index] = entry;
  slots_[entry.slot].heap_index = static_cast<std::uint32_t>(index);
}

void DeadlineTable::sift_up(std::size_t index, const Entry& entry) noexcept {
  while (index > 0) {
    const auto parent = (index - 1) / 2;
    if (!entry.before(heap_[parent])) break;
    place(index, heap_[parent]);
    index = parent;
  }
  place(index, entry);
}

void DeadlineTable::sift_down(std::size_t index, const Entry& entry) noexcept {
  for (;;) {
    auto child = 2 * index + 1;
    if (child >= heap_.size()) break;
    if (child + 1 < heap_.size() && heap_[child + 1].before(heap_[child])) ++child;
    if (!heap_[child].before(entry)) break;
    place(index, heap_[child]);
    index = child;
  }
  place(index, entry);
}

void DeadlineTable::remove_at(std::size_t index) noexcept {
  const Entry last = heap_.back();
  heap_.pop_back();
  if (index == heap_.size()) return;
  if (index > 0 && last.before(heap_[(index - 1) / 2]))
    sift_up(index, last);
  else
    sift_down(index, last);
}

void DeadlineTable::free_slot(std::uint32_t slot) noexcept {
  slots_[slot].call = nullptr;
  if (++slots_[slot].generation == 0) slots_[slot].generation = 1;
  free_.push_back(slot);
}

}  // namespace godwit::daemon
