// From a parent's DS set to the child's keys (RFC 4035 §5.2, RFC 4509 §3, RFC 6840 §5.2). Pure.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "dnssec/failure.h"
#include "dnssec/key.h"
#include "dnssec/validation_budget.h"

namespace godwit::dnssec {

// DS RDATA, read in place.
struct DsView {
  std::uint16_t key_tag = 0;
  Algorithm algorithm{};
  Digest digest_type{};
  wire::Bytes digest;
};
[[nodiscard]] std::optional<DsView> read_ds(wire::Bytes rdata) noexcept;

// The DS digest of a key of `zone`; empty for an unsupported type.
[[nodiscard]] std::vector<std::uint8_t> ds_digest(const wire::Name& zone, wire::Bytes dnskey_rdata,
                                                  Digest type);

// What a DS set means for the zone that it delegates.
struct DsMeaning {
  // Whether any record has a supported algorithm and digest: if none has, the zone is insecure, and
  // `failure` says for want of which.
  bool is_usable = false;
  Failure failure;
};
[[nodiscard]] DsMeaning meaning_of(const wire::RRset& ds, const AlgorithmPolicy& policy);

// The keys of `dnskeys` that usable records of `ds` name, at most limits.ds_per_zone records being
// looked at; SHA-1 digests count only where there is no better one of that algorithm (RFC 4509 §3).
struct EntryKeys {
  std::vector<ZoneKeyPtr> keys;  // any one of them may sign the DNSKEY set
  Failure failure;               // when there are none
};
[[nodiscard]] EntryKeys entry_keys(const wire::RRset& ds, const wire::RRset& dnskeys,
                                   const AlgorithmPolicy& policy, const ValidationLimits& limits);

// The failure of a zone that shows no keys at all, though `ds` names one.
[[nodiscard]] Failure without_keys(const wire::RRset& ds);

}  // namespace godwit::dnssec
