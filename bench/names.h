// What the benchmarks look up: numbered names with one address each, as most of a resolver's cache
// is, and streams of questions for them, made beforehand so that drawing them costs next to
// nothing.
#pragma once

#include <cstdint>
#include <vector>

#include "cache/cache_key.h"
#include "wire/rrset.h"

namespace godwit::bench {

inline constexpr std::uint32_t ttl_seconds = 3600;

[[nodiscard]] cache::KeyedHash fixed_hash();

// "hNNNNNNNN.example.net.", of the same length for each number.
[[nodiscard]] wire::Name numbered_name(std::uint32_t number);
[[nodiscard]] wire::RRsetPtr address_set(const wire::Name& owner);

enum class Skew : std::uint8_t {
  one,      // the same name all the time
  zipf,     // popularity falls with rank to the power 0.95, as clients of a resolver ask
  uniform,  // all alike: the worst for the processor's caches
};

// The names of a long run of questions, packed one behind the other as packets in a buffer would
// be. Immutable; any thread.
class Questions {
 public:
  static constexpr std::size_t count = std::size_t{1} << 20U;

  Questions(Skew skew, std::uint32_t names);
  // The wire form of the name that question `index` asks for; begins anew after `count`.
  [[nodiscard]] wire::Bytes wire(std::size_t index) const noexcept {
    return wire::Bytes(octets_).subspan((index & (count - 1)) * stride_, stride_);
  }
  [[nodiscard]] wire::Name name(std::size_t index) const noexcept {
    return wire::Name::from_valid_wire(wire(index));
  }

 private:
  std::size_t stride_;
  std::vector<std::uint8_t> octets_;
};

// The questions of that kind, made at the first use and kept.
[[nodiscard]] const Questions& questions(Skew skew, std::uint32_t names);

}  // namespace godwit::bench
