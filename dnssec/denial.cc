#include "dnssec/denial.h"

#include <algorithm>

namespace godwit::dnssec {

using wire::Name;
using wire::RrType;

Denial::Denial(const Name& zone, std::span<const wire::RRsetPtr> sets, ValidationBudget& budget)
    : zone_(zone), budget_(budget) {
  std::uint32_t left = budget.limits().proofs_per_response;
  for (const wire::RRsetPtr& set : sets) {
    const bool is_nsec = set->type() == RrType::nsec;
    if (!is_nsec && set->type() != RrType::nsec3) continue;
    if (left-- == 0) break;
    if (is_nsec) {
      if (const auto view = read_nsec(*set)) nsec_.push_back(*view);
    } else if (const auto view = read_nsec3(*set); view && view->zone == zone_) {
      nsec3_.push_back(*view);
    }
  }
  choose_parameters();
}

void Denial::choose_parameters() {
  if (nsec3_.empty()) return;
  const ValidationLimits& limits = budget_.limits();
  const auto chosen = std::ranges::find_if(nsec3_, [&](const Nsec3View& view) {
    return view.parameters.iterations <= limits.nsec3_iterations;
  });
  if (chosen == nsec3_.end()) {
    const bool is_excessive = std::ranges::all_of(nsec3_, [&](const Nsec3View& view) {
      return view.parameters.iterations > limits.nsec3_iterations_max;
    });
    nsec3_fault_ =
        is_excessive ? Fault::nsec3_iterations_excessive : Fault::nsec3_iterations_insecure;
    nsec3_.clear();
    return;
  }
  const Nsec3Parameters parameters = chosen->parameters;
  std::erase_if(nsec3_, [&](const Nsec3View& view) { return !(view.parameters == parameters); });
}

// A zone speaks of what is in it; of the DS at its apex its parent does.
bool Denial::may_deny(const Name& name, RrType type) const noexcept {
  if (type == RrType::ds && name == zone_ && !name.is_root()) return false;
  return name.is_at_or_below(zone_);
}

Failure Denial::failure_of(Fault fault, const Name& name, RrType type) const {
  Failure failure(fault);
  failure.owner = name;
  failure.type = type;
  failure.zone = zone_;
  return failure;
}

ProofResult Denial::conclude(const Name& name, RrType type, const Finding& by_nsec,
                             const Finding& by_nsec3) const {
  const bool nsec3_is_better =
      by_nsec3.proof < by_nsec.proof ||
      (by_nsec3.proof == by_nsec.proof && by_nsec3.fault != Fault::nsec_missing);
  const Finding& found = nsec3_is_better ? by_nsec3 : by_nsec;
  ProofResult result;
  result.proof = found.proof;
  if (found.fault != Fault::none) result.failure = failure_of(found.fault, name, type);
  if (found.encloser_labels != 0) result.closest_encloser = name.suffix(found.encloser_labels);
  return result;
}

ProofResult Denial::no_name(const Name& name) const {
  if (!may_deny(name, RrType::none)) return conclude(name, RrType::none, {}, {});
  const Finding by_nsec = nsec_no_name(name);
  if (by_nsec.proof == Proof::proven) return conclude(name, RrType::none, by_nsec, {});
  return conclude(name, RrType::none, by_nsec, nsec3_no_name(name));
}

ProofResult Denial::no_data(const Name& name, RrType type) const {
  if (!may_deny(name, type)) return conclude(name, type, {}, {});
  const Finding by_nsec = nsec_no_data(name, type);
  if (by_nsec.proof == Proof::proven) return conclude(name, type, by_nsec, {});
  return conclude(name, type, by_nsec, nsec3_no_data(name, type));
}

ProofResult Denial::no_closer_match(const Name& name, unsigned wildcard_labels) const {
  const bool is_possible = name.is_at_or_below(zone_) && wildcard_labels >= zone_.label_count() &&
                           wildcard_labels < name.label_count();
  if (!is_possible) return conclude(name, RrType::none, {}, {});
  const Finding by_nsec = nsec_no_closer_match(name, wildcard_labels);
  if (by_nsec.proof == Proof::proven) return conclude(name, RrType::none, by_nsec, {});
  return conclude(name, RrType::none, by_nsec, nsec3_no_closer_match(name, wildcard_labels));
}

Denial::Cut Denial::cut_at(const Name& name, Failure& failure) const {
  failure = Failure();
  CutFinding found;
  if (name.is_below(zone_)) {
    found = nsec_cut_at(name);
    if (found.cut == Cut::unproven) {
      const CutFinding by_nsec3 = nsec3_cut_at(name);
      if (by_nsec3.cut != Cut::unproven || by_nsec3.fault != Fault::nsec_missing) found = by_nsec3;
    }
  }
  if (found.fault != Fault::none) failure = failure_of(found.fault, name, RrType::ds);
  return found.cut;
}

std::optional<Denial::Cut> cut_said_by(const TypeBitmap& types) noexcept {
  if (types.has(RrType::soa) || types.has(RrType::ds)) return std::nullopt;
  return types.has(RrType::ns) ? Denial::Cut::insecure_delegation : Denial::Cut::no_cut;
}

}  // namespace godwit::dnssec
