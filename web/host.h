// By which name a browser has come. A page of somebody else's whose name is made to point here (DNS
// rebinding) sends that name as the host, and gets nothing. Pure; the octets are hostile.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace godwit::web {

// A host without port and final dot, in small letters; empty: it is none. "[::1]:80" is "[::1]".
[[nodiscard]] std::string plain_host(std::string_view host);

// Whether the value of a Host field is one of `hosts`, which are plain.
[[nodiscard]] bool is_own_host(std::string_view field, std::span<const std::string> hosts);

}  // namespace godwit::web
