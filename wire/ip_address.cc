#include "wire/ip_address.h"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>

namespace godwit::wire {

namespace {

// The longest text that can be an address, with a terminating NUL.
constexpr std::size_t text_octets_max = INET6_ADDRSTRLEN;

// Keeps the first `bits` of `octets` and clears the others.
void clear_beyond(std::span<std::uint8_t> octets, unsigned bits) noexcept {
  for (std::size_t i = 0; i<octets.size(); ++i, bits = bits> 8 ? bits - 8 : 0)
    if (bits < 8) octets[i] = static_cast<std::uint8_t>(octets[i] & (0xff00u >> bits));
}

IpAddress from_octets(std::span<const std::uint8_t> octets) noexcept {
  return octets.size() == 4 ? IpAddress::v4(octets.first<4>()) : IpAddress::v6(octets.first<16>());
}

}  // namespace

IpAddress IpAddress::v4(std::span<const std::uint8_t, 4> octets) noexcept {
  IpAddress address;
  std::copy(octets.begin(), octets.end(), address.octets_.begin());
  return address;
}

IpAddress IpAddress::v6(std::span<const std::uint8_t, 16> octets) noexcept {
  IpAddress address;
  std::copy(octets.begin(), octets.end(), address.octets_.begin());
  address.is_v4_ = false;
  return address;
}

std::optional<IpAddress> IpAddress::parse(std::string_view text) noexcept {
  if (text.size() >= text_octets_max || text.find('\0') != std::string_view::npos) return {};
  std::array<char, text_octets_max> terminated{};
  std::copy(text.begin(), text.end(), terminated.begin());
  std::array<std::uint8_t, 16> octets{};
  if (text.find(':') == std::string_view::npos) {
    if (inet_pton(AF_INET, terminated.data(), octets.data()) != 1) return {};
    return v4(std::span(octets).first<4>());
  }
  if (inet_pton(AF_INET6, terminated.data(), octets.data()) != 1) return {};
  return v6(octets);
}

std::string IpAddress::to_text() const {
  std::array<char, text_octets_max> text{};
  inet_ntop(is_v4_ ? AF_INET : AF_INET6, octets_.data(), text.data(), text.size());
  return text.data();
}

std::string Endpoint::to_text() const {
  return address.to_text() + '@' + std::to_string(port);
}

std::optional<IpPrefix> IpPrefix::parse(std::string_view text) noexcept {
  const std::size_t slash = text.find('/');
  const auto address = IpAddress::parse(text.substr(0, slash));
  if (!address) return {};
  const Bytes octets = address->octets();
  const auto bits_max = static_cast<unsigned>(octets.size() * 8);
  unsigned bits = bits_max;
  if (slash != std::string_view::npos) {
    const std::string_view digits = text.substr(slash + 1);
    if (digits.empty() || digits.size() > 3 || (digits.front() == '0' && digits.size() > 1))
      return {};
    const auto [end, status] = std::from_chars(digits.data(), digits.data() + digits.size(), bits);
    if (status != std::errc() || end != digits.data() + digits.size() || bits > bits_max) return {};
  }
  std::array<std::uint8_t, 16> kept{};
  std::copy(octets.begin(), octets.end(), kept.begin());
  const auto used = std::span(kept).first(octets.size());
  clear_beyond(used, bits);
  return IpPrefix{from_octets(used), static_cast<std::uint8_t>(bits)};
}

std::string IpPrefix::to_text() const {
  return address.to_text() + '/' + std::to_string(length);
}

}  // namespace godwit::wire
