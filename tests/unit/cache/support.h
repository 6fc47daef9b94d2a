// Names, sets and times for the tests of the cache.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "cache/cache_key.h"
#include "cache/time.h"
#include "wire/rrset.h"

namespace godwit::cache::testing {

using wire::RrType;

inline KeyedHash test_hash() {
  return KeyedHash({7, 6, 5, 4, 3, 2, 1, 0, 15, 14, 13, 12, 11, 10, 9, 8});
}

// "www.example.test" without escapes; "." or "" is the root.
inline wire::Name name(std::string_view text) {
  std::vector<std::uint8_t> octets;
  while (!text.empty() && text != ".") {
    const std::string_view label = text.substr(0, text.find('.'));
    octets.push_back(static_cast<std::uint8_t>(label.size()));
    octets.insert(octets.end(), label.begin(), label.end());
    text.remove_prefix(std::min(text.size(), label.size() + 1));
  }
  octets.push_back(0);
  return wire::Name::from_wire(octets).value();
}

inline Time at(double seconds) {
  return Time(std::chrono::duration_cast<Duration>(std::chrono::duration<double>(seconds)));
}

// `count` records of `octets` octets each; `seed` makes sets differ.
inline wire::RRsetPtr make_set(const wire::Name& owner, RrType type, std::uint32_t ttl,
                               std::size_t count = 1, std::size_t octets = 4,
                               std::uint32_t seed = 0) {
  wire::RRsetBuilder builder(owner, type);
  for (std::size_t i = 0; i < count; ++i) {
    std::vector<std::uint8_t> rdata(octets);
    wire::store_u32(rdata.data(), seed + static_cast<std::uint32_t>(i));
    builder.add(rdata, ttl);
  }
  return builder.build();
}

inline wire::RRsetPtr make_soa(const wire::Name& zone, std::uint32_t ttl, std::uint32_t minimum) {
  std::vector<std::uint8_t> rdata(22);
  wire::store_u32(rdata.data() + 18, minimum);
  wire::RRsetBuilder builder(zone, RrType::soa);
  builder.add(rdata, ttl);
  return builder.build();
}

inline wire::RRsetPtr make_ns(const wire::Name& cut, std::uint32_t ttl,
                              const wire::Name& server = name("ns.test")) {
  wire::RRsetBuilder builder(cut, RrType::ns);
  builder.add(server.wire(), ttl);
  return builder.build();
}

inline wire::IpAddress v4(std::uint32_t number) {
  std::array<std::uint8_t, 4> octets;
  wire::store_u32(octets.data(), number);
  return wire::IpAddress::v4(octets);
}
inline wire::IpAddress v6(std::uint32_t number) {
  std::array<std::uint8_t, 16> octets{0x20, 0x01, 0x0d, 0xb8};
  wire::store_u32(octets.data() + 12, number);
  return wire::IpAddress::v6(octets);
}

}  // namespace godwit::cache::testing
