// What NSEC3 records prove (RFC 5155 §8, RFC 6840 §4, RFC 9276 §3.2).
#include <algorithm>

#include "dnssec/canonical.h"
#include "dnssec/denial.h"

namespace godwit::dnssec {

using wire::Name;
using wire::RrType;

const Nsec3View* Denial::nsec3_at(const Nsec3Hash& hash) const noexcept {
  const auto found = std::ranges::find(nsec3_, hash, &Nsec3View::owner);
  return found == nsec3_.end() ? nullptr : &*found;
}

const Nsec3View* Denial::nsec3_over(const Nsec3Hash& hash) const noexcept {
  const auto found =
      std::ranges::find_if(nsec3_, [&](const Nsec3View& view) { return view.covers(hash); });
  return found == nsec3_.end() ? nullptr : &*found;
}

std::optional<Nsec3Hash> Denial::hash_of(const Name& name) const {
  return nsec3_hash(name, nsec3_.front().parameters, budget_);
}

Denial::Finding Denial::nsec3_unusable() const noexcept {
  const bool is_insecure = nsec3_fault_ == Fault::nsec3_iterations_insecure;
  return {is_insecure ? Proof::insecure : Proof::unproven, nsec3_fault_, 0};
}

// From the name up to the apex, so that no more is hashed than is needed, and never a name above
// the zone.
Denial::Encloser Denial::nsec3_encloser(const Name& name) const {
  Encloser encloser;
  Nsec3Hash next_closer{};
  for (unsigned labels = name.label_count();; --labels) {
    const auto hash = hash_of(name.suffix(labels));
    if (!hash) {
      encloser.fault = Fault::too_much_work;
      return encloser;
    }
    if (const Nsec3View* at = nsec3_at(*hash)) {
      encloser.labels = labels;
      encloser.at = at;
      break;
    }
    if (labels == zone_.label_count()) return encloser;
    next_closer = *hash;
  }
  if (encloser.labels != name.label_count()) {
    // What is below a cut or a DNAME is not this zone's to deny.
    const TypeBitmap& types = encloser.at->types;
    encloser.over_next_closer = nsec3_over(next_closer);
    if (!encloser.over_next_closer || types.is_delegation() || types.has(RrType::dname))
      return encloser;
  }
  encloser.fault = Fault::none;
  return encloser;
}

Denial::Finding Denial::nsec3_no_name(const Name& name) const {
  if (nsec3_.empty()) return nsec3_unusable();
  const Encloser encloser = nsec3_encloser(name);
  if (encloser.fault != Fault::none) return {.fault = encloser.fault};
  if (!encloser.over_next_closer) {
    if (!encloser.at->types.has(RrType::nxname)) return {};
    return {Proof::proven, Fault::none, zone_.label_count()};
  }
  const auto wildcard = name.suffix(encloser.labels).with_label(asterisk_label);
  if (!wildcard) return {};
  const auto hash = hash_of(*wildcard);
  if (!hash) return {.fault = Fault::too_much_work};
  if (!nsec3_over(*hash)) return {};
  const Proof proof = encloser.over_next_closer->opt_out ? Proof::insecure : Proof::proven;
  return {proof, Fault::none, encloser.labels};
}

Denial::Finding Denial::nsec3_no_data(const Name& name, RrType type) const {
  if (nsec3_.empty()) return nsec3_unusable();
  const Encloser encloser = nsec3_encloser(name);
  if (encloser.fault != Fault::none) return {.fault = encloser.fault};
  if (!encloser.over_next_closer) {
    if (!encloser.at->types.denies(type, name.is_root())) return {};
    return {Proof::proven, Fault::none, encloser.labels};
  }
  // Within opt-out there may be an insecure delegation that has no record (RFC 5155 §8.6), or a
  // name that exists for the sake of one.
  const Finding in_opt_out{Proof::insecure, Fault::none, encloser.labels};
  const bool is_opt_out = encloser.over_next_closer->opt_out;
  if (is_opt_out && type == RrType::ds) return in_opt_out;
  const auto wildcard = name.suffix(encloser.labels).with_label(asterisk_label);
  if (!wildcard) return {};
  const auto hash = hash_of(*wildcard);
  if (!hash) return {.fault = Fault::too_much_work};
  const Nsec3View* at_wildcard = nsec3_at(*hash);
  if (at_wildcard ? !at_wildcard->types.denies(type, false) : !is_opt_out) return {};
  if (is_opt_out) return in_opt_out;
  return {Proof::proven, Fault::none, encloser.labels};
}

Denial::Finding Denial::nsec3_no_closer_match(const Name& name, unsigned labels) const {
  if (nsec3_.empty()) return nsec3_unusable();
  const auto hash = hash_of(name.suffix(labels + 1));
  if (!hash) return {.fault = Fault::too_much_work};
  const Nsec3View* over = nsec3_over(*hash);
  if (!over) return {};
  return {over->opt_out ? Proof::insecure : Proof::proven, Fault::none, labels};
}

Denial::CutFinding Denial::nsec3_cut_at(const Name& name) const {
  if (nsec3_.empty()) {
    const bool is_insecure = nsec3_unusable().proof == Proof::insecure;
    return {is_insecure ? Cut::insecure_delegation : Cut::unproven, nsec3_fault_};
  }
  const Encloser encloser = nsec3_encloser(name);
  if (encloser.fault != Fault::none) return {Cut::unproven, encloser.fault};
  if (encloser.over_next_closer)
    return {encloser.over_next_closer->opt_out ? Cut::insecure_delegation : Cut::no_cut,
            Fault::none};
  const auto cut = cut_said_by(encloser.at->types);
  return cut ? CutFinding{*cut, Fault::none} : CutFinding{};
}

}  // namespace godwit::dnssec
