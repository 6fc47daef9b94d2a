// The octets that a signature covers: RRSIG RDATA without the signature, then each record in
// canonical form and order (RFC 4034 §3.1.8.1, §6; RFC 6840 §5.1). Pure.
#pragma once

#include <vector>

#include "wire/rrset.h"

namespace godwit::dnssec {

// `rrsig_rdata` is valid and covers `set`. The owner is written as the wildcard that it came from
// when `labels` of the RRSIG are fewer than the owner's. Empty: the set is larger than a message
// may be. Cost: sorts the records, one copy.
[[nodiscard]] std::vector<std::uint8_t> signed_data(const wire::RRset& set,
                                                    wire::Bytes rrsig_rdata);

}  // namespace godwit::dnssec
