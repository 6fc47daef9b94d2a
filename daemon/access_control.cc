// Prefixes by length, each length sorted by network: small lists cost a few comparisons, long ones
// stay logarithmic.
#include "daemon/access_control.h"

#include <algorithm>
#include <array>

namespace godwit::daemon {
namespace {

template <std::size_t Size>
std::array<std::uint8_t, Size> masked(wire::Bytes octets, unsigned bits) noexcept {
  std::array<std::uint8_t, Size> out{};
  for (std::size_t i = 0; i < Size && bits > 0; ++i) {
    const unsigned here = std::min(bits, 8u);
    out[i] = static_cast<std::uint8_t>(octets[i] & (0xff00u >> here));
    bits -= here;
  }
  return out;
}

// So many networks of one length are looked through one after the other.
constexpr std::size_t few = 8;

bool same_network(wire::Bytes a, wire::Bytes b, unsigned bits) noexcept {
  while (bits >= 32) {
    if (wire::load_u32(a.data()) != wire::load_u32(b.data())) return false;
    a = a.subspan(4);
    b = b.subspan(4);
    bits -= 32;
  }
  return bits == 0 || (wire::load_u32(a.data()) ^ wire::load_u32(b.data())) >> (32 - bits) == 0;
}

}  // namespace

wire::IpAddress network_of(const wire::IpAddress& address, unsigned bits) noexcept {
  if (address.is_v4()) return wire::IpAddress::v4(masked<4>(address.octets(), bits));
  return wire::IpAddress::v6(masked<16>(address.octets(), bits));
}

AccessControl::AccessControl(const std::vector<wire::IpPrefix>& allow,
                             const std::vector<wire::IpPrefix>& deny) {
  for (const auto& prefix : allow) add(prefix, true);
  for (const auto& prefix : deny) add(prefix, false);
}

void AccessControl::add(const wire::IpPrefix& prefix, bool allowed) {
  auto& lengths = prefix.address.is_v4() ? v4_ : v6_;
  auto at = std::ranges::lower_bound(lengths, prefix.length, std::greater{}, &Length::bits);
  if (at == lengths.end() || at->bits != prefix.length)
    at = lengths.insert(at, Length{prefix.length, {}});
  const auto network = network_of(prefix.address, prefix.length);
  auto& rules = at->rules;
  const auto place = std::ranges::lower_bound(rules, network, {}, &Rule::network);
  if (place != rules.end() && place->network == network)
    place->allowed = place->allowed && allowed;
  else
    rules.insert(place, Rule{network, allowed});
}

bool AccessControl::allows(const wire::IpAddress& client) const noexcept {
  for (const auto& length : client.is_v4() ? v4_ : v6_) {
    if (length.rules.size() <= few) {
      for (const auto& rule : length.rules)
        if (same_network(client.octets(), rule.network.octets(), length.bits)) return rule.allowed;
      continue;
    }
    const auto network = network_of(client, length.bits);
    const auto found = std::ranges::lower_bound(length.rules, network, {}, &Rule::network);
    if (found != length.rules.end() && found->network == network) return found->allowed;
  }
  return false;
}

}  // namespace godwit::daemon
