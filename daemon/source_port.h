// The source port of an upstream query: drawn from one population by all workers, so that a port
// says nothing about who sent it (RFC 5452 §4.5, §10). Pure over its entropy.
#pragma once

#include "iterator/seams.h"

namespace godwit::daemon {

inline constexpr std::uint16_t source_port_min = 1024;
inline constexpr std::uint16_t source_port_max = 65535;

// Ports whose traffic networks are known to treat in their own way: VXLAN, GENEVE offload, LISP,
// memcached (a favourite of amplification filters).
[[nodiscard]] constexpr bool is_avoided_port(std::uint16_t port) noexcept {
  return port == 4789 || port == 4791 || port == 6081 || port == 11211;
}

// Uniform over source_port_min ... source_port_max without the avoided ones.
[[nodiscard]] inline std::uint16_t draw_source_port(iterator::Entropy& entropy) noexcept {
  for (;;) {
    const auto port = static_cast<std::uint16_t>(
        source_port_min + entropy.below(source_port_max - source_port_min + 1u));
    if (!is_avoided_port(port)) return port;
  }
}

}  // namespace godwit::daemon
