// What NSEC records prove (RFC 4035 §5.4, RFC 6840 §4, RFC 9824).
#include <algorithm>

#include "dnssec/canonical.h"
#include "dnssec/denial.h"

namespace godwit::dnssec {

using wire::Name;
using wire::RrType;

namespace {

// A covered name exists all the same, without any type, when the next one is below it.
bool is_empty_non_terminal(const NsecView& over, const Name& name) noexcept {
  return over.next.is_below(name);
}

}  // namespace

const NsecView* Denial::nsec_at(const Name& name) const noexcept {
  const auto found = std::ranges::find(nsec_, name, &NsecView::owner);
  return found == nsec_.end() ? nullptr : &*found;
}

const NsecView* Denial::nsec_over(const Name& name) const noexcept {
  const auto found = std::ranges::find_if(nsec_, [&](const NsecView& view) {
    if (!view.covers(name, zone_)) return false;
    // What is below a cut or a DNAME is not this zone's to deny (RFC 6840 §4.1, RFC 6672 §5.3.4.1).
    const bool speaks_of_below = !view.types.is_delegation() && !view.types.has(RrType::dname);
    return speaks_of_below || !name.is_below(view.owner);
  });
  return found == nsec_.end() ? nullptr : &*found;
}

Denial::Finding Denial::nsec_no_name(const Name& name) const {
  if (nsec_.empty()) return {.fault = Fault::nsec_missing};
  if (const NsecView* at = nsec_at(name)) {
    if (!at->types.has(RrType::nxname)) return {};
    return {Proof::proven, Fault::none, zone_.label_count()};
  }
  const NsecView* over = nsec_over(name);
  if (!over || is_empty_non_terminal(*over, name)) return {};
  const unsigned labels = over->encloser_labels(name);
  const auto wildcard = name.suffix(labels).with_label(asterisk_label);
  if (!wildcard) return {};
  const NsecView* over_wildcard = nsec_over(*wildcard);
  if (!over_wildcard || is_empty_non_terminal(*over_wildcard, *wildcard)) return {};
  return {Proof::proven, Fault::none, labels};
}

Denial::Finding Denial::nsec_no_data(const Name& name, RrType type) const {
  if (nsec_.empty()) return {.fault = Fault::nsec_missing};
  const Finding exists{Proof::proven, Fault::none, name.label_count()};
  if (const NsecView* at = nsec_at(name))
    return at->types.denies(type, name.is_root()) ? exists : Finding{};
  const NsecView* over = nsec_over(name);
  if (!over) return {};
  if (is_empty_non_terminal(*over, name)) return exists;
  const unsigned labels = over->encloser_labels(name);
  const auto wildcard = name.suffix(labels).with_label(asterisk_label);
  if (!wildcard) return {};
  const NsecView* at_wildcard = nsec_at(*wildcard);
  if (!at_wildcard || at_wildcard->types.has(RrType::nxname) ||
      !at_wildcard->types.denies(type, false))
    return {};
  return {Proof::proven, Fault::none, labels};
}

Denial::Finding Denial::nsec_no_closer_match(const Name& name, unsigned labels) const {
  if (nsec_.empty()) return {.fault = Fault::nsec_missing};
  const NsecView* over = nsec_over(name);
  // An empty non-terminal is its own closest encloser.
  if (!over || over->encloser_labels(name) != labels) return {};
  return {Proof::proven, Fault::none, labels};
}

Denial::CutFinding Denial::nsec_cut_at(const Name& name) const {
  if (nsec_.empty()) return {Cut::unproven, Fault::nsec_missing};
  if (const NsecView* at = nsec_at(name)) {
    const auto cut = cut_said_by(at->types);
    return cut ? CutFinding{*cut, Fault::none} : CutFinding{};
  }
  return nsec_over(name) ? CutFinding{Cut::no_cut, Fault::none} : CutFinding{};
}

}  // namespace godwit::dnssec
