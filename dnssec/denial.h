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
// each kind is tried by itself. Sets over limits.proofs_per_response are not looked at; of NSEC3
// sets with different parameters those are that agree with the first of few iterations. Lifetime:
// the sets and the budget outlive it. Cost: nothing is hashed before a proof is asked for.
class Denial {
 public:
  Denial(const wire::Name& zone, std::span<const wire::RRsetPtr> sets, ValidationBudget& budget);

  // `name` does not exist, and no wildcard makes it (RFC 4035 §5.4, RFC 5155 §8.4); also the name
  // itself with type NXNAME (RFC 9824), of which the apex is the closest encloser that is known.
  [[nodiscard]] ProofResult no_name(const wire::Name& name) const;
  // `name` exists, or a wildcard makes it, and has neither `type` nor an alias. Also empty
  // non-terminals, compact denial, and for type DS what no_ds() says.
  [[nodiscard]] ProofResult no_data(const wire::Name& name, wire::RrType type) const;
  // Nothing closer to `name` exists than the wildcard with `wildcard_labels` labels, the asterisk
  // not counted, that it was made from (RFC 4035 §5.3.4, RFC 5155 §8.8).
  [[nodiscard]] ProofResult no_closer_match(const wire::Name& name, unsigned wildcard_labels) const;

  // What the sets say of a cut at `name`, which is below `zone`.
  enum class Cut : std::uint8_t {
    insecure_delegation,  // NS, no DS; or within opt-out; or too many iterations, as `failure` says
    no_cut,               // no NS, or no name at all
    unproven,
  };
  [[nodiscard]] Cut cut_at(const wire::Name& name, Failure& failure) const;

 private:
  // What one kind of sets says.
  struct Finding {
    Proof proof = Proof::unproven;
    Fault fault = Fault::nsec_wrong;
    unsigned encloser_labels = 0;
  };
  struct CutFinding {
    Cut cut = Cut::unproven;
    Fault fault = Fault::nsec_wrong;
  };
  // The closest encloser by NSEC3 (RFC 5155 §8.3): the record that matches it, and the one that
  // covers the name one label longer; none when it is the name itself.
  struct Encloser {
    Fault fault = Fault::nsec_wrong;
    unsigned labels = 0;
    const Nsec3View* at = nullptr;
    const Nsec3View* over_next_closer = nullptr;
  };

  void choose_parameters();
  [[nodiscard]] bool may_deny(const wire::Name& name, wire::RrType type) const noexcept;
  [[nodiscard]] ProofResult conclude(const wire::Name& name, wire::RrType type,
                                     const Finding& by_nsec, const Finding& by_nsec3) const;
  [[nodiscard]] Failure failure_of(Fault fault, const wire::Name& name, wire::RrType type) const;

  // denial_nsec.cc
  [[nodiscard]] const NsecView* nsec_at(const wire::Name& name) const noexcept;
  [[nodiscard]] const NsecView* nsec_over(const wire::Name& name) const noexcept;
  [[nodiscard]] Finding nsec_no_name(const wire::Name& name) const;
  [[nodiscard]] Finding nsec_no_data(const wire::Name& name, wire::RrType type) const;
  [[nodiscard]] Finding nsec_no_closer_match(const wire::Name& name, unsigned labels) const;
  [[nodiscard]] CutFinding nsec_cut_at(const wire::Name& name) const;

  // denial_nsec3.cc
  [[nodiscard]] const Nsec3View* nsec3_at(const Nsec3Hash& hash) const noexcept;
  [[nodiscard]] const Nsec3View* nsec3_over(const Nsec3Hash& hash) const noexcept;
  [[nodiscard]] std::optional<Nsec3Hash> hash_of(const wire::Name& name) const;
  [[nodiscard]] Finding nsec3_unusable() const noexcept;
  [[nodiscard]] Encloser nsec3_encloser(const wire::Name& name) const;
  [[nodiscard]] Finding nsec3_no_name(const wire::Name& name) const;
  [[nodiscard]] Finding nsec3_no_data(const wire::Name& name, wire::RrType type) const;
  [[nodiscard]] Finding nsec3_no_closer_match(const wire::Name& name, unsigned labels) const;
  [[nodiscard]] CutFinding nsec3_cut_at(const wire::Name& name) const;

  wire::Name zone_;
  ValidationBudget& budget_;
  std::vector<NsecView> nsec_;
  std::vector<Nsec3View> nsec3_;  // all of the same parameters
  // Why there are no NSEC3 records to look at.
  Fault nsec3_fault_ = Fault::nsec_missing;
};

// What a type bitmap at a name says of a cut there; nothing: what only a secure delegation or the
// child's side has.
[[nodiscard]] std::optional<Denial::Cut> cut_said_by(const TypeBitmap& types) noexcept;

}  // namespace godwit::dnssec
