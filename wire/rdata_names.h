// Where the domain names stand in the RDATA of a type, and the canonical order of RDATA. For code
// that packs, compresses or signs; readers use the typed views of rdata.h.
#pragma once

#include <array>
#include <compare>

#include "wire/byte_io.h"
#include "wire/rdata_layout.h"

namespace godwit::wire {

struct RdataName {
  std::uint16_t begin = 0;
  std::uint16_t end = 0;  // one past the root label
  RdataField field = RdataField::name;
};

// The names in one RDATA, in order. No type of the table has more than two.
struct RdataNames {
  static constexpr unsigned count_max = 2;
  std::array<RdataName, count_max> names{};
  unsigned count = 0;
  [[nodiscard]] std::span<const RdataName> all() const noexcept { return {names.data(), count}; }
};

// Finds the names of valid, uncompressed RDATA; of any other RDATA those before the fault. Cost:
// nothing for types without names, else one pass over the names.
[[nodiscard]] RdataNames find_names(RrType type, Bytes rdata) noexcept;

// The canonical order of RDATA of one type (RFC 4034 §6.3): names that differ in case alone are
// equal, but for the types that keep it.
[[nodiscard]] std::strong_ordering compare_rdata(RrType type, Bytes a, Bytes b) noexcept;

}  // namespace godwit::wire
