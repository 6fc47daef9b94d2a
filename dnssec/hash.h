// The hashes that signatures and digests stand on, by libcrypto. Any thread: each has its own
// context, as making one costs as much as hashing a few records.
#pragma once

#include <array>

#include "wire/byte_io.h"

namespace godwit::dnssec {

enum class Hash : std::uint8_t { sha1, sha256, sha384, sha512 };

struct HashValue {
  std::array<std::uint8_t, 64> octets{};
  std::size_t size = 0;
  [[nodiscard]] wire::Bytes bytes() const noexcept { return {octets.data(), size}; }
};

// The hash of `data` and `more` one after the other. Errors: empty when libcrypto has no such hash
// (it may have been configured so).
[[nodiscard]] HashValue hash_of(Hash kind, wire::Bytes data, wire::Bytes more = {}) noexcept;

}  // namespace godwit::dnssec
