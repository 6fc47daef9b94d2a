// Keeps private addresses out of what public names say: a page of the Internet whose name turns
// into an address of the client's own network speaks to that network as the client (DNS
// rebinding). A, AAAA, and the hints of SVCB and HTTPS; IPv4 inside IPv6 too. Pure; any thread once
// made. RFC 6890, RFC 9460 §7.3.
#pragma once

#include <vector>

#include "iterator/answer.h"
#include "iterator/resolver_options.h"
#include "local/prefix_table.h"

namespace godwit::daemon {

class Rebinding {
 public:
  // `allowed`: names at and below which private addresses are right; forward and stub zones,
  // whose servers the operator has chosen, are such too.
  Rebinding(const std::vector<wire::IpPrefix>& private_addresses, std::vector<wire::Name> allowed);

  // Whether it is the question's name that makes private addresses right: then an alias from there
  // may lead anywhere, while one from elsewhere may not lead in.
  [[nodiscard]] bool allows(const wire::Name& qname) const noexcept;
  [[nodiscard]] bool is_private(const wire::IpAddress& address) const noexcept;
  // Takes the records with private addresses out, and says so in an Extended DNS Error. False: it
  // has none. Cost: a look-up for each address.
  [[nodiscard]] bool withhold(const iterator::Question& question, iterator::Answer& answer) const;

 private:
  [[nodiscard]] bool is_private_record(wire::RrType type, wire::Bytes rdata) const noexcept;
  local::PrefixTable private_;
  std::vector<wire::Name> allowed_;
};
using RebindingPtr = std::shared_ptr<const Rebinding>;

}  // namespace godwit::daemon
