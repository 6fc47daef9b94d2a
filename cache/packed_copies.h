// Entries of a packed table, copied while its lock is held, to be looked at without it. One thread.
#pragma once

#include <vector>

#include "cache/packed_entry.h"

namespace godwit::cache {

class PackedCopies {
 public:
  void add(std::span<const std::uint64_t> words) {
    starts_.push_back(words_.size());
    words_.insert(words_.end(), words.begin(), words.end());
  }
  [[nodiscard]] std::size_t size() const noexcept { return starts_.size(); }
  // Calls visit(PackedEntry) for each. Lifetime of owner and payload: until the next change.
  template <class Visit>
  void for_each(Visit&& visit) const {
    for (const std::size_t start : starts_) visit(PackedEntry(words_.data() + start));
  }
  void clear() noexcept {
    words_.clear();
    starts_.clear();
  }

 private:
  std::vector<std::uint64_t> words_;
  std::vector<std::size_t> starts_;
};

}  // namespace godwit::cache
