// RDATA between messages and packed RRsets: validation with decompression on the way in,
// compression on the way out (message_builder.h), and typed views of the few types that the
// resolver itself reads.
#pragma once

#include <optional>

#include "wire/name_view.h"
#include "wire/rdata_layout.h"

namespace godwit::wire {

inline constexpr std::size_t rdata_octets_max = 65535;

// Checks the RDATA of `type` at [offset, offset + length) of `message` and writes it with names
// uncompressed to `out`. Returns the octets written (never more than out.size(); no_space
// otherwise). A compressed name in a type that forbids it (RFC 3597 §4: SRV, RRSIG, NSEC, DNAME,
// SVCB, ... ) is bad_rdata, as are names that end beyond the RDATA, empty TXT, bad bitmaps,
// bad SVCB keys and lengths that the type does not allow. Cost: one pass, no heap.
[[nodiscard]] Result<std::size_t> unpack_rdata(Bytes message, std::size_t offset,
                                               std::size_t length, RrType type,
                                               MutableBytes out) noexcept;

// Whether `rdata`, uncompressed, has the shape of `type`.
[[nodiscard]] bool is_valid_rdata(RrType type, Bytes rdata) noexcept;

// The domain name that is the whole RDATA (NS, CNAME, DNAME, PTR) or its target (MX, SRV, KX,
// AFSDB, RT). The RDATA is valid and uncompressed; nothing for other types.
[[nodiscard]] std::optional<Name> target_name(RrType type, Bytes rdata) noexcept;

struct SoaView {
  Name mname;
  Name rname;
  std::uint32_t serial, refresh, retry, expire, minimum;
};
// Valid, uncompressed SOA RDATA. RFC 1035 §3.3.13.
[[nodiscard]] std::optional<SoaView> read_soa(Bytes rdata) noexcept;

}  // namespace godwit::wire
