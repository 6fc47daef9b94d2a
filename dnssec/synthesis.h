// Denials of names and types that nobody was asked for, from NSEC and NSEC3 sets of earlier
// responses (RFC 8198). Pure but for the table and the budget. Left out: answers made from a
// wildcard (RFC 8198 §5.3), spans of opt-out, and records made for one denial alone, which say
// nothing of other names (RFC 4470, RFC 7129 appendix B, RFC 9824).
#pragma once

#include <optional>
#include <vector>

#include "cache/proven_denials.h"
#include "dnssec/validation_budget.h"

namespace godwit::dnssec {

// Keeps an SOA, NSEC or NSEC3 set that was validated as secure with keys of `zone`, if it may prove
// something of other names; nothing else is ever to be given here.
void remember_denial(cache::ProvenDenials& table, const wire::Name& zone,
                     const cache::ProvenSet& proven, cache::Time now);

struct Synthesis {
  bool is_name_error = false;  // else NODATA
  struct Part {
    wire::RRsetPtr set;
    std::uint32_t ttl_left = 0;  // seconds
    cache::Giver giver{};
  };
  std::vector<Part> parts;  // for the authority section: the SOA, then what proves it
  // How long it may be kept: the least of the parts' and of the SOA's MINIMUM. Seconds.
  std::uint32_t ttl = 0;
};

// That `name` does not exist or has no `type`, when the table proves it; secure. Names that need
// more NSEC3 hashing than half of what the budget has left are asked for as ever: what is saved
// must not cost the question. Cost: a few look-ups; for NSEC3 three hashes a label below the apex.
[[nodiscard]] std::optional<Synthesis> synthesise(const cache::ProvenDenials& table,
                                                  const wire::Name& name, wire::RrType type,
                                                  cache::Time now, ValidationBudget& budget);

}  // namespace godwit::dnssec
