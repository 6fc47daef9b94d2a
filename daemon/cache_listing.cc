#include "daemon/cache_listing.h"

#include "daemon/cache_text.h"
#include "wire/codes_text.h"
#include "wire/name_text.h"

namespace godwit::daemon {
namespace {

void tell_listed(const cache::PackedEntry& entry, cache::Time now, ControlAnswer& answer) {
  const cache::CachedRRset found = cache::RRsetCache::read(entry, now);
  boost::json::object line = worth_of(found).facts;
  line["name"] = wire::to_text(found.set->owner());
  line["type"] = wire::to_text(found.set->type());
  line["seconds"] = found.ttl_left;
  line["records"] = found.set->size();
  answer.line(line);
}

}  // namespace

bool CacheList::advance(cache::Time now, ControlAnswer& answer) {
  for (unsigned part = 0; part < parts_per_piece; ++part) {
    copies_.clear();
    const bool goes_on = rrsets_.visit_part(place_, [&](std::span<const std::uint64_t> words) {
      const cache::PackedEntry entry(words.data());
      const bool is_meant = entry.expires > now && zone_.covers(entry.owner);
      if (is_meant && found_++ < lines_max_) copies_.add(words);
    });
    copies_.for_each([&](const cache::PackedEntry& entry) { tell_listed(entry, now, answer); });
    if (goes_on) continue;
    tell_end(answer);
    return false;
  }
  return true;
}

void CacheList::tell_end(ControlAnswer& answer) const {
  if (found_ <= lines_max_) return;
  const std::uint64_t left = found_ - lines_max_;
  answer.line(
      {{"left-out", left}, {"problem", "and " + std::to_string(left) + " more: see --limit"}});
}

bool CacheDump::advance(cache::Time now, ControlAnswer& answer) {
  switch (pool_) {
    case Pool::rrsets:
      return dump_sets(now, answer) || begin(Pool::delegations);
    case Pool::delegations:
      return dump_delegations(now, answer) || begin(Pool::negatives);
    case Pool::negatives:
      return dump_denials(now, answer) || begin(Pool::done);
    case Pool::done:
      break;
  }
  const std::string counts = std::to_string(sets_) + " RRsets, " + std::to_string(delegations_) +
                             " delegations, " + std::to_string(denials_) + " denials";
  answer.line({{"rrsets", sets_},
               {"delegations", delegations_},
               {"denials", denials_},
               {"record", "; " + counts}});
  return false;
}

bool CacheDump::begin(Pool next) {
  pool_ = next;
  place_ = {};
  return true;
}

template <class Cache>
bool CacheDump::copy_part(const Cache& cache, cache::Time now) {
  copies_.clear();
  return cache.visit_part(place_, [&](std::span<const std::uint64_t> words) {
    if (cache::packed_expiry(words.data()) > now) copies_.add(words);
  });
}

bool CacheDump::dump_sets(cache::Time now, ControlAnswer& answer) {
  const bool goes_on = copy_part(caches_.rrsets, now);
  copies_.for_each([&](const cache::PackedEntry& entry) {
    const cache::CachedRRset found = cache::RRsetCache::read(entry, now);
    const std::string owner = wire::to_text(found.set->owner());
    const Worth worth = worth_of(found);
    for (RecordLine& record : record_lines(*found.set, found.ttl_left)) {
      boost::json::object line = worth.facts;
      line["name"] = owner;
      line["type"] = wire::to_text(record.type);
      line["ttl"] = found.ttl_left;
      line["rdata"] = std::move(record.rdata);
      line["record"] = record.text + " ; " + worth.says;
      answer.line(line);
    }
  });
  sets_ += copies_.size();
  return goes_on;
}

bool CacheDump::dump_delegations(cache::Time now, ControlAnswer& answer) {
  const bool goes_on = copy_part(caches_.delegations, now);
  copies_.for_each([&](const cache::PackedEntry& entry) {
    const auto delegation = cache::DelegationCache::read(entry);
    const auto left = cache::ttl_left(entry.expires, now);
    boost::json::object line{{"delegation", wire::to_text(delegation->cut())}, {"ttl", left}};
    const std::string from = tell_giver(delegation->giver, line);
    line["record"] =
        "; " + std::to_string(left) + " s: delegation " + delegation_text(*delegation) + from;
    answer.line(line);
  });
  delegations_ += copies_.size();
  return goes_on;
}

bool CacheDump::dump_denials(cache::Time now, ControlAnswer& answer) {
  std::vector<cache::NegativeCache::Kept> found;
  const bool goes_on = caches_.negatives.visit_part(place_, now, found);
  for (const auto& kept : found) {
    Worth worth = worth_of(kept);
    worth.facts["ttl"] = kept.denial.ttl_left;
    worth.facts["record"] = "; " + std::to_string(kept.denial.ttl_left) +
                            " s: " + denial_text(kept) + ", " + worth.says;
    answer.line(worth.facts);
  }
  denials_ += found.size();
  return goes_on;
}

}  // namespace godwit::daemon
