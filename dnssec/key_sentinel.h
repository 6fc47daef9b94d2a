// Which keys are trusted, told to others: to the servers of a zone by the name of a query, and to
// clients by whether a name of theirs is answered. Pure. RFC 8145 §5, RFC 8509.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "dnssec/trust_anchors.h"

namespace godwit::dnssec {

// The key tags of what is trusted of a zone, each once, ascending.
[[nodiscard]] std::vector<std::uint16_t> trusted_tags(const TrustAnchor& anchor);

// The name whose query of type NULL tells a zone's servers the tags: "_ta-4f66-9728." for the
// root's keys of 2017 and 2024. A label has room for 12; of more the lowest are told. Nothing:
// there is none, or the name would be too long.
[[nodiscard]] std::optional<wire::Name> key_tag_query_name(const TrustAnchor& anchor);

// What a client asks with a name that begins with root-key-sentinel-is-ta-NNNNN or -not-ta-NNNNN.
struct KeySentinel {
  bool is_answered_if_trusted = true;  // is-ta; not-ta: if not trusted
  std::uint16_t key_tag = 0;
};
// Nothing: the leftmost label is no such label. Cost: two comparisons of a label.
[[nodiscard]] std::optional<KeySentinel> read_key_sentinel(const wire::Name& qname) noexcept;

// Whether the answer is given as it is; else the client gets SERVFAIL (RFC 8509 §3.2). For answers
// to questions of type A and AAAA that were validated and found secure, without CD (§3.1); all
// others are given. `root_tags`: trusted_tags() of the root.
[[nodiscard]] bool is_answered(const KeySentinel& sentinel,
                               std::span<const std::uint16_t> root_tags) noexcept;

}  // namespace godwit::dnssec
