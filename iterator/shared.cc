#include "iterator/shared.h"

#include "iterator/resolve_error.h"

namespace godwit::iterator {

namespace {

// How cache.size is shared out, in percent. A flood in one pool cannot push out the others
// (CacheFlush).
constexpr std::size_t answers_percent = 12;
constexpr std::size_t rrsets_percent = 50;
constexpr std::size_t negatives_percent = 6;
constexpr std::size_t proven_percent = 4;
constexpr std::size_t delegations_percent = 18;
constexpr std::size_t servers_percent = 4;
constexpr std::size_t failures_percent = 2;
constexpr std::size_t trusts_percent = 4;
// Of the delegations' share, where answers are given that have ended: since when they are as they
// are.
constexpr std::size_t cuts_percent = 3;
// Of the answers' share: for the marks of changes.
constexpr std::size_t changes_part = 16;
static_assert(answers_percent + rrsets_percent + negatives_percent + delegations_percent +
                  servers_percent + failures_percent + trusts_percent + proven_percent ==
              100);

std::size_t share(const CachesOptions& options, std::size_t percent) {
  return options.octets / 100 * percent;
}

cache::RRsetCacheOptions rrset_options(const CachesOptions& options, cache::ChangeStamps& changes) {
  cache::RRsetCacheOptions out;
  out.changes = &changes;
  out.octets_max = share(options, rrsets_percent);
  out.entry_octets_max = options.entry_octets_max;
  out.records_max = options.records_per_rrset;
  out.types_per_owner_max = options.types_per_name;
  out.ttl = options.ttl;
  out.keep_expired = options.stale_time;
  return out;
}

cache::NegativeCacheOptions negative_options(const CachesOptions& options,
                                             cache::ChangeStamps& changes) {
  cache::NegativeCacheOptions out;
  out.changes = &changes;
  out.octets_max = share(options, negatives_percent);
  out.entry_octets_max = options.entry_octets_max;
  out.ttl = options.ttl;
  out.keep_expired = options.stale_time;
  return out;
}

bool gives_stale(const CachesOptions& options) {
  return options.stale_time > cache::Duration::zero();
}

cache::DelegationCacheOptions delegation_options(const CachesOptions& options) {
  cache::DelegationCacheOptions out;
  out.octets_max = share(options, delegations_percent - (gives_stale(options) ? cuts_percent : 0));
  out.ttl = options.ttl;
  return out;
}

cache::ServerTableOptions server_options(const CachesOptions& options) {
  cache::ServerTableOptions out;
  out.octets_max = share(options, servers_percent);
  return out;
}

cache::FailureCacheOptions failure_options(const CachesOptions& options,
                                           cache::ChangeStamps& changes) {
  cache::FailureCacheOptions out;
  out.changes = &changes;
  out.octets_max = share(options, failures_percent);
  out.seconds_min = options.failure_seconds_min;
  out.seconds_max = options.failure_seconds_max;
  return out;
}

cache::ProvenDenialsOptions proven_options(const CachesOptions& options) {
  cache::ProvenDenialsOptions out;
  out.octets_max = share(options, proven_percent);
  out.entry_octets_max = options.entry_octets_max;
  return out;
}

}  // namespace

Caches::Caches(const cache::KeyedHash& keyed, const CachesOptions& options)
    : hash(keyed),
      ttl(options.ttl),
      changes(keyed, share(options, answers_percent) / changes_part),
      rrsets(keyed, rrset_options(options, changes)),
      negatives(keyed, negative_options(options, changes)),
      delegations(keyed, delegation_options(options)),
      servers(keyed, server_options(options)),
      failures(keyed, failure_options(options, changes)),
      trusts(keyed, share(options, trusts_percent)),
      proven(keyed, proven_options(options)),
      answers(keyed, share(options, answers_percent) - changes.octets(), changes),
      cut_time_(options.stale_time + cache::Seconds(options.ttl.max)),
      octets_max_{share(options, answers_percent) - changes.octets(),
                  share(options, rrsets_percent),
                  share(options, negatives_percent),
                  share(options, proven_percent),
                  share(options, failures_percent),
                  delegation_options(options).octets_max,
                  share(options, servers_percent),
                  share(options, trusts_percent)} {
  if (gives_stale(options)) cuts.emplace(keyed, share(options, cuts_percent));
}

// Whatever was learnt of the zone until now has ended, and is not given any longer, when that is
// forgotten.
void Caches::note_referral(const wire::RRset& ns, cache::Time now) {
  if (cuts) cuts->note(ns, cut_time_, now);
}

void Caches::forget_servers() {
  servers.clear();
  failures.erase_each(
      [](std::uint16_t reason) { return may_be_of_network(static_cast<ResolveError>(reason)); });
  trusts.erase_bogus();
}

std::array<Caches::Pool, Caches::pool_count> Caches::pools() const {
  return {{{"answers", answers.use(), octets_max_[0]},
           {"rrsets", rrsets.use(), octets_max_[1]},
           {"negatives", negatives.use(), octets_max_[2]},
           {"proven", proven.use(), octets_max_[3]},
           {"failures", failures.use(), octets_max_[4]},
           {"delegations", delegations.use(), octets_max_[5]},
           {"servers", servers.use(), octets_max_[6]},
           {"trusts", trusts.use(), octets_max_[7]}}};
}

std::size_t Caches::octets_for_answers() const noexcept {
  return octets_max_[1] + octets_max_[2];
}

std::size_t Caches::octets_used() const {
  return rrsets.use().octets + negatives.use().octets + delegations.use().octets +
         servers.use().octets + failures.use().octets + trusts.use().octets + proven.use().octets +
         answers.use().octets + changes.octets() + (cuts ? cuts->use().octets : 0);
}

}  // namespace godwit::iterator
