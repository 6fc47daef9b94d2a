// A domain name as the key of an entry: its wire form in one exact heap block, where wire::Name
// holds room for the longest. Compares without regard to ASCII case. Not copied, only moved.
#pragma once

#include <cstring>
#include <memory>

#include "cache/heap_octets.h"
#include "wire/name.h"

namespace godwit::cache {

class PackedName {
 public:
  PackedName() noexcept = default;
  explicit PackedName(const wire::Name& name)
      : block_(std::make_unique_for_overwrite<std::uint8_t[]>(1 + name.size())) {
    block_[0] = static_cast<std::uint8_t>(name.size());
    std::memcpy(block_.get() + 1, name.wire().data(), name.size());
  }

  // Empty when nothing was packed.
  [[nodiscard]] wire::Bytes wire() const noexcept {
    return block_ ? wire::Bytes{block_.get() + 1, block_[0]} : wire::Bytes{};
  }
  [[nodiscard]] wire::Name name() const noexcept { return wire::Name::from_valid_wire(wire()); }
  [[nodiscard]] bool is(const wire::Name& other) const noexcept {
    return wire().size() == other.size() && wire::equal_ignoring_case(wire(), other.wire());
  }
  [[nodiscard]] std::size_t memory_octets() const noexcept {
    return block_ ? heap_octets(1 + std::size_t{block_[0]}) : 0;
  }

 private:
  std::unique_ptr<std::uint8_t[]> block_;  // [size u8][wire form]
};

}  // namespace godwit::cache
