// The shape of each type's RDATA as a row of fields. One table drives validation, decompression,
// compression, canonical case and presentation text, so a type is described once. A type that is
// not in the table is opaque (RFC 3597).
#pragma once

#include <optional>
#include <span>

#include "wire/byte_io.h"
#include "wire/codes.h"

namespace godwit::wire {

enum class RdataField : std::uint8_t {
  u8,
  u16,
  u32,
  ttl,               // u32 shown as a number (SOA timers, RRSIG original TTL)
  time,              // u32 shown as YYYYMMDDHHmmSS (RFC 4034 §3.2)
  type,              // u16 shown as a type mnemonic (RRSIG type covered)
  algorithm,         // u8 shown as a number; mnemonics are read, too (RFC 4034 appendix A.1)
  certificate_type,  // u16, likewise (RFC 4398 §2.1)
  ipv4,
  ipv6,
  // Names differ in three ways: whether they may be written compressed, whether a compressed one is
  // taken from the network, and whether their case is folded in canonical form.
  name_compressible,  // yes, yes, folded: the types of RFC 1035 (RFC 3597 §4)
  name_expandable,    // no, yes, folded: what RFC 3597 §4 asks receivers to expand nonetheless
  name,               // no, no, folded (RFC 4034 §6.2)
  name_exact_case,    // no, no, kept as it is: NSEC (RFC 6840 §5.1), SVCB (RFC 9460 §2.2)
  string,             // one <character-string>
  strings,            // one or more, to the end
  base64_rest,        // to the end, at least one octet; so hex_rest and text_rest
  hex_rest,
  salt,         // u8 length, hex, "-" when empty (NSEC3)
  hash,         // u8 length, base32hex (NSEC3 next owner), not empty
  type_bitmap,  // RFC 4034 §4.1.2, at least one type
  type_bitmap_or_none,
  svc_params,  // RFC 9460 §2.2
  caa_tag,     // u8 length, letters and digits (RFC 8659 §4.1)
  text_rest,   // uncounted octets to the end, shown as one quoted string
  text_rest_or_none,
  loc,  // RFC 1876, to the end: 16 octets as one field, or another version's octets
};

// The fields of a type, in order; empty for an opaque type. Static storage. Cost: one table
// look-up.
[[nodiscard]] std::span<const RdataField> rdata_layout(RrType type) noexcept;

// Whether the type's RDATA is known to the table (A and AAAA too).
[[nodiscard]] inline bool is_known_type(RrType type) noexcept {
  return !rdata_layout(type).empty();
}

[[nodiscard]] constexpr bool is_name(RdataField field) noexcept {
  return field >= RdataField::name_compressible && field <= RdataField::name_exact_case;
}

// Whether a field of several tokens takes all that are left; the last of its row.
[[nodiscard]] constexpr bool runs_to_end(RdataField field) noexcept {
  return field == RdataField::strings || field == RdataField::base64_rest ||
         field == RdataField::hex_rest || field == RdataField::type_bitmap ||
         field == RdataField::type_bitmap_or_none || field == RdataField::svc_params ||
         field == RdataField::loc;
}

// How many octets `field` takes at the front of `rest`, what is left of uncompressed RDATA; nothing
// when they do not have its shape. Fields that run to the end take everything.
[[nodiscard]] std::optional<std::size_t> field_octets(RdataField field, Bytes rest) noexcept;

}  // namespace godwit::wire
