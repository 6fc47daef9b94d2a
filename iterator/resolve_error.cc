// The table from reasons to rcodes, Extended DNS Errors (RFC 8914 §4) and sentences. A sentence
// about a limit names the operator's setting.
#include "iterator/resolve_error.h"

#include "iterator/budget.h"

namespace godwit::iterator {

using wire::EdeCode;
using wire::Rcode;

FailureText describe(ResolveError error) noexcept {
  switch (error) {
    case ResolveError::none:
      return {Rcode::noerror, EdeCode::other, ""};
    case ResolveError::no_reachable_servers:
      return {Rcode::servfail, EdeCode::no_reachable_authority,
              "none of the zone's servers answered"};
    case ResolveError::servers_refused:
      return {Rcode::servfail, EdeCode::no_reachable_authority,
              "all of the zone's servers refused the query"};
    case ResolveError::servers_failed:
      return {Rcode::servfail, EdeCode::network_error,
              "all of the zone's servers answered with an error"};
    case ResolveError::servers_lame:
      return {Rcode::servfail, EdeCode::no_reachable_authority,
              "none of the servers that the zone is delegated to is authoritative for it"};
    case ResolveError::malformed_responses:
      return {Rcode::servfail, EdeCode::invalid_data,
              "the zone's servers sent responses that cannot be read or contradict themselves"};
    case ResolveError::set_too_large:
      return {
          Rcode::servfail, EdeCode::other,
          "the zone's servers sent a set of more records than resolver.limits.records-per-rrset"};
    case ResolveError::too_many_records:
      static_assert(Limits().records_per_response == 512);
      return {Rcode::servfail, EdeCode::other,
              "the zone's servers sent a response of more than 512 records"};
    case ResolveError::no_server_addresses:
      return {Rcode::servfail, EdeCode::no_reachable_authority,
              "no address was found for any of the zone's servers"};
    case ResolveError::delegation_loop:
      return {Rcode::servfail, EdeCode::no_reachable_authority,
              "the addresses of the zone's servers can only be found by asking these servers"};
    case ResolveError::alias_loop:
      return {Rcode::servfail, EdeCode::other, "the chain of aliases leads back to itself"};
    case ResolveError::alias_chain_too_long:
      return {Rcode::servfail, EdeCode::other,
              "the chain of aliases is longer than resolver.limits.alias-hops"};
    case ResolveError::bogus:
      return {Rcode::servfail, EdeCode::dnssec_bogus, "the answer fails validation"};
    case ResolveError::alias_name_too_long:
      return {Rcode::yxdomain, EdeCode::other, "a DNAME makes a name of more than 255 octets"};
    case ResolveError::out_of_packets:
      return {Rcode::servfail, EdeCode::other,
              "the question needs more queries than resolver.limits.upstream-packets"};
    case ResolveError::out_of_octets:
      return {Rcode::servfail, EdeCode::other,
              "the question brought in more data than resolver.limits.upstream-bytes"};
    case ResolveError::out_of_time:
      return {Rcode::servfail, EdeCode::other,
              "the question took longer than resolver.limits.resolution-time"};
    case ResolveError::out_of_steps:
      return {Rcode::servfail, EdeCode::other, "the question needs more steps than one may take"};
    case ResolveError::out_of_address_lookups:
      return {Rcode::servfail, EdeCode::other,
              "more server names without an address than resolver.limits.failed-address-lookups"};
    case ResolveError::out_of_validation:
      return {Rcode::servfail, EdeCode::other,
              "validating the answer needs more work than dnssec.limits allow"};
    case ResolveError::too_deep:
      return {Rcode::servfail, EdeCode::other,
              "finding server addresses goes deeper than resolver.limits.recursion-depth"};
    case ResolveError::cancelled:
      return {Rcode::servfail, EdeCode::not_ready, "the resolver is shutting down"};
    case ResolveError::internal:
      break;
  }
  return {Rcode::servfail, EdeCode::other, "internal error"};
}

ResolveError graver(ResolveError a, ResolveError b) noexcept {
  const auto weight = [](ResolveError error) {
    switch (error) {
      case ResolveError::set_too_large:
      case ResolveError::too_many_records:
        return 6;  // the operator's to change
      case ResolveError::servers_refused:
        return 5;
      case ResolveError::servers_failed:
        return 4;
      case ResolveError::servers_lame:
        return 3;
      case ResolveError::malformed_responses:
        return 2;
      case ResolveError::no_reachable_servers:
        return 1;
      case ResolveError::none:
      case ResolveError::no_server_addresses:
        return 0;
      default:
        return 7;  // ends the question, whatever its servers say
    }
  };
  return weight(b) > weight(a) ? b : a;
}

}  // namespace godwit::iterator
