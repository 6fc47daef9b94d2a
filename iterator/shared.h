// What all workers share, the seams that each worker has for itself, and the counters of a worker.
#pragma once

#include <array>
#include <atomic>
#include <string_view>

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
#include "iterator/latency_histogram.h"
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
  // Its parts, in the order in which a question meets them.
  struct Pool {
    std::string_view name;
    cache::CacheUse use;
    std::size_t octets_max = 0;
  };
  static constexpr std::size_t pool_count = 8;
  [[nodiscard]] std::array<Pool, pool_count> pools() const;
  // For the data and the denials that questions ask for.
  [[nodiscard]] std::size_t octets_for_answers() const noexcept;
  // Servers are reached by another way than before: forgets how they were found to be, and what
  // failed for it. What they said stays.
  void forget_servers();
  const cache::KeyedHash hash;  // of names, in all of them
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
  std::array<std::size_t, pool_count> octets_max_{};
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

// Budgets of a question whose near misses are counted, and limits (spending.h has their names).
inline constexpr std::size_t budget_count = 9, limit_count = 9;
inline constexpr std::size_t transport_count = 2, exchange_outcome_count = 5;

// How often what happened; written by the worker, read by anybody.
struct ResolverCounters {
  using Number = std::atomic<std::uint64_t>;
  std::atomic<std::uint64_t> resolutions{0}, joined{0}, failures{0}, upstream_queries{0},
      upstream_tcp{0}, upstream_timeouts{0}, near_misses{0}, records_scrubbed{0}, limits_met{0},
      internal_errors{0}, validated_secure{0}, validated_insecure{0}, validated_bogus{0},
      signature_checks{0}, prefetch_started{0}, prefetch_useful{0}, prefetch_failed{0},
      prefetch_over_budget{0}, prefetch_busy{0}, validated_indeterminate{0}, answered{0};
  // Resolutions that spent more than that of a budget.
  std::array<Number, budget_count> over_half{}, over_four_fifths{};
  std::array<Number, limit_count> limits_by_name{};
  // By transport and what came of them; how long those took that were answered.
  std::array<std::array<Number, exchange_outcome_count>, transport_count> exchanges{};
  std::array<LatencyHistogram, transport_count> exchange_times;

  void exchanged(Transport transport, const Exchange& what) noexcept {
    const auto over = static_cast<std::size_t>(transport);
    exchanges[over][static_cast<std::size_t>(what.outcome)].fetch_add(1, std::memory_order_relaxed);
    if (what.outcome == ExchangeOutcome::answered) exchange_times[over].add(what.elapsed);
  }
};

}  // namespace godwit::iterator
