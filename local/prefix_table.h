// Address prefixes and a number for each; the longest one that holds an address is found. Immutable
// once finished; any thread.
#pragma once

#include <algorithm>
#include <optional>
#include <vector>

#include "wire/ip_address.h"

namespace godwit::local {

class PrefixTable {
 public:
  // Of two that are equal the first counts; false: it was there.
  bool add(const wire::IpPrefix& prefix, std::uint32_t value) {
    auto& lengths = prefix.address.is_v4() ? v4_ : v6_;
    auto at = std::ranges::lower_bound(lengths, prefix.length, std::greater<>(), &Length::bits);
    if (at == lengths.end() || at->bits != prefix.length)
      at = lengths.insert(at, Length{prefix.length, {}});
    auto& rows = at->rows;
    const auto row = std::ranges::lower_bound(rows, prefix.address, {}, &Row::network);
    if (row != rows.end() && row->network == prefix.address) return false;
    rows.insert(row, {prefix.address, value});
    ++size_;
    return true;
  }
  struct Found {
    std::uint32_t value = 0;
    wire::IpPrefix prefix;
  };
  // Cost: one binary search for each length of the family.
  [[nodiscard]] std::optional<Found> find(const wire::IpAddress& address) const noexcept {
    for (const Length& length : address.is_v4() ? v4_ : v6_) {
      // The last network that is not above the address is the only one that may hold it.
      const auto above = std::ranges::upper_bound(length.rows, address, {}, &Row::network);
      if (above == length.rows.begin()) continue;
      const Row& row = *std::prev(above);
      const wire::IpPrefix prefix{row.network, length.bits};
      if (prefix.contains(address)) return Found{row.value, prefix};
    }
    return std::nullopt;
  }
  [[nodiscard]] bool empty() const noexcept { return size_ == 0; }
  [[nodiscard]] std::size_t size() const noexcept { return size_; }

 private:
  struct Row {
    wire::IpAddress network;
    std::uint32_t value;
  };
  struct Length {
    std::uint8_t bits;
    std::vector<Row> rows;  // by network
  };
  std::vector<Length> v4_, v6_;  // longest first
  std::size_t size_ = 0;
};

}  // namespace godwit::local
