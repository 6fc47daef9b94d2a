// The facade of the walk: answer from what is remembered, or resolve. One Resolver per worker;
// caches and the in-flight tables are shared by all of them.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "cache/delegation_cache.h"
#include "cache/failure_cache.h"
#include "cache/negative_cache.h"
#include "cache/rrset_cache.h"
#include "cache/server_table.h"
#include "iterator/answer.h"
#include "iterator/budget.h"
#include "iterator/inflight.h"
#include "iterator/seams.h"
#include "iterator/trace.h"

namespace godwit::iterator {

enum class Minimisation : std::uint8_t { off, relaxed, strict };

// A zone whose servers the operator names. Forward: recursive servers are asked for every name in
// it. Stub: its authoritative servers are known, the walk goes on below it.
struct ConfiguredZone {
  wire::Name name;
  bool forward = true;
  std::vector<wire::Endpoint> servers;
};

// Plain values; replaced whole on reload. A resolution keeps the options that it began with.
struct ResolverOptions {
  Limits limits;
  bool upstream_ipv4 = true;
  bool upstream_ipv6 = true;
  Minimisation minimisation = Minimisation::relaxed;
  bool case_randomisation = true;
  bool cookies = true;
  bool special_names = true;
  std::uint16_t edns_octets = 1232;
  std::vector<wire::IpPrefix> do_not_query;
  std::vector<ConfiguredZone> zones;
  // The root servers to begin with; empty: the built-in ones (root_hints.h).
  std::shared_ptr<const cache::Delegation> root_hints;
};

// All that is remembered. Thread-safe; one per process.
struct Caches {
  Caches(const cache::KeyedHash& hash, std::size_t octets, const cache::TtlLimits& ttl,
         const Limits& limits, std::uint32_t failure_seconds_min = 5,
         std::uint32_t failure_seconds_max = 300);
  cache::RRsetCache rrsets;
  cache::NegativeCache negatives;
  cache::DelegationCache delegations;
  cache::ServerTable servers;
  cache::FailureCache failures;
};

// What all workers share.
struct Shared {
  Shared(const cache::KeyedHash& keyed_hash, Caches& all_caches);
  const cache::KeyedHash& hash;
  Caches& caches;
  InFlight<Answer> resolutions;    // one per client question
  InFlight<struct Response> asks;  // one per question to a zone
};

// The worker's own world.
struct Seams {
  Clock& clock;
  Entropy& entropy;
  Timers& timers;
  Upstream& upstream;
};

// How many of what happened; the worker's own, read by others without tearing.
struct ResolverCounters {
  std::atomic<std::uint64_t> resolutions{0}, joined{0}, failures{0}, upstream_queries{0},
      upstream_tcp{0}, upstream_timeouts{0}, near_misses{0}, records_scrubbed{0},
      budget_exhausted{0}, internal_errors{0};
};

class Resolver {
 public:
  Resolver(Shared& shared, Seams seams, std::shared_ptr<const ResolverOptions> options);
  ~Resolver();
  void set_options(std::shared_ptr<const ResolverOptions> options);  // reload

  // The answer when it is all known: special names, cached data along cached aliases, negatives,
  // failures. A plain function; no upstream traffic. Empty: resolve() it.
  [[nodiscard]] std::optional<Answer> try_cache(const Question& question) const;

  // Resolves; joins the resolution under way for the same question on any worker. Always ends,
  // within limits.resolution_time and one packet's timeout, with an answer that is never null.
  // `trace` may be null and must outlive the call.
  [[nodiscard]] Task<AnswerPtr> resolve(Question question, Trace* trace);

  // Fetches the root's NS set and addresses (RFC 8109) when they are not remembered. Resolutions do
  // so themselves.
  [[nodiscard]] Task<bool> prime();

  [[nodiscard]] const ResolverCounters& counters() const noexcept;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace godwit::iterator
