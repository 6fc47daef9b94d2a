// Doubly linked lists of keys over one array: a key is in at most one list. The queues of LRU,
// CLOCK, SIEVE, S3-FIFO and W-TinyLFU. Each list counts the octets in it.
#pragma once

#include <cstdint>
#include <vector>

#include "bench/hit_rate/trace.h"

namespace godwit::bench {

constexpr Key no_key = 0xffffffff;

struct KeyLinks {
  Key newer = no_key;
  Key older = no_key;
};

class KeyList {
 public:
  explicit KeyList(std::vector<KeyLinks>& links) : links_(&links) {}

  [[nodiscard]] Key oldest() const noexcept { return oldest_; }
  [[nodiscard]] Key newest() const noexcept { return newest_; }
  [[nodiscard]] Key newer(Key key) const noexcept { return (*links_)[key].newer; }
  [[nodiscard]] std::uint64_t octets() const noexcept { return octets_; }
  [[nodiscard]] bool empty() const noexcept { return oldest_ == no_key; }

  void push_newest(Key key, std::uint32_t octets) {
    (*links_)[key] = {no_key, newest_};
    (newest_ == no_key ? oldest_ : (*links_)[newest_].newer) = key;
    newest_ = key;
    octets_ += octets;
  }

  void remove(Key key, std::uint32_t octets) {
    const KeyLinks at = (*links_)[key];
    (at.newer == no_key ? newest_ : (*links_)[at.newer].older) = at.older;
    (at.older == no_key ? oldest_ : (*links_)[at.older].newer) = at.newer;
    octets_ -= octets;
  }

 private:
  std::vector<KeyLinks>* links_;
  Key newest_ = no_key;
  Key oldest_ = no_key;
  std::uint64_t octets_ = 0;
};

}  // namespace godwit::bench
