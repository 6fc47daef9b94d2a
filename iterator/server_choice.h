// Which of a zone's servers to ask next. Pure over what is known of them and the entropy handed in.
#pragma once

#include <optional>
#include <span>

#include "cache/server_table.h"
#include "iterator/patience.h"
#include "iterator/seams.h"
#include "iterator/zone_servers.h"

namespace godwit::iterator {

// One in so many choices tries a server for what it may have become, instead of the best one.
inline constexpr std::uint32_t exploration_interval = 20;
// Servers nobody has heard of yet count as this fast, so that they are tried before a slow known
// one.
inline constexpr Duration unknown_server_rtt = std::chrono::milliseconds(150);
// Servers within this of the best one are as good; one of them is taken at random, so that the load
// is spread and the choice is not to be foretold.
inline constexpr Duration rtt_band = std::chrono::milliseconds(20);

struct ServerChoice {
  std::size_t index = 0;  // into the candidates
  cache::ServerState state;
  Alternative alternative = Alternative::none;  // among the other candidates
};

// Picks among the candidates that are not excluded and have sends left: those asked least for this
// question first, servers that are up before ones that are down, then by smoothed RTT with
// exploration. When nobody else is left, one that is down gets one probe, then one that is
// remembered as lame: a server may seem lame for one name or type alone, and whoever asks for that
// must not make it lame for all. Empty: nobody is left.
[[nodiscard]] std::optional<ServerChoice> choose_server(std::span<const ServerCandidate> candidates,
                                                        const cache::ServerTable& table,
                                                        std::uint32_t sends_max, Time now,
                                                        Entropy& entropy);

}  // namespace godwit::iterator
