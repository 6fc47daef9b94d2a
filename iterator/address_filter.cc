// The addresses that no setting makes askable, then the operator's prefixes.
#include "iterator/address_filter.h"

#include <algorithm>
#include <array>

namespace godwit::iterator {
namespace {

bool is_one_v4_host(wire::Bytes octets) noexcept {
  if (octets[0] == 0) return false;
  if (octets[0] >= 224 && octets[0] < 240) return false;
  return !std::ranges::all_of(octets, [](std::uint8_t octet) { return octet == 255; });
}

bool is_one_v6_host(wire::Bytes octets) noexcept {
  constexpr std::array<std::uint8_t, 12> v4_mapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255};
  if (octets[0] == 255) return false;
  if (std::ranges::equal(octets.first<12>(), v4_mapped)) return false;
  return !std::ranges::all_of(octets, [](std::uint8_t octet) { return octet == 0; });
}

}  // namespace

bool may_query(const wire::IpAddress& server,
               std::span<const wire::IpPrefix> do_not_query) noexcept {
  const bool one_host =
      server.is_v4() ? is_one_v4_host(server.octets()) : is_one_v6_host(server.octets());
  if (!one_host) return false;
  return std::ranges::none_of(
      do_not_query, [&server](const wire::IpPrefix& prefix) { return prefix.contains(server); });
}

}  // namespace godwit::iterator
