// Whether a datagram or a TCP message is the response to an outstanding query: id, QR, opcode,
// question with its exact letter case, cookie. Pure; address and port are the caller's to check
// first. RFC 5452 §9.1.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "wire/edns.h"
#include "wire/name.h"

namespace godwit::iterator {

enum class MatchVerdict : std::uint8_t {
  accepted,
  ignored,    // not a response to this query at all; waiting goes on
  near_miss,  // aimed at this query and wrong in one property: over UDP, ask again over TCP
};

// What a response must be. Lifetime: owns everything.
struct ExpectedResponse {
  ExpectedResponse() = default;
  std::uint16_t id = 0;
  wire::Name name;  // as sent, letter case included
  wire::RrType type = wire::RrType::none;
  wire::RrClass rr_class = wire::RrClass::in;
  bool exact_case = true;  // false when 0x20 is off
  std::optional<std::array<std::uint8_t, wire::cookie_client_octets>>
      cookie;                    // the client part that was sent
  bool cookie_required = false;  // the server has proven that it does cookies
};

// Judges `message`, which came from the right address and port. Noise is ignored: under 12 octets,
// QR=0 (an echoed query too), another opcode. Over UDP all else that does not match is a near miss:
// id, question or its letter case, no question, a cookie that is wrong or owed and missing, an OPT
// that cannot be read when a cookie was sent. Over TCP (`over_tcp`) another id is ignored, since
// the connection may carry other queries; letter case and a missing cookie are not held against the
// server, and a header-only FORMERR, NOTIMP or REFUSED is accepted: nobody off the path can have
// sent it. A near miss over TCP means that the server answers nonsense. A message with TC set and a
// matching question is accepted. Cost: header and question; the OPT is looked for only when a
// cookie was sent.
[[nodiscard]] MatchVerdict judge(const ExpectedResponse& expected, wire::Bytes message,
                                 bool over_tcp) noexcept;

}  // namespace godwit::iterator
