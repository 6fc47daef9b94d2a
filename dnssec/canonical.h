// The octets that a signature covers: RRSIG RDATA without the signature, then each record in
// canonical form and order (RFC 4034 §3.1.8.1, §6; RFC 6840 §5.1). Pure.
#pragma once

#include <vector>

#include "wire/rrset.h"

namespace godwit::dnssec {

inline constexpr std::uint8_t asterisk_label[] = {'*'};

// The most that is signed at once: whatever a message holds, with the owners written out.
inline constexpr std::size_t signed_octets_max = std::size_t{2} * wire::message_octets_max;

// The labels of an owner as an RRSIG counts them: without the root and without the asterisk of a
// wildcard (RFC 4034 §3.1.3).
[[nodiscard]] unsigned signed_labels(const wire::Name& owner) noexcept;

// `rrsig_rdata` is valid and covers `set`. The owner is written as the wildcard that it came from
// when `labels` of the RRSIG are fewer than the owner's. Empty: more than signed_octets_max, or an
// RRSIG that is none. Cost: sorts the records, one copy.
[[nodiscard]] std::vector<std::uint8_t> signed_data(const wire::RRset& set,
                                                    wire::Bytes rrsig_rdata);

}  // namespace godwit::dnssec
