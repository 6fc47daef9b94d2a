// Questions that are sent by the doctor itself, all at once, each over a socket of its own, and
// what came of them. Blocks the calling thread, within a time. Not the resolver's way of asking:
// nothing is believed that comes back.
#pragma once

#include <chrono>
#include <vector>

#include "daemon/doctor_facts.h"

namespace godwit::daemon {

// More probes at once are not sent.
inline constexpr std::size_t probes_max = 128;

// A datagram that has no answer is sent once more, after a third of the time. In the order of
// `probes`.
[[nodiscard]] std::vector<ProbeOutcome> run_probes(std::vector<Probe> probes,
                                                   std::chrono::milliseconds time);

// What is asked of whom, for these servers of the root and these addresses of godwitd.
[[nodiscard]] std::vector<Probe> plan_probes(const DaemonFacts& daemon);

}  // namespace godwit::daemon
