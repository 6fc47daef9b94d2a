// An IPv4 or IPv6 address and an address with a port, as plain values. No sockets, no resolving.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "wire/byte_io.h"

namespace godwit::wire {

class IpAddress {
 public:
  constexpr IpAddress() noexcept = default;  // 0.0.0.0
  [[nodiscard]] static IpAddress v4(std::span<const std::uint8_t, 4> octets) noexcept;
  [[nodiscard]] static IpAddress v6(std::span<const std::uint8_t, 16> octets) noexcept;
  [[nodiscard]] static std::optional<IpAddress> parse(
      std::string_view text) noexcept;  // no zone id

  [[nodiscard]] constexpr bool is_v4() const noexcept { return is_v4_; }
  [[nodiscard]] constexpr bool is_v6() const noexcept { return !is_v4_; }
  [[nodiscard]] Bytes octets() const noexcept { return {octets_.data(), is_v4_ ? 4u : 16u}; }
  [[nodiscard]] std::string to_text() const;

  // Whether the `bits` leading bits are the other's, all of them if there are fewer. Of one family.
  [[nodiscard]] bool begins_as(const IpAddress& other, unsigned bits) const noexcept {
    const auto differs = [&](std::size_t at, unsigned left) {
      const std::uint32_t difference =
          load_u32(octets_.data() + at) ^ load_u32(other.octets_.data() + at);
      return left < 32 ? difference >> (32 - left) != 0 : difference != 0;
    };
    const std::size_t size = is_v4_ ? 4 : 16;
    for (std::size_t at = 0; at < size && 8 * at < bits; at += 4)
      if (differs(at, bits - static_cast<unsigned>(8 * at))) return false;
    return true;
  }

  auto operator<=>(const IpAddress&) const noexcept = default;

 private:
  std::array<std::uint8_t, 16> octets_{};  // IPv4 in the first four, the rest zero
  bool is_v4_ = true;
};

struct Endpoint {
  IpAddress address;
  std::uint16_t port = 53;
  [[nodiscard]] std::string to_text() const;  // "192.0.2.1@53"
  auto operator<=>(const Endpoint&) const noexcept = default;
};

// An address block: the `length` leading bits of `address`. parse() clears the other bits, and
// takes an address alone as the block of that address. IPv4-mapped IPv6 addresses are IPv6 here.
struct IpPrefix {
  IpAddress address;
  std::uint8_t length = 0;
  [[nodiscard]] static std::optional<IpPrefix> parse(
      std::string_view text) noexcept;  // "10.0.0.0/8", "::1"
  [[nodiscard]] bool contains(const IpAddress& candidate) const noexcept {
    return candidate.is_v4() == address.is_v4() && candidate.begins_as(address, length);
  }
  [[nodiscard]] std::string to_text() const;
  bool operator==(const IpPrefix&) const noexcept = default;
};

}  // namespace godwit::wire
