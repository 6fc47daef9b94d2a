// The shape of each type's RDATA as a row of fields. One table drives validation, decompression,
// compression, canonical case and presentation text, so a type is described once. A type that is
// not in the table is opaque (RFC 3597).
#pragma once

#include <span>

#include "wire/codes.h"

namespace godwit::wire {

enum class RdataField : std::uint8_t {
  u8,
  u16,
  u32,
  ttl,   // u32 shown as a number (SOA timers, RRSIG original TTL)
  time,  // u32 shown as YYYYMMDDHHmmSS (RFC 4034 §3.2)
  type,  // u16 shown as a type mnemonic (RRSIG type covered)
  ipv4,
  ipv6,
  name_compressible,  // may be compressed in messages: the types of RFC 1035 (RFC 3597 §4)
  name,  // must not be compressed on output, and is rejected compressed on input where its RFC says
         // so
  string,   // one <character-string>
  strings,  // one or more, to the end
  base64_rest,
  hex_rest,     // to the end; may be empty only where the type allows
  salt,         // u8 length, hex, "-" when empty (NSEC3)
  hash,         // u8 length, base32hex (NSEC3 next owner)
  type_bitmap,  // RFC 4034 §4.1.2
  svc_params,   // RFC 9460 §2.2
  caa_tag,
  text_rest,  // CAA: counted tag, then the rest as quoted text
  loc,        // RFC 1876, 16 octets as one field
};

// The fields of a type, in order; empty for an opaque type. Static storage. Cost: one table
// look-up.
[[nodiscard]] std::span<const RdataField> rdata_layout(RrType type) noexcept;

// Whether the type's RDATA is known to the table (A and AAAA too).
[[nodiscard]] inline bool is_known_type(RrType type) noexcept {
  return !rdata_layout(type).empty();
}

}  // namespace godwit::wire
