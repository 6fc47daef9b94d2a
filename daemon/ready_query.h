// A query of the most common shape, read in place for the hit path: one question of class IN with
// its name in full, RD, and no record but a plain OPT with at most a cookie. Whatever else there
// is goes the ordinary way (client_request.h), and so does every query that is not well formed.
// Pure, no heap. RFC 1035 §4.1, RFC 6891 §6.1, RFC 7873 §4.
#pragma once

#include <cstdint>

#include "wire/byte_io.h"

namespace godwit::daemon {

struct ReadyQuery {
  bool may_be_ready = false;  // the rest says something only then
  bool answered = false;      // the listener's own
  bool has_edns = false;
  bool dnssec_ok = false;
  bool checking_disabled = false;
  bool wants_security = false;    // AD (RFC 6840 §5.7)
  std::uint16_t name_octets = 0;  // from octet 12 of the message on
  std::uint16_t type = 0;
  std::uint16_t payload_octets = 0;  // as in the OPT record
  std::uint64_t hash = 0;            // of the name
  wire::Bytes message;
  wire::Bytes cookie;  // the option's body; empty: there is none

  [[nodiscard]] wire::Bytes name() const noexcept;
  // What header and question take.
  [[nodiscard]] std::size_t question_end() const noexcept;
};

// Reads `message`, but for its hash.
void read_ready_query(wire::Bytes message, ReadyQuery& out) noexcept;

}  // namespace godwit::daemon
