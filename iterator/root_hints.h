// Where a resolver begins that knows nothing yet: the names and addresses of the root servers,
// built in or read from a file. Hints only say whom to ask for the root's NS set (priming, RFC
// 8109); they never answer a client.
#pragma once

#include <memory>
#include <string_view>

#include "cache/delegation_cache.h"

namespace godwit::iterator {

// The thirteen root servers, IPv4 and IPv6. Shared; made at the first call.
[[nodiscard]] const std::shared_ptr<const cache::Delegation>& built_in_root_hints();

// The same servers for so many seconds.
[[nodiscard]] cache::Delegation with_ttl(const cache::Delegation& hints, std::uint32_t seconds);

enum class RootHintsFault : std::uint8_t {
  unreadable,    // not a master file: `wire_error`
  other_zone,    // an NS record whose owner is not the root
  no_servers,    // no NS record
  no_addresses,  // none of the servers has an A or AAAA record
};
struct RootHintsError {
  RootHintsFault fault = RootHintsFault::unreadable;
  wire::WireError wire_error = wire::WireError::bad_text;
  std::size_t line = 0;  // 1-based, of `unreadable`; else 0
};
[[nodiscard]] std::string_view describe(RootHintsFault fault) noexcept;

// boost::system::result asks for this when value() meets an error; reaching it is a bug in the
// caller.
[[noreturn]] void throw_exception_from_error(const RootHintsError& error,
                                             const boost::source_location& where);

// Reads a master file with the root's NS set and the addresses of its servers, as IANA publishes it
// (named.root). Records of other types and addresses of other names are passed over.
[[nodiscard]] boost::system::result<cache::Delegation, RootHintsError> parse_root_hints(
    std::string_view text);

}  // namespace godwit::iterator
