// Why a question could not be resolved, and the one place where a reason becomes an rcode and an
// Extended DNS Error.
#pragma once

#include <cstdint>
#include <string_view>

#include "wire/codes.h"

namespace godwit::iterator {

enum class ResolveError : std::uint16_t {
  none = 0,
  no_reachable_servers,  // every server timed out or could not be reached
  servers_refused,       // REFUSED, NOTAUTH
  servers_failed,        // SERVFAIL and other error rcodes
  servers_lame,          // not authoritative for the zone they were asked for
  malformed_responses,   // responses that cannot be read or contradict themselves
  set_too_large,         // more records of one type than resolver.limits.records-per-rrset
  too_many_records,      // a response of more records than are read
  no_server_addresses,   // none of the server names has an address
  delegation_loop,       // the servers' names can only be found through the zone itself
  alias_loop,
  alias_chain_too_long,
  bogus,                // what the servers say fails validation
  alias_name_too_long,  // a DNAME makes a name over 255 octets: YXDOMAIN
  out_of_packets,       // resolver.limits.upstream-packets
  out_of_octets,
  out_of_time,
  out_of_steps,
  out_of_address_lookups,
  out_of_validation,  // dnssec.limits
  too_deep,
  cancelled,  // shutting down
  internal,   // an invariant did not hold; counted and logged
};

// A limit of the question's own budget: it says nothing about the servers or the name at which the
// walk happened to stand.
[[nodiscard]] constexpr bool is_limit(ResolveError error) noexcept {
  return error >= ResolveError::out_of_packets && error <= ResolveError::too_deep;
}

// Whether it may be otherwise by another way to the servers: all but what the zones' own data say.
[[nodiscard]] constexpr bool may_be_of_network(ResolveError error) noexcept {
  switch (error) {
    case ResolveError::set_too_large:
    case ResolveError::too_many_records:
    case ResolveError::alias_loop:
    case ResolveError::alias_chain_too_long:
    case ResolveError::alias_name_too_long:
      return false;
    default:
      return true;
  }
}

// Whether the response was whole and only larger than what is taken: no fault of the servers'.
[[nodiscard]] constexpr bool is_too_large(ResolveError error) noexcept {
  return error == ResolveError::set_too_large || error == ResolveError::too_many_records;
}

// Whether the servers were not reached or would not say anything, so that what they said before may
// still be true. What they say now and is not believed, or cannot be followed, is no such thing.
[[nodiscard]] constexpr bool may_be_answered_stale(ResolveError error) noexcept {
  switch (error) {
    case ResolveError::no_reachable_servers:
    case ResolveError::servers_refused:
    case ResolveError::servers_failed:
    case ResolveError::servers_lame:
    case ResolveError::no_server_addresses:
    case ResolveError::out_of_packets:
    case ResolveError::out_of_time:
    case ResolveError::out_of_address_lookups:
      return true;
    default:
      return false;
  }
}

// The reason to give when servers failed in several ways: the one that tells most.
[[nodiscard]] ResolveError graver(ResolveError a, ResolveError b) noexcept;

struct FailureText {
  wire::Rcode rcode;
  wire::EdeCode ede;
  std::string_view text;  // static; a sentence without the zone's name
};
[[nodiscard]] FailureText describe(ResolveError error) noexcept;

}  // namespace godwit::iterator
