// Text forms of addresses, endpoints and prefixes: inet_pton and inet_ntop under value types.
#include "conf/ip.h"

#include <arpa/inet.h>

#include <charconv>

namespace godwit::conf {
namespace {

std::optional<unsigned> parse_decimal(std::string_view text, unsigned max) {
  unsigned value = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc{} || stop != end || value > max) return std::nullopt;
  return value;
}

}  // namespace

bool Prefix::contains(const IpAddress& candidate) const {
  if (candidate.family != address.family) return false;
  const std::size_t whole = length_bits / 8;
  for (std::size_t i = 0; i < whole; ++i) {
    if (candidate.bytes[i] != address.bytes[i]) return false;
  }
  const unsigned rest = length_bits % 8;
  if (rest == 0) return true;
  const unsigned mask = (0xffU << (8 - rest)) & 0xffU;
  return ((candidate.bytes[whole] ^ address.bytes[whole]) & mask) == 0;
}

std::optional<IpAddress> parse_ip_address(std::string_view text) {
  if (text.size() >= INET6_ADDRSTRLEN) return std::nullopt;
  const std::string terminated(text);
  if (terminated.find('\0') != std::string::npos) return std::nullopt;
  IpAddress address;
  if (inet_pton(AF_INET, terminated.c_str(), address.bytes.data()) == 1) return address;
  address.bytes = {};
  address.family = IpFamily::v6;
  if (inet_pton(AF_INET6, terminated.c_str(), address.bytes.data()) == 1) return address;
  return std::nullopt;
}

std::optional<Endpoint> parse_endpoint(std::string_view text) {
  const std::size_t at = text.find('@');
  const auto address = parse_ip_address(text.substr(0, at));
  if (!address) return std::nullopt;
  Endpoint endpoint{*address, 53};
  if (at != std::string_view::npos) {
    const auto port = parse_decimal(text.substr(at + 1), 65535);
    if (!port || *port == 0) return std::nullopt;
    endpoint.port = static_cast<std::uint16_t>(*port);
  }
  return endpoint;
}

std::optional<Prefix> parse_prefix(std::string_view text) {
  const std::size_t slash = text.find('/');
  const auto address = parse_ip_address(text.substr(0, slash));
  if (!address) return std::nullopt;
  unsigned length = address->width_bits();
  if (slash != std::string_view::npos) {
    const auto given = parse_decimal(text.substr(slash + 1), length);
    if (!given) return std::nullopt;
    length = *given;
  }
  return Prefix{*address, static_cast<std::uint8_t>(length)};
}

Prefix masked(Prefix prefix) {
  for (std::size_t bit = prefix.length_bits; bit < 128; ++bit) {
    const auto mask = static_cast<std::uint8_t>(0x80U >> (bit % 8));
    prefix.address.bytes[bit / 8] &= static_cast<std::uint8_t>(~mask);
  }
  return prefix;
}

std::string to_string(const IpAddress& address) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  const int family = address.family == IpFamily::v4 ? AF_INET : AF_INET6;
  inet_ntop(family, address.bytes.data(), text.data(), text.size());
  return text.data();
}

std::string to_string(const Endpoint& endpoint) {
  return to_string(endpoint.address) + '@' + std::to_string(endpoint.port);
}

std::string to_string(const Prefix& prefix) {
  return to_string(prefix.address) + '/' + std::to_string(prefix.length_bits);
}

}  // namespace godwit::conf
