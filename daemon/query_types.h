// The types of queries that are counted by name; all others are counted together. Pure.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "wire/codes.h"

namespace godwit::daemon {

struct QueryType {
  std::uint16_t type = 0;
  std::string_view name;
};
inline constexpr std::array<QueryType, 18> counted_types = {{{1, "A"},
                                                             {28, "AAAA"},
                                                             {65, "HTTPS"},
                                                             {12, "PTR"},
                                                             {15, "MX"},
                                                             {16, "TXT"},
                                                             {33, "SRV"},
                                                             {2, "NS"},
                                                             {6, "SOA"},
                                                             {5, "CNAME"},
                                                             {43, "DS"},
                                                             {48, "DNSKEY"},
                                                             {64, "SVCB"},
                                                             {52, "TLSA"},
                                                             {35, "NAPTR"},
                                                             {257, "CAA"},
                                                             {255, "ANY"},
                                                             {46, "RRSIG"}}};
// Behind those: any other type, and no question that could be read.
inline constexpr std::size_t other_type = counted_types.size(), no_type = other_type + 1,
                             query_type_count = no_type + 1;

[[nodiscard]] constexpr std::string_view query_type_name(std::size_t index) noexcept {
  if (index < counted_types.size()) return counted_types[index].name;
  return index == other_type ? "other" : "none";
}

namespace query_types_detail {
inline constexpr std::size_t table_size = 258;
inline constexpr auto table = [] {
  std::array<std::uint8_t, table_size> out{};
  out.fill(static_cast<std::uint8_t>(other_type));
  for (std::size_t i = 0; i < counted_types.size(); ++i)
    out[counted_types[i].type] = static_cast<std::uint8_t>(i);
  return out;
}();
}  // namespace query_types_detail

// Where a type is counted. Cost: one compare and one load.
[[nodiscard]] constexpr std::size_t query_type_index(std::uint16_t type) noexcept {
  return type < query_types_detail::table_size ? query_types_detail::table[type] : other_type;
}

[[nodiscard]] constexpr std::size_t query_type_index(wire::RrType type) noexcept {
  return query_type_index(static_cast<std::uint16_t>(type));
}

}  // namespace godwit::daemon
