// The operator's choices as the walk needs them: plain values, replaced whole on reload. A
// resolution keeps the options that it began with.
#pragma once

#include <memory>
#include <vector>

#include "cache/delegation_cache.h"
#include "dnssec/trust_anchors.h"
#include "dnssec/validation_budget.h"
#include "iterator/budget.h"
#include "iterator/special_names.h"
#include "local/local_data.h"
#include "wire/ip_address.h"
#include "wire/name.h"

namespace godwit::iterator {

enum class Minimisation : std::uint8_t { off, relaxed, strict };

// A zone whose servers the operator names. Forward: recursive servers are asked for every name in
// it. Stub: its authoritative servers are known, the walk goes on below it.
struct ConfiguredZone {
  wire::Name name;
  bool forward = true;
  std::vector<wire::Endpoint> servers;
};

// Answers that have ended, for when servers cannot be reached (RFC 8767).
struct StalePolicy {
  cache::Duration time_max{};  // since they ended; 0: none are given
  std::uint32_t ttl = 30;      // seconds, shown with them
  // For so long the question is not asked again after it has been in vain.
  cache::Duration retry = std::chrono::seconds(30);
  [[nodiscard]] bool is_on() const noexcept { return time_max > cache::Duration::zero(); }
};

struct ResolverOptions {
  Limits limits;
  bool upstream_ipv4 = true;
  bool upstream_ipv6 = true;
  Minimisation minimisation = Minimisation::relaxed;
  bool case_randomisation = true;
  bool cookies = true;
  // Names served locally; null when the operator has turned that off.
  std::shared_ptr<const SpecialNames> special_names;
  // Names with data of the operator's own; null: there are none. They go before special names.
  local::LocalDataPtr local_data;
  std::uint16_t edns_octets = 1232;
  StalePolicy stale;
  // What fetching answers again before they end may cost: in percent of the queries for clients'
  // own questions; 0: none is.
  std::uint32_t prefetch_percent = 5;
  std::vector<wire::IpPrefix> do_not_query;
  std::vector<ConfiguredZone> zones;
  // The root servers to begin with; null: the built-in ones (root_hints.h).
  std::shared_ptr<const cache::Delegation> root_hints;

  // Where trust begins; null: nothing is validated.
  dnssec::TrustAnchorsPtr anchors;
  dnssec::AlgorithmPolicy algorithms;
  dnssec::ValidationLimits validation;
  // How far the clocks of signers and ours may be apart.
  std::uint32_t signature_skew_seconds = 60;
  // How long data that failed validation are not fetched again.
  cache::Duration bogus_time = std::chrono::seconds(60);
  // Whether what a zone has proven not to exist answers questions for other names (RFC 8198).
  bool aggressive_denials = true;
  // Whether the root is told which anchors are trusted (RFC 8145), and clients that ask (RFC 8509).
  bool signals_trust_anchors = true;
  bool root_key_sentinel = true;
  // When the program was built, in seconds since 1970: no clock that is right says less
  // (dnssec/clock_sanity.h). 0: unknown.
  std::int64_t build_date = 0;
};

}  // namespace godwit::iterator
