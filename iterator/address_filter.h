// Which addresses may be asked. What a zone's owner writes into glue must not make godwit talk to
// itself, to its own host or to a group of hosts. Pure. RFC 6890.
#pragma once

#include <span>

#include "wire/ip_address.h"

namespace godwit::iterator {

// Whether a query may be sent to `server`: never to an address that cannot be one server's (0/8 and
// ::, which mean this host; multicast; broadcast; IPv4 written as IPv6, which would pass by the
// rules for IPv4), and not into `do_not_query`: resolver.do-not-query and the daemon's own
// listening addresses. Cost: linear in the prefixes.
[[nodiscard]] bool may_query(const wire::IpAddress& server,
                             std::span<const wire::IpPrefix> do_not_query) noexcept;

}  // namespace godwit::iterator
