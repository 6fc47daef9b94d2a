// DNS Cookies as a server makes and checks them: RFC 7873 in the layout of RFC 9018 §4, which lets
// all servers of one secret agree. The secrets follow from one master secret and the time, so
// workers share them without talking. Pure; `wall_seconds` is UNIX time.
#pragma once

#include <array>
#include <cstdint>

#include "wire/edns.h"
#include "wire/ip_address.h"

namespace godwit::daemon {

inline constexpr std::size_t server_cookie_octets = 16;
inline constexpr std::uint32_t cookie_seconds_max = 3600;        // RFC 9018 §4.3: older is invalid
inline constexpr std::uint32_t cookie_future_seconds_max = 300;  // and so is newer
inline constexpr std::uint32_t cookie_renew_after_seconds = 1800;
inline constexpr std::uint32_t cookie_secret_life_seconds = 86'400;

using CookieSecret = std::array<std::uint8_t, 16>;
using ClientCookie = std::array<std::uint8_t, wire::cookie_client_octets>;

// Version 1, reserved 0, `timestamp`, SipHash-2-4 over client cookie, those and the address.
[[nodiscard]] wire::Cookie make_cookie(const ClientCookie& client, const wire::IpAddress& address,
                                       std::uint32_t timestamp,
                                       const CookieSecret& secret) noexcept;

enum class CookieVerdict : std::uint8_t { absent, wrong, valid, valid_but_old };

// Whether the server part is ours: right hash for one of the secrets, timestamp within the windows
// (serial arithmetic, RFC 1982).
[[nodiscard]] CookieVerdict check_cookie(const wire::Cookie& cookie, const wire::IpAddress& address,
                                         std::uint32_t wall_seconds,
                                         const CookieSecret& secret) noexcept;

// The cookies of one process: a secret for each day, that of the day before still accepted.
class ServerCookies {
 public:
  using MasterSecret = std::array<std::uint8_t, 32>;
  explicit ServerCookies(const MasterSecret& master) noexcept : master_(master) {}

  [[nodiscard]] CookieVerdict check(const wire::Cookie& cookie, const wire::IpAddress& address,
                                    std::uint32_t wall_seconds) noexcept;
  // The cookie to send back: the client's own while it is fresh, else a new one.
  [[nodiscard]] wire::Cookie reply(const wire::Cookie& cookie, CookieVerdict verdict,
                                   const wire::IpAddress& address,
                                   std::uint32_t wall_seconds) noexcept;

 private:
  void turn_to(std::uint32_t wall_seconds) noexcept;
  MasterSecret master_;
  std::uint32_t period_ = 0;
  bool ready_ = false;
  CookieSecret current_{}, previous_{};
};

}  // namespace godwit::daemon
