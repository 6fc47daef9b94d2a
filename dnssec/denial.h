// Proofs of absence from NSEC or NSEC3 sets: of a name, of a type, of anything closer than a
// wildcard, of a DS. The sets have been validated with the keys of one zone before; here it is
// decided what they prove. Pure but for the budget. RFC 4035 §5.4, RFC 5155 §8, RFC 6840 §4, RFC
// 9824, RFC 9276.
#pragma once

#include <span>

#include "dnssec/failure.h"
#include "dnssec/nsec3.h"

namespace godwit::dnssec {

enum class Proof : std::uint8_t {
  proven,
  insecure,  // a span of opt-out covers it, or the iterations are too many: true, but not secure
  unproven,  // `failure` says what is missing or wrong
};

struct ProofResult {
  Proof proof = Proof::unproven;
  Failure failure;
  // The name that was shown to exist nearest above, where there is one.
  wire::Name closest_encloser;
};

// The NSEC or NSEC3 sets of one response, all secure, all signed by `zone`. Both kinds together:
// each kind is tried by itself. Sets over limits.proofs_per_response are not looked at. Lifetime:
// the sets outlive it.
class Denial {
 public:
  Denial(const wire::Name& zone, std::span<const wire::RRsetPtr> sets, ValidationBudget& budget);

  // `name` does not exist, and no wildcard makes it (RFC 4035 §5.4, RFC 5155 §8.4).
  [[nodiscard]] ProofResult no_name(const wire::Name& name) const;
  // `name` exists, or a wildcard makes it, and has neither `type` nor an alias. Also empty
  // non-terminals, compact denial, and for type DS what no_ds() says.
  [[nodiscard]] ProofResult no_data(const wire::Name& name, wire::RrType type) const;
  // Nothing closer to `name` exists than the wildcard with `wildcard_labels` labels, the asterisk
  // not counted, that it was made from (RFC 4035 §5.3.4, RFC 5155 §8.8).
  [[nodiscard]] ProofResult no_closer_match(const wire::Name& name, unsigned wildcard_labels) const;

  // What the sets say of a cut at `name`, which is below `zone`.
  enum class Cut : std::uint8_t {
    insecure_delegation,  // NS, no DS; or within opt-out
    no_cut,               // no NS, or no name at all
    unproven,
  };
  [[nodiscard]] Cut cut_at(const wire::Name& name, Failure& failure) const;

 private:
  const wire::Name& zone_;
  ValidationBudget& budget_;
  std::vector<NsecView> nsec_;
  std::vector<Nsec3View> nsec3_;
  Failure failure_;  // of the sets as a whole
  bool iterations_insecure_ = false;
};

}  // namespace godwit::dnssec
