// IP addresses, endpoints and prefixes as the configuration names them: small values, compared and
// printed. Not socket addresses: no scope, no interface, no I/O. Text forms are RFC 4291 §2.2 and
// RFC 5952 (printed), RFC 4632.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace godwit::conf {

enum class IpFamily : std::uint8_t { v4, v6 };

struct IpAddress {
  IpFamily family = IpFamily::v4;
  // Network order. An IPv4 address is the first four bytes, the rest is zero.
  std::array<std::uint8_t, 16> bytes{};

  [[nodiscard]] unsigned width_bits() const { return family == IpFamily::v4 ? 32 : 128; }
  friend auto operator<=>(const IpAddress&, const IpAddress&) = default;
};

struct Endpoint {
  IpAddress address;
  std::uint16_t port = 53;

  friend auto operator<=>(const Endpoint&, const Endpoint&) = default;
};

struct Prefix {
  IpAddress address;  // the bits behind the length are zero
  std::uint8_t length_bits = 0;

  // Whether `candidate` is of the same family and inside.
  [[nodiscard]] bool contains(const IpAddress& candidate) const;
  friend auto operator<=>(const Prefix&, const Prefix&) = default;
};

// Reads an address; nothing if the text is not one, or carries a scope ("%eth0").
[[nodiscard]] std::optional<IpAddress> parse_ip_address(std::string_view text);

// Reads `address` or `address@port`; the port defaults to 53 and is never 0.
[[nodiscard]] std::optional<Endpoint> parse_endpoint(std::string_view text);

// Reads `address/length` or a lone address (a prefix of full length). Bits behind the length are
// kept, so that the caller can refuse them: `masked` clears them.
[[nodiscard]] std::optional<Prefix> parse_prefix(std::string_view text);
[[nodiscard]] Prefix masked(Prefix prefix);

[[nodiscard]] std::string to_string(const IpAddress& address);
[[nodiscard]] std::string to_string(const Endpoint& endpoint);  // address@port
[[nodiscard]] std::string to_string(const Prefix& prefix);

}  // namespace godwit::conf
