// Where the domain names stand in the RDATA of a type, and the canonical order of RDATA. For code
// that packs, compresses or signs; readers use the typed views of rdata.h.
#pragma once

#include <algorithm>
#include <array>
#include <compare>
#include <cstring>

#include "wire/name.h"
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

// The canonical order of the RDATA of one type (RFC 4034 §6.3): names that differ in case alone are
// equal, but for the types that keep it. Made once for many comparisons.
class RdataOrder {
 public:
  explicit RdataOrder(RrType type) noexcept;
  [[nodiscard]] std::strong_ordering compare(Bytes a, Bytes b) const noexcept {
    const std::size_t common = std::min(a.size(), b.size());
    const int order = common == 0 ? 0 : std::memcmp(a.data(), b.data(), common);
    if (order == 0) return a.size() <=> b.size();
    return has_names_ ? compare_with_names(a, b) : order <=> 0;
  }
  [[nodiscard]] bool equal(Bytes a, Bytes b) const noexcept {
    if (a.size() != b.size()) return false;
    if (a.empty() || std::memcmp(a.data(), b.data(), a.size()) == 0) return true;
    return has_names_ && equal_ignoring_case(a, b) && compare_with_names(a, b) == 0;
  }

 private:
  [[nodiscard]] std::strong_ordering compare_with_names(Bytes a, Bytes b) const noexcept;
  RrType type_;
  bool has_names_;
};

}  // namespace godwit::wire
