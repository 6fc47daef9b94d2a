// Names and their numbers: each name that is put in gets the next one, from 0. Compact, made for
// millions of names that are looked up by many threads and never change: the names one after the
// other, and a table of hashes that point to them. Not to be changed while others look.
#pragma once

#include <vector>

#include "cache/cache_key.h"
#include "wire/name.h"

namespace godwit::local {

class NameIndex {
 public:
  static constexpr std::uint32_t none = 0xffffffff;

  // The hash keeps whoever writes the names from choosing ones that meet.
  explicit NameIndex(const cache::KeyedHash& hash) : hash_(hash), slots_(16, none) {}

  // The number of `name`, new or not.
  std::uint32_t insert(wire::Bytes name);
  // The number of `name`, in any letter case; `none`. Cost: one hash, some two accesses to memory.
  [[nodiscard]] std::uint32_t find(wire::Bytes name) const noexcept;
  [[nodiscard]] std::uint32_t find(const wire::Name& name) const noexcept {
    return find(name.wire());
  }
  // Calls visit(number, labels) for each name at or above `name` that is here, the closest first,
  // until it returns true.
  template <class Visit>
  void find_above(const wire::Name& name, Visit visit) const {
    for (unsigned labels = name.label_count();; --labels) {
      if (labels <= labels_max_) {
        const std::uint32_t found = find(name.suffix_wire(labels));
        if (found != none && visit(found, labels)) return;
      }
      if (labels == 0) return;
    }
  }
  // The name with that number, in lower case.
  [[nodiscard]] wire::Bytes name(std::uint32_t number) const noexcept {
    return wire::Bytes(octets_).subspan(starts_[number], size_of(number));
  }
  [[nodiscard]] std::size_t size() const noexcept { return starts_.size(); }
  [[nodiscard]] std::size_t memory_octets() const noexcept {
    return octets_.capacity() + 4 * (starts_.capacity() + slots_.capacity());
  }
  // Nothing more is put in.
  void finish() {
    octets_.shrink_to_fit();
    starts_.shrink_to_fit();
  }

 private:
  [[nodiscard]] std::size_t size_of(std::uint32_t number) const noexcept;
  [[nodiscard]] std::size_t slot_of(wire::Bytes name) const noexcept;
  void grow();

  cache::KeyedHash hash_;
  std::vector<std::uint8_t> octets_;
  std::vector<std::uint32_t> starts_;
  std::vector<std::uint32_t> slots_;  // numbers; a power of two of them, at most three in four used
  unsigned labels_max_ = 0;
};

}  // namespace godwit::local
