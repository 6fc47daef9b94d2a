// NSEC3: hashed names, and what one record says of a hash. Hashing is paid for. RFC 5155, RFC 9276.
#pragma once

#include <array>
#include <optional>

#include "dnssec/nsec.h"
#include "dnssec/validation_budget.h"

namespace godwit::dnssec {

using Nsec3Hash = std::array<std::uint8_t, 20>;

struct Nsec3Parameters {
  std::uint16_t iterations = 0;
  wire::Bytes salt;
  // What hashing a name of so many octets costs, in blocks of SHA-1.
  [[nodiscard]] std::uint64_t blocks(std::size_t name_octets) const noexcept;
  [[nodiscard]] bool operator==(const Nsec3Parameters& other) const noexcept;
};

struct Nsec3View {
  Nsec3Hash owner{}, next{};
  wire::Name zone;  // the owner without its hash label
  bool opt_out = false;
  Nsec3Parameters parameters;
  TypeBitmap types;
  [[nodiscard]] bool matches(const Nsec3Hash& hash) const noexcept { return hash == owner; }
  [[nodiscard]] bool covers(const Nsec3Hash& hash) const noexcept;
};
// The record of an NSEC3 set. Nothing: unknown hash algorithm or flags (RFC 5155 §8.1, §8.2), an
// owner whose first label is no hash of 20 octets, more than one record, made from a wildcard.
// Lifetime: the set's.
[[nodiscard]] std::optional<Nsec3View> read_nsec3(const wire::RRset& set) noexcept;

// The hash of a name, in lower case. Nothing: the budget has not that many blocks left.
[[nodiscard]] std::optional<Nsec3Hash> nsec3_hash(const wire::Name& name,
                                                  const Nsec3Parameters& parameters,
                                                  ValidationBudget& budget);

}  // namespace godwit::dnssec
