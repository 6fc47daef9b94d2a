// Whose word an entry is: the address of the server that it came from. Plain values; any thread.
#pragma once

#include <optional>

#include "wire/ip_address.h"

namespace godwit::cache {

// None: nobody has kept it.
using Giver = std::optional<wire::IpAddress>;

// As entries keep it: no octets, those of an IPv4 or those of an IPv6 address. Lifetime: the
// giver's.
[[nodiscard]] inline wire::Bytes octets_of(const Giver& giver) noexcept {
  return giver ? giver->octets() : wire::Bytes();
}
[[nodiscard]] constexpr bool can_be_giver(std::size_t octets) noexcept {
  return octets == 0 || octets == 4 || octets == 16;
}
// Of as many octets as can be one; else none.
[[nodiscard]] inline Giver giver_of(wire::Bytes octets) noexcept {
  if (octets.size() == 4) return wire::IpAddress::v4(octets.first<4>());
  if (octets.size() == 16) return wire::IpAddress::v6(octets.first<16>());
  return std::nullopt;
}

}  // namespace godwit::cache
