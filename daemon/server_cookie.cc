// Server part: [version 1][reserved 3][timestamp 4][hash 8] (RFC 9018 §4).
#include "daemon/server_cookie.h"

#include <sodium.h>

#include <algorithm>
#include <cstring>

namespace godwit::daemon {
namespace {

constexpr std::size_t hashed_prefix_octets = 8;  // version, reserved, timestamp

// SipHash-2-4(client cookie | first eight octets of the server part | address).
std::array<std::uint8_t, 8> cookie_hash(const ClientCookie& client, wire::Bytes prefix,
                                        const wire::IpAddress& address,
                                        const CookieSecret& secret) noexcept {
  std::array<std::uint8_t, wire::cookie_client_octets + hashed_prefix_octets + 16> input;
  auto at = std::ranges::copy(client, input.begin()).out;
  at = std::ranges::copy(prefix, at).out;
  at = std::ranges::copy(address.octets(), at).out;
  std::array<std::uint8_t, 8> hash;
  crypto_shorthash_siphash24(hash.data(), input.data(),
                             static_cast<unsigned long long>(at - input.begin()), secret.data());
  return hash;
}

CookieSecret derive(const ServerCookies::MasterSecret& master, std::uint32_t period) noexcept {
  std::array<std::uint8_t, 4> input;
  wire::store_u32(input.data(), period);
  CookieSecret out;
  crypto_generichash(out.data(), out.size(), input.data(), input.size(), master.data(),
                     master.size());
  return out;
}

}  // namespace

wire::Cookie make_cookie(const ClientCookie& client, const wire::IpAddress& address,
                         std::uint32_t timestamp, const CookieSecret& secret) noexcept {
  wire::Cookie out;
  out.client = client;
  out.server_octets[0] = 1;
  wire::store_u32(out.server_octets.data() + 4, timestamp);
  const wire::Bytes prefix(out.server_octets.data(), hashed_prefix_octets);
  const auto hash = cookie_hash(client, prefix, address, secret);
  std::ranges::copy(hash, out.server_octets.begin() + hashed_prefix_octets);
  out.server_size = server_cookie_octets;
  return out;
}

CookieVerdict check_cookie(const wire::Cookie& cookie, const wire::IpAddress& address,
                           std::uint32_t wall_seconds, const CookieSecret& secret) noexcept {
  const auto server = cookie.server();
  if (server.empty()) return CookieVerdict::absent;
  if (server.size() != server_cookie_octets || server[0] != 1) return CookieVerdict::wrong;
  const auto age = static_cast<std::int32_t>(wall_seconds - wire::load_u32(server.data() + 4));
  if (age > static_cast<std::int32_t>(cookie_seconds_max) ||
      age < -static_cast<std::int32_t>(cookie_future_seconds_max))
    return CookieVerdict::wrong;
  const auto hash = cookie_hash(cookie.client, server.first(hashed_prefix_octets), address, secret);
  if (sodium_memcmp(hash.data(), server.data() + hashed_prefix_octets, hash.size()) != 0)
    return CookieVerdict::wrong;
  return age > static_cast<std::int32_t>(cookie_renew_after_seconds) ? CookieVerdict::valid_but_old
                                                                     : CookieVerdict::valid;
}

void ServerCookies::turn_to(std::uint32_t wall_seconds) noexcept {
  const auto period = wall_seconds / cookie_secret_life_seconds;
  if (ready_ && period == period_) return;
  current_ = derive(master_, period);
  previous_ = derive(master_, period - 1);
  period_ = period;
  ready_ = true;
}

CookieVerdict ServerCookies::check(const wire::Cookie& cookie, const wire::IpAddress& address,
                                   std::uint32_t wall_seconds) noexcept {
  turn_to(wall_seconds);
  const auto verdict = check_cookie(cookie, address, wall_seconds, current_);
  if (verdict != CookieVerdict::wrong) return verdict;
  const auto earlier = check_cookie(cookie, address, wall_seconds, previous_);
  // Right, but made with yesterday's secret: to be replaced.
  return earlier == CookieVerdict::valid ? CookieVerdict::valid_but_old : earlier;
}

wire::Cookie ServerCookies::reply(const wire::Cookie& cookie, CookieVerdict verdict,
                                  const wire::IpAddress& address,
                                  std::uint32_t wall_seconds) noexcept {
  if (verdict == CookieVerdict::valid) return cookie;
  turn_to(wall_seconds);
  return make_cookie(cookie.client, address, wall_seconds, current_);
}

}  // namespace godwit::daemon
