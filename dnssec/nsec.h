// NSEC and NSEC3 records one by one: what each says of a name. Pure. RFC 4034 §4, RFC 5155, RFC
// 6840 §4, RFC 9824.
#pragma once

#include <optional>
#include <vector>

#include "wire/rrset.h"

namespace godwit::dnssec {

// A type bitmap (RFC 4034 §4.1.2), of valid RDATA.
class TypeBitmap {
 public:
  explicit TypeBitmap(wire::Bytes windows) noexcept : windows_(windows) {}
  TypeBitmap() noexcept = default;
  [[nodiscard]] bool has(wire::RrType type) const noexcept;
  // Of the parent's side of a zone cut: NS without SOA (RFC 6840 §4.1).
  [[nodiscard]] bool is_delegation() const noexcept;
  // Whether the bitmap of a name itself, the root or not, shows that it has neither `type` nor an
  // alias: said by the side of a zone cut that knows (RFC 4035 §5.4, RFC 6840 §4.1, §4.3, §4.4).
  [[nodiscard]] bool denies(wire::RrType type, bool is_root) const noexcept;

 private:
  wire::Bytes windows_;
};

struct NsecView {
  wire::Name owner;
  wire::Name next;
  TypeBitmap types;
  // Whether `name` would stand between owner and next in the zone of `apex` (RFC 4034 §6.1); the
  // last record's next is the apex. Never for names outside the zone, nor when owner or next is.
  [[nodiscard]] bool covers(const wire::Name& name, const wire::Name& apex) const noexcept;
  // The labels of the closest encloser of a name that it covers: owner and next exist, with all
  // that is above them, and nothing between them does.
  [[nodiscard]] unsigned encloser_labels(const wire::Name& name) const noexcept;
};
// The record of an NSEC set. Nothing: a set of more than one, or made from a wildcard. Lifetime:
// the set's.
[[nodiscard]] std::optional<NsecView> read_nsec(const wire::RRset& set) noexcept;

// Whether a signature says that the set was made from a wildcard: its next name and types are those
// of the wildcard then, so that it says nothing of its owner.
[[nodiscard]] bool is_wildcard_expansion(const wire::RRset& set) noexcept;

}  // namespace godwit::dnssec
