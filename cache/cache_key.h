// Keyed hashes of names: SipHash-2-4 under a secret of the process, so that nobody outside can
// choose collisions.
#pragma once

#include <array>
#include <cstdint>

#include "wire/ip_address.h"
#include "wire/name.h"

namespace godwit::cache {

class KeyedHash {
 public:
  using Secret = std::array<std::uint8_t, 16>;
  explicit KeyedHash(const Secret& secret) noexcept : secret_(secret) {}
  // Of a name alone: the types of one owner are then found together.
  [[nodiscard]] std::uint64_t owner(wire::Bytes name_wire) const noexcept;
  // Of a name and a type. Equal for names that differ in ASCII case alone. Cost: one pass over at
  // most 257 octets, no heap.
  [[nodiscard]] std::uint64_t operator()(const wire::Name& name, wire::RrType type) const noexcept;
  [[nodiscard]] std::uint64_t operator()(wire::Bytes name_wire, wire::RrType type) const noexcept;
  [[nodiscard]] std::uint64_t operator()(const wire::IpAddress& address) const noexcept;
  [[nodiscard]] std::uint64_t bytes(wire::Bytes octets) const noexcept;

 private:
  Secret secret_;
};

}  // namespace godwit::cache
