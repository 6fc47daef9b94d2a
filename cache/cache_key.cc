#include "cache/cache_key.h"

#include <sodium/crypto_shorthash.h>

namespace godwit::cache {

static_assert(crypto_shorthash_KEYBYTES == std::tuple_size_v<KeyedHash::Secret>);
static_assert(crypto_shorthash_BYTES == sizeof(std::uint64_t));

std::uint64_t KeyedHash::tag(wire::Bytes octets) const noexcept {
  std::uint64_t hash = 0;
  crypto_shorthash(reinterpret_cast<unsigned char*>(&hash), octets.data(), octets.size(),
                   secret_.data());
  return hash;
}

}  // namespace godwit::cache
