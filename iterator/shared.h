// What all workers share, the seams that each worker has for itself, and the counters of a worker.
#pragma once

#include <atomic>

#include "cache/answer_cache.h"
#include "cache/cut_history.h"
#include "cache/delegation_cache.h"
#include "cache/failure_cache.h"
#include "cache/negative_cache.h"
#include "cache/proven_denials.h"
#include "cache/rrset_cache.h"
#include "cache/server_table.h"
#include "dnssec/zone_trust.h"
#include "iterator/answer.h"
#include "iterator/budget.h"
#include "iterator/inflight.h"
#include "iterator/prefetch_budget.h"
#include "iterator/response.h"
#include "iterator/seams.h"
#include "iterator/use_watch.h"

namespace godwit::iterator {

struct CachesOptions {
  std::size_t octets = 256u << 20;  // cache.size: shared out among the pools
  cache::TtlLimits ttl;
  std::size_t entry_octets_max = 16384;
  std::size_t records_per_rrset = 128;
  std::size_t types_per_name = 64;
  std::uint32_t failure_seconds_min = 5;
  std::uint32_t failure_seconds_max = 300;
  cache::Duration stale_time{};  // for which answers are kept after their end; 0: for none
};

// All that is remembered. Thread-safe; one per process.
struct Caches {
  Caches(const cache::KeyedHash& hash, const CachesOptions& options);
  [[nodiscard]] std::size_t octets_used() const;
  // Servers are reached by another way than before: forgets how they were found to be, and what
  // failed for it. What they said stays.
  void forget_servers();
  const cache::TtlLimits ttl;
  cache::ChangeStamps changes;  // of rrsets, negatives, failures
  cache::RRsetCache rrsets;
  cache::NegativeCache negatives;
  cache::DelegationCache delegations;
  cache::ServerTable servers;
  cache::FailureCache failures;
  dnssec::ZoneTrustTable trusts;
  cache::ProvenDenials proven;  // of names that were never asked
  cache::AnswerCache answers;   // made of the others, for the daemon
  // For answers that have ended; nothing: none are given.
  std::optional<cache::CutHistory> cuts;
  // A parent has referred to a zone.
  void note_referral(const wire::RRset& ns, cache::Time now);

 private:
  cache::Duration cut_time_{};  // for which cuts are kept in mind
};

// What many ask for at once, on any worker.
using Resolutions = InFlight<Answer>;
using Askings = InFlight<Asking, ZoneAsked>;
using Establishings = InFlight<dnssec::ZoneTrust>;

struct Shared {
  // Refreshes that may be made at once when none have been for a while.
  static constexpr std::uint32_t prefetch_burst_queries = 256;

  Shared(const cache::KeyedHash& keyed_hash, Caches& all_caches,
         std::uint32_t prefetch_burst = prefetch_burst_queries)
      : hash(keyed_hash), caches(all_caches), prefetch_budget(prefetch_burst) {}
  const cache::KeyedHash& hash;
  Caches& caches;
  Resolutions resolutions;  // one per client question
  Askings asks;             // one per question to servers, for one zone at a time
  Establishings trusts;     // one per zone whose keys are looked for
  UseWatch uses;
  PrefetchBudget prefetch_budget;
};

struct Seams {
  Clock& clock;
  Entropy& entropy;
  Timers& timers;
  Upstream& upstream;
  Mailbox& mailbox;
};

// How often what happened; written by the worker, read by anybody.
struct ResolverCounters {
  std::atomic<std::uint64_t> resolutions{0}, joined{0}, failures{0}, upstream_queries{0},
      upstream_tcp{0}, upstream_timeouts{0}, near_misses{0}, records_scrubbed{0}, limits_met{0},
      internal_errors{0}, validated_secure{0}, validated_insecure{0}, validated_bogus{0},
      signature_checks{0}, prefetch_started{0}, prefetch_useful{0}, prefetch_failed{0},
      prefetch_over_budget{0}, prefetch_busy{0};
};

}  // namespace godwit::iterator
