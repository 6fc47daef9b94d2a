#include "iterator/miss_cause.h"

#include <optional>

#include "wire/rdata.h"

namespace godwit::iterator {
namespace {

// Where a remembered alias leads to.
std::optional<wire::Name> alias_target(const Caches& caches, const cache::HashedName& name,
                                       cache::Time now) {
  const auto alias = caches.rrsets.find(name, wire::RrType::cname, now);
  if (!alias) return std::nullopt;
  return wire::target_name(wire::RrType::cname, alias->set->records().front());
}

}  // namespace

cache::Absence why_missing(const Caches& caches, const Question& question, std::uint32_t hops_max,
                           cache::Time now) {
  wire::Name target = question.name;
  cache::HashedName name(caches.hash, target);
  auto absent = caches.rrsets.absences(name, question.type, now);
  for (std::uint32_t i = 0; i < hops_max && absent.has_alias; ++i) {
    const auto next = alias_target(caches, name, now);
    if (!next) break;
    target = *next;
    name.hash = caches.hash.owner(target.wire());
    absent = caches.rrsets.absences(name, question.type, now);
  }
  const bool has_ended = absent.data == cache::Absence::expired ||
                         absent.alias == cache::Absence::expired ||
                         caches.negatives.has_ended(name, question.type, now);
  if (has_ended) return cache::Absence::expired;
  return absent.data == cache::Absence::evicted ? absent.data : absent.alias;
}

}  // namespace godwit::iterator
