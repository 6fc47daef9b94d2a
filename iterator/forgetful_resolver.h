// A resolver that remembers nothing but what it learns while it lives: for whoever wants to see how
// the world is, and not what is remembered of it. On the worker's thread.
#pragma once

#include "iterator/resolver.h"

namespace godwit::iterator {

class ForgetfulResolver {
 public:
  // Of caches of its own.
  static constexpr std::size_t cache_octets = 4 << 20;

  // Keys and limits of TTLs are those of `shared`, which outlives this.
  ForgetfulResolver(const Shared& shared, const Seams& seams,
                    std::shared_ptr<const ResolverOptions> options)
      : caches_(shared.hash, options_of(shared)),
        shared_(shared.hash, caches_),
        resolver_(shared_, seams, std::move(options)) {}
  ForgetfulResolver(const ForgetfulResolver&) = delete;
  ForgetfulResolver& operator=(const ForgetfulResolver&) = delete;

  [[nodiscard]] Resolver& resolver() noexcept { return resolver_; }
  [[nodiscard]] const Caches& caches() const noexcept { return caches_; }

 private:
  static CachesOptions options_of(const Shared& shared) {
    CachesOptions out;
    out.octets = cache_octets;
    out.ttl = shared.caches.ttl;
    return out;
  }
  Caches caches_;
  Shared shared_;
  Resolver resolver_;
};

}  // namespace godwit::iterator
