// What a response is, decided from the response, the question and the zone cut that was asked.
// Pure. The walk switches on the kind; scrub.h then takes out of the message what that kind may be
// believed for. RFC 1034 §5.3.3, RFC 2308 §2.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "iterator/budget.h"
#include "wire/edns.h"
#include "wire/message_view.h"

namespace godwit::iterator {

enum class ResponseKind : std::uint8_t {
  answer,    // data of the name and type asked for
  alias,     // CNAME at the name or DNAME above it, perhaps with more of the chain
  referral,  // to a cut below the one asked, on the way to the name
  nodata,
  nxdomain,
  alias_too_long,  // YXDOMAIN: a DNAME makes a name over 255 octets (RFC 6672 §2.2)
  lame,     // the server does not serve the zone: upward or sideways referral, nothing and not
            // authoritative, or the child's word on its DS
  refused,  // REFUSED, NOTAUTH
  server_failure,  // SERVFAIL and every other rcode
  format_error,    // FORMERR, NOTIMP, BADVERS: perhaps the EDNS is to blame
  bad_cookie,
  truncated,
  set_too_large,     // what was wanted of it has more records than limits.records_per_rrset
  too_many_records,  // than limits.records_per_response, or those that may be received
  malformed,         // cannot be read, or contradicts itself
};
[[nodiscard]] std::string_view describe(ResponseKind kind) noexcept;

// Whether the walk can go on from it.
[[nodiscard]] constexpr bool is_usable(ResponseKind kind) noexcept {
  return kind <= ResponseKind::alias_too_long;
}

// A message read once, its records in order. Lifetime: views into the message's octets.
struct ParsedResponse {
  wire::Header header;
  wire::Rcode rcode = wire::Rcode::noerror;  // with the OPT record's upper bits
  std::optional<wire::Edns> edns;
  std::vector<wire::RecordView> records;  // without the OPT
};
[[nodiscard]] wire::Result<ParsedResponse> parse_response(wire::Bytes message);

// Whether reading it would be wasted, by the numbers in its header: they may announce
// limits.records_received_per_response records and an OPT, of these limits.records_per_response and
// the OPT behind the answer section.
[[nodiscard]] bool announces_too_many(const wire::Header& header, const Limits& limits) noexcept;

// What was asked of whom.
struct AskedQuestion {
  AskedQuestion() = default;
  wire::Name name;
  wire::RrType type = wire::RrType::a;
  wire::Name cut;  // the zone whose servers were asked: the bailiwick
  bool probe =
      false;  // for fewer labels than the name has (RFC 9156): shows the way, proves no server lame
  bool forwarded = false;  // the servers recurse: AA and referrals mean nothing
};

[[nodiscard]] ResponseKind classify(const ParsedResponse& response, const AskedQuestion& asked);

// The record of the answer section that redirects `name`: a DNAME above it, at or below `cut`, else
// its CNAME. The DNAME comes first, as nothing else can stand below it and a CNAME beside it is
// made from it. Class IN.
[[nodiscard]] const wire::RecordView* find_alias(const ParsedResponse& response,
                                                 const wire::Name& name, const wire::Name& cut);

// Whether the answer section has a record of that owner and type, class IN. Not the CNAME that a
// server has made from a DNAME: that is the DNAME's to say (RFC 6672 §3.1).
[[nodiscard]] bool has_answer(const ParsedResponse& response, const wire::Name& name,
                              wire::RrType type, const wire::Name& cut);

// The owner of the NS set in the authority section that refers from `asked.cut` down toward the
// name; none when there is no such set.
[[nodiscard]] std::optional<wire::Name> referral_cut(const ParsedResponse& response,
                                                     const AskedQuestion& asked);

// The SOA of the authority section that can deny `name`: at or below the cut, at or above the name.
[[nodiscard]] const wire::RecordView* find_soa(const ParsedResponse& response,
                                               const wire::Name& name, const wire::Name& cut);

// Whether the SOA of a denial of DS at `name` is that of the zone that begins there: the child's
// side of the cut was asked, and DS is its parent's (RFC 4035 §3.1.4.1). Forwarders speak of both.
[[nodiscard]] bool is_childs_word_on_ds(const ParsedResponse& response, const AskedQuestion& asked,
                                        const wire::Name& name);

}  // namespace godwit::iterator
