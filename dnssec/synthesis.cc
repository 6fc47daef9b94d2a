#include "dnssec/synthesis.h"

#include <algorithm>

#include "cache/ttl.h"
#include "dnssec/canonical.h"
#include "dnssec/denial.h"
#include "wire/rdata.h"

namespace godwit::dnssec {

using cache::ProvenDenials;
using cache::ProvenSet;
using cache::ProvenZone;
using cache::Time;
using wire::Name;
using wire::RrType;

namespace {

// Sets with more iterations are not kept: half of all look-ups would be spent on hashing.
constexpr std::uint16_t iterations_max = 10;

// Made for the denial of its owner alone: next is the first name below it.
bool is_minimal(const NsecView& view) noexcept {
  const wire::Bytes label = view.next.label(0);
  return label.size() == 1 && label[0] == 0 && view.next.parent() == view.owner;
}

// Made for the denial of one hash: next is a hash or two after owner.
bool is_minimal(const Nsec3View& view) noexcept {
  Nsec3Hash hash = view.owner;
  for (int steps = 0; steps < 2; ++steps) {
    for (std::size_t i = hash.size(); i != 0 && ++hash[i - 1] == 0; --i) {
    }
    if (hash == view.next) return true;
  }
  return false;
}

Synthesis::Part part_of(const ProvenSet& proven, Time now) {
  return {proven.set, cache::ttl_left(proven.expires, now), proven.giver};
}

// The sets that may prove it, each once.
class Found {
 public:
  bool add(const std::optional<ProvenSet>& proven) {
    if (!proven) return false;
    if (std::ranges::find(sets_, proven->set) == sets_.end()) {
      sets_.push_back(proven->set);
      all_.push_back(*proven);
    }
    return true;
  }
  [[nodiscard]] std::span<const wire::RRsetPtr> sets() const noexcept { return sets_; }
  void write_to(Synthesis& synthesis, Time now) const {
    for (const ProvenSet& proven : all_) synthesis.parts.push_back(part_of(proven, now));
  }

 private:
  std::vector<wire::RRsetPtr> sets_;
  std::vector<ProvenSet> all_;
};

// The sets around the name and around the wildcard of its closest encloser.
Found find_nsec(const ProvenDenials& table, const Name& zone, const Name& name, Time now) {
  Found found;
  const auto before = table.nsec_at_or_before(zone, name, now);
  if (!found.add(before)) return found;
  const auto view = read_nsec(*before->set);
  if (!view || !view->covers(name, zone)) return found;
  const auto wildcard = name.suffix(view->encloser_labels(name)).with_label(asterisk_label);
  if (wildcard) found.add(table.nsec_at_or_before(zone, *wildcard, now));
  return found;
}

// The set at the closest encloser, and those around the next closer name and the wildcard.
Found find_nsec3(const ProvenDenials& table, const ProvenZone& zone, const Name& name, Time now,
                 ValidationBudget& budget) {
  Found found;
  const auto any = read_nsec3(*zone.nsec3);
  if (!any) return found;
  // Those made here, and as many again for each of the proofs that are tried.
  const std::uint64_t hashes = 3 * (name.label_count() - zone.apex.label_count() + 2);
  const std::uint64_t left = budget.limits().nsec3_hash_blocks - budget.hash_blocks_spent();
  if (hashes * any->parameters.blocks(name.size()) > left / 2) return found;
  std::optional<ProvenSet> over;
  for (unsigned labels = name.label_count();; --labels) {
    const auto hash = nsec3_hash(name.suffix(labels), any->parameters, budget);
    if (!hash) return {};
    const auto before = table.nsec3_at_or_before(zone.apex, *hash, now);
    if (!before) return {};
    const auto view = read_nsec3(*before->set);
    if (view && view->matches(*hash)) {
      found.add(before);
      if (labels == name.label_count()) return found;
      const auto wildcard = name.suffix(labels).with_label(asterisk_label);
      if (!wildcard) return {};
      const auto at = nsec3_hash(*wildcard, any->parameters, budget);
      if (!at) return {};
      found.add(over);
      found.add(table.nsec3_at_or_before(zone.apex, *at, now));
      return found;
    }
    if (labels == zone.apex.label_count()) return {};
    over = before;
  }
}

std::optional<Synthesis> conclude(const ProvenZone& zone, const Found& found, const Name& name,
                                  RrType type, Time now, ValidationBudget& budget) {
  if (found.sets().empty()) return std::nullopt;
  const Denial denial(zone.apex, found.sets(), budget);
  Synthesis synthesis;
  synthesis.is_name_error = denial.no_name(name).proof == Proof::proven;
  if (!synthesis.is_name_error && denial.no_data(name, type).proof != Proof::proven)
    return std::nullopt;
  const auto soa = wire::read_soa(zone.soa.set->records().front());
  if (!soa) return std::nullopt;
  synthesis.parts.push_back(part_of(zone.soa, now));
  found.write_to(synthesis, now);
  synthesis.ttl = soa->minimum;
  for (const Synthesis::Part& part : synthesis.parts)
    synthesis.ttl = std::min(synthesis.ttl, part.ttl_left);
  return synthesis;
}

}  // namespace

void remember_denial(ProvenDenials& table, const Name& zone, const ProvenSet& proven, Time now) {
  const wire::RRset& set = *proven.set;
  if (set.type() == RrType::soa) {
    if (set.owner() == zone) table.store_soa(zone, proven, now);
  } else if (const auto nsec = read_nsec(set)) {
    const bool is_in_zone = nsec->owner.is_at_or_below(zone) && nsec->next.is_at_or_below(zone);
    if (is_in_zone && !is_minimal(*nsec)) table.store_nsec(zone, proven, now);
  } else if (const auto nsec3 = read_nsec3(set)) {
    const bool is_usable = nsec3->zone == zone && !nsec3->opt_out &&
                           nsec3->parameters.iterations <= iterations_max && !is_minimal(*nsec3);
    if (is_usable) table.store_nsec3(zone, nsec3->owner, proven, now);
  }
}

std::optional<Synthesis> synthesise(const ProvenDenials& table, const Name& name, RrType type,
                                    Time now, ValidationBudget& budget) {
  if (is_meta(type) || type == RrType::rrsig) return std::nullopt;
  // The DS of a zone is in its parent; the root is its own.
  const auto zone = table.closest_zone(type == RrType::ds ? name.parent() : name, now);
  if (!zone) return std::nullopt;
  if (zone->has_nsec) {
    const Found found = find_nsec(table, zone->apex, name, now);
    if (auto synthesis = conclude(*zone, found, name, type, now, budget)) return synthesis;
  }
  if (!zone->nsec3) return std::nullopt;
  const Found found = find_nsec3(table, *zone, name, now, budget);
  return conclude(*zone, found, name, type, now, budget);
}

}  // namespace godwit::dnssec
