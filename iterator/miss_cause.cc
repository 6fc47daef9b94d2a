#include "iterator/miss_cause.h"

#include "wire/rdata.h"

namespace godwit::iterator {
namespace {

wire::Name end_of_aliases(const Caches& caches, const Question& question, std::uint32_t hops_max,
                          cache::Time now) {
  wire::Name name = question.name;
  for (std::uint32_t i = 0; i < hops_max && question.type != wire::RrType::cname; ++i) {
    const auto alias = caches.rrsets.find(name, wire::RrType::cname, now);
    if (!alias) break;
    const auto target = wire::target_name(wire::RrType::cname, alias->set->records().front());
    if (!target) break;
    name = *target;
  }
  return name;
}

}  // namespace

cache::Absence why_missing(const Caches& caches, const Question& question, std::uint32_t hops_max,
                           cache::Time now) {
  const wire::Name name = end_of_aliases(caches, question, hops_max, now);
  const cache::Absence data = caches.rrsets.absence(name, question.type, now);
  if (data == cache::Absence::expired) return data;
  const cache::Absence alias = caches.rrsets.absence(name, wire::RrType::cname, now);
  if (alias == cache::Absence::expired || caches.negatives.has_ended(name, question.type, now))
    return cache::Absence::expired;
  return data == cache::Absence::evicted ? data : alias;
}

}  // namespace godwit::iterator
