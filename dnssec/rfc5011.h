// What becomes of the trust anchors of a zone whose keys roll over: the states of each key, moved
// by the DNSKEY sets that are seen. Pure: a set, whether it is secure and the time go in, the next
// state and the time of the next look come out. RFC 5011.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "dnssec/trust_anchors.h"

namespace godwit::dnssec {

// A key in the state Start (RFC 5011 §4.2) is one that is not there.
enum class KeyState : std::uint8_t {
  add_pend,  // seen, not yet for long enough
  valid,
  missing,  // trusted still, but not in the zone's set
  revoked,
  removed,  // was revoked; never to be trusted again
};
[[nodiscard]] std::string_view to_text(KeyState state) noexcept;

struct FollowedKey {
  FollowedKey() = default;
  KeyState state = KeyState::add_pend;
  std::int64_t since = 0;           // when the state began; this and all times: seconds since 1970
  std::int64_t until = 0;           // add_pend and revoked: when its hold-down ends; else 0
  std::vector<std::uint8_t> rdata;  // of the DNSKEY, without the REVOKE bit
  [[nodiscard]] bool operator==(const FollowedKey&) const = default;
};

struct TrustPoint {
  TrustPoint() = default;
  wire::Name zone;
  // Where its first anchors came from, as the keeper of the state tells it; other anchors begin
  // anew.
  std::string source;
  std::vector<FollowedKey> keys;
  std::int64_t looked = 0;          // when a secure set was seen last; 0: never
  std::int64_t next_look = 0;       // when one should be asked for
  std::uint32_t original_ttl = 0;   // of the set seen last
  std::int64_t signatures_end = 0;  // of the first of its signatures to expire
  [[nodiscard]] bool operator==(const TrustPoint&) const = default;
};

// Hold-downs (§2.4) and bounds of the times between looks (§2.3). Seconds.
inline constexpr std::int64_t add_hold_down = 30 * 86'400;
inline constexpr std::int64_t remove_hold_down = 30 * 86'400;
inline constexpr std::int64_t look_interval_min = 3'600;
inline constexpr std::int64_t look_interval_max = 15 * 86'400;
inline constexpr std::int64_t retry_interval_max = 86'400;
// Keys of one zone, whatever their state; new ones beyond are not taken up.
inline constexpr std::size_t followed_keys_max = 64;

// A DNSKEY set of the zone as it was seen.
struct SeenKeys {
  const wire::RRset& dnskeys;
  // Whether it was validated with the anchors as they are. If not, it can only revoke.
  bool is_secure = false;
  // Whether the set has a good signature of this one of its keys. Asked of keys with the REVOKE bit
  // alone: whoever holds a key may revoke it, nobody else.
  std::function<bool(wire::Bytes dnskey_rdata)> is_signed_by;
  std::int64_t now = 0;
};

struct KeyChange {
  std::uint16_t key_tag = 0;
  std::optional<KeyState> before, after;  // none: not followed
};

struct Observed {
  TrustPoint next;
  std::vector<KeyChange> changes;
};
// `configured`: what is trusted of the zone from the beginning. Keys that it names are valid at
// once, unless they were revoked. The REVOKE bit counts in every state, so that a key that was
// taken back before it was trusted never is.
[[nodiscard]] Observed observe(const TrustPoint& before, const TrustAnchor& configured,
                               const SeenKeys& seen);

// No set was to be had, or none that is secure: when to look again (§2.3).
[[nodiscard]] TrustPoint after_failure(const TrustPoint& before, std::int64_t now);

// What is trusted of the zone now: keys that are valid or missing, and of the configured anchors
// those whose keys have not been seen yet. Nothing: all have been revoked, and the zone is as one
// that was never configured (§5).
[[nodiscard]] std::optional<TrustAnchor> trusted_now(const TrustPoint& point,
                                                     const TrustAnchor& configured);

}  // namespace godwit::dnssec
