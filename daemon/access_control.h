// Which clients may ask: the longest prefix that holds the client decides, and between equal
// prefixes `deny`; a client that no prefix holds may not. Immutable once built, any thread.
#pragma once

#include <vector>

#include "wire/ip_address.h"

namespace godwit::daemon {

class AccessControl {
 public:
  AccessControl() = default;  // nobody
  AccessControl(const std::vector<wire::IpPrefix>& allow, const std::vector<wire::IpPrefix>& deny);

  // Cost: one binary search for each distinct prefix length of the family.
  [[nodiscard]] bool allows(const wire::IpAddress& client) const noexcept;

 private:
  struct Rule {
    wire::IpAddress network;
    bool allowed;
  };
  struct Length {
    std::uint8_t bits;
    std::vector<Rule> rules;  // by network
  };
  void add(const wire::IpPrefix& prefix, bool allowed);
  std::vector<Length> v4_, v6_;  // longest first
};

// `address` with all but its leading `bits` bits cleared.
[[nodiscard]] wire::IpAddress network_of(const wire::IpAddress& address, unsigned bits) noexcept;

}  // namespace godwit::daemon
