// What the workers of a process share, and the secrets behind it, drawn at start.
#pragma once

#include <sodium.h>

#include "daemon/server.h"

namespace godwit::daemon {

template <class Secret>
[[nodiscard]] Secret draw_secret() noexcept {
  Secret out;
  randombytes_buf(out.data(), out.size());
  return out;
}

struct Server::Caches {
  explicit Caches(const iterator::CachesOptions& options)
      : hash(draw_secret<cache::KeyedHash::Secret>()),
        caches(hash, options),
        shared(hash, caches),
        waiting_limits(hash),
        tcp_limits(hash),
        cookie_secret(draw_secret<ServerCookies::MasterSecret>()) {}
  cache::KeyedHash hash;
  iterator::Caches caches;
  iterator::Shared shared;
  WaitingLimits waiting_limits;
  TcpLimits tcp_limits;
  ServerCookies::MasterSecret cookie_secret;
};

}  // namespace godwit::daemon
