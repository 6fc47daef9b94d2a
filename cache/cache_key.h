// Keyed hashes of names and addresses under a secret of the process, so that nobody outside can
// choose collisions: SipHash-1-3 for tables, whose hashes nobody sees, and SipHash-2-4 for tags
// that are sent.
#pragma once

#include "cache/sip_hash.h"
#include "wire/ip_address.h"
#include "wire/name.h"

namespace godwit::cache {

class KeyedHash {
 public:
  using Secret = TableHash::Secret;
  explicit KeyedHash(const Secret& secret) noexcept : table_hash_(secret), secret_(secret) {}

  // Of a name alone: the types of one owner are then found together. Equal for names that differ
  // in ASCII case alone. Cost: one pass, no copy.
  [[nodiscard]] std::uint64_t owner(wire::Bytes name_wire) const noexcept {
    return table_hash_.of(name_wire, wire::lower_word);
  }
  // Of a name and a type.
  [[nodiscard]] std::uint64_t operator()(wire::Bytes name_wire, wire::RrType type) const noexcept {
    return table_hash_.of(static_cast<std::uint64_t>(type), name_wire, wire::lower_word);
  }
  [[nodiscard]] std::uint64_t operator()(const wire::Name& name, wire::RrType type) const noexcept {
    return (*this)(name.wire(), type);
  }
  [[nodiscard]] std::uint64_t operator()(const wire::IpAddress& address) const noexcept {
    return bytes(address.octets());
  }
  [[nodiscard]] std::uint64_t bytes(wire::Bytes octets) const noexcept {
    return table_hash_.of(octets);
  }
  // Of octets, for others to see: SipHash-2-4.
  [[nodiscard]] std::uint64_t tag(wire::Bytes octets) const noexcept;

 private:
  TableHash table_hash_;
  Secret secret_;
};

// A name with its hash, for whoever looks for it in several tables. Lifetime: the name's.
struct HashedName {
  HashedName(const KeyedHash& keyed, const wire::Name& n) noexcept
      : name(n), hash(keyed.owner(n.wire())) {}
  const wire::Name& name;
  std::uint64_t hash;  // KeyedHash::owner
};

}  // namespace godwit::cache
