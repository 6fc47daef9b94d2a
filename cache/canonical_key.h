// Names as octet strings that memcmp puts into canonical order (RFC 4034 §6.1): the labels from the
// right, in lower case, each ended by a zero. Within a label zero and one are written as two
// octets.
#pragma once

#include <array>

#include "wire/name.h"

namespace godwit::cache {

class CanonicalKey {
 public:
  // Of the labels of `name` but for the rightmost `skipped`, so that the names of one zone have
  // short keys. Cost: one pass.
  explicit CanonicalKey(const wire::Name& name, unsigned skipped = 0) noexcept {
    std::array<std::uint8_t, wire::labels_max> starts;
    unsigned count = 0;
    const wire::Bytes wire = name.wire();
    for (std::size_t at = 0; wire[at] != 0; at += 1u + wire[at])
      starts[count++] = static_cast<std::uint8_t>(at);
    for (unsigned i = count - std::min(count, skipped); i != 0; --i) {
      const std::size_t at = starts[i - 1];
      add(wire.subspan(at + 1, wire[at]));
    }
  }
  [[nodiscard]] wire::Bytes octets() const noexcept { return {octets_.data(), size_}; }

 private:
  // Labels of 63, 63, 63 and 61 octets, each octet as two, and their ends.
  static constexpr std::size_t octets_max = 2 * wire::name_octets_max;

  void add(wire::Bytes label) noexcept {
    for (const std::uint8_t c : label) {
      if (c <= 1) octets_[size_++] = 1;
      octets_[size_++] = c <= 1 ? static_cast<std::uint8_t>(c + 1) : wire::ascii_lower(c);
    }
    octets_[size_++] = 0;
  }

  std::size_t size_ = 0;
  std::array<std::uint8_t, octets_max> octets_;
};

}  // namespace godwit::cache
