// What the settings of a scenario file mean for the resolver under test. Settings without an
// equivalent are ignored and named, so that a player can tell.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "iterator/resolver_options.h"
#include "tests/scenario/rpl.h"

namespace godwit::scenario {

struct ResolverSetup {
  std::shared_ptr<iterator::ResolverOptions> resolver;
  std::chrono::system_clock::time_point wall;  // at the first step
  std::vector<std::string> ignored;
};

// Honoured: stub-addr and the stub zone "." (root hints), stub-zone and forward-zone, do-ip4,
// do-ip6, qname-minimisation, query-minimization, use-caps-for-id, max-global-quota,
// max-query-restarts, local-zone nodefault, override-date and val-override-date. Letter case is
// left alone unless use-caps-for-id says otherwise, because most scripted servers answer with a
// question of their own.
[[nodiscard]] ResolverSetup setup_of(const Scenario& scenario);

}  // namespace godwit::scenario
