// The name under which an address is looked up backwards (RFC 1035 §3.5, RFC 3596 §2.5). Pure.
#pragma once

#include "wire/ip_address.h"
#include "wire/name.h"

namespace godwit::local {

// "1.2.0.192.in-addr.arpa." and its like.
[[nodiscard]] wire::Name reverse_name(const wire::IpAddress& address);

}  // namespace godwit::local
