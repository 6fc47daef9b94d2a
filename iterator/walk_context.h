// What every step of one client question's resolution has at hand: the shared tables, the worker's
// seams, the options that it began with and its one budget. Lives in the resolution's outermost
// frame; everything below holds a reference.
#pragma once

#include "dnssec/validation_budget.h"
#include "iterator/budget.h"
#include "iterator/crypto_pace.h"
#include "iterator/resolver_options.h"
#include "iterator/shared.h"
#include "iterator/trace.h"

namespace godwit::iterator {

struct WalkContext {
  WalkContext(Shared& shared_tables, const Seams& worker_seams,
              std::shared_ptr<const ResolverOptions> chosen, ResolverCounters& worker_counters,
              CryptoPace& worker_pace, Trace* listener)
      : shared(shared_tables),
        seams(worker_seams),
        options(std::move(chosen)),
        counters(worker_counters),
        pace(worker_pace),
        budget(options->limits, worker_seams.clock.now()),
        validation(options->validation),
        trace(listener) {}

  Shared& shared;
  const Seams& seams;
  std::shared_ptr<const ResolverOptions> options;
  ResolverCounters& counters;
  CryptoPace& pace;
  Budget budget;
  dnssec::ValidationBudget validation;  // the part of the budget that checks are paid from
  Trace* trace;

  [[nodiscard]] Caches& caches() const noexcept { return shared.caches; }
  [[nodiscard]] cache::Time now() const noexcept { return seams.clock.now(); }
  // What the budget lacks, or none.
  [[nodiscard]] ResolveError exhausted() const noexcept {
    if (!budget.has_time(now())) return ResolveError::out_of_time;
    if (!budget.has_packets()) return ResolveError::out_of_packets;
    if (!budget.has_octets()) return ResolveError::out_of_octets;
    return ResolveError::none;
  }
};

}  // namespace godwit::iterator
