// Tells whether what was read of a name in the caches may have changed since: a count of changes
// for each of many groups of names. What is made of several names keeps a mark of each, and is out
// of date when one has moved; now and then one moves for another name's sake. Any thread.
#pragma once

#include <array>
#include <atomic>
#include <memory>

#include "cache/cache_key.h"

namespace godwit::cache {

// What the count of one group was.
struct ChangeMark {
  std::uint32_t group = 0;
  std::uint32_t count = 0;
};

// The names that one answer was made of, marked before each was looked up: a change that comes
// later is seen.
struct ChangeMarks {
  static constexpr std::size_t marks_max = 8;
  std::array<ChangeMark, marks_max> marks;
  std::size_t size = 0;
  bool complete = true;  // no more than those has to do with the answer
  void add(ChangeMark mark) noexcept {
    if (size == marks_max)
      complete = false;
    else
      marks[size++] = mark;
  }
};

class ChangeStamps {
 public:
  // As many groups as that many octets hold, a power of two of them.
  ChangeStamps(const KeyedHash& hash, std::size_t octets_max);

  // `hash` is KeyedHash::owner of the name. Called after what was remembered of it has changed, so
  // that who still read what was before has the mark of before.
  void changed(std::uint64_t hash) noexcept {
    counts_[group_of(hash)].fetch_add(1, std::memory_order_release);
  }
  // Everything may have. Cost: one write a group.
  void all_changed() noexcept;
  [[nodiscard]] ChangeMark mark(std::uint64_t hash) const noexcept {
    const auto group = group_of(hash);
    return {group, counts_[group].load(std::memory_order_acquire)};
  }
  [[nodiscard]] ChangeMark mark(const wire::Name& name) const noexcept {
    return mark(hash_.owner(name.wire()));
  }
  [[nodiscard]] bool is_current(ChangeMark mark) const noexcept {
    return counts_[mark.group & mask_].load(std::memory_order_acquire) == mark.count;
  }
  void prefetch(std::uint64_t hash) const noexcept { __builtin_prefetch(&counts_[group_of(hash)]); }
  [[nodiscard]] std::size_t octets() const noexcept {
    return (std::size_t{mask_} + 1) * sizeof(counts_[0]);
  }

 private:
  // Not the bits that choose a place in the tables: those are near for names that are asked for
  // together by chance alone.
  [[nodiscard]] std::uint32_t group_of(std::uint64_t hash) const noexcept {
    return static_cast<std::uint32_t>(hash) & mask_;
  }
  KeyedHash hash_;
  std::uint32_t mask_;
  std::unique_ptr<std::atomic<std::uint32_t>[]> counts_;
};

// Tells of a change at the end of a scope, where it has been made. `stamps` may be null.
class ChangeNotice {
 public:
  ChangeNotice(ChangeStamps* stamps, std::uint64_t hash) noexcept : stamps_(stamps), hash_(hash) {}
  ~ChangeNotice() {
    if (stamps_ != nullptr) stamps_->changed(hash_);
  }
  ChangeNotice(const ChangeNotice&) = delete;
  ChangeNotice& operator=(const ChangeNotice&) = delete;

 private:
  ChangeStamps* stamps_;
  std::uint64_t hash_;
};

}  // namespace godwit::cache
