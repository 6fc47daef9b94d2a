#include "dnssec/rfc5011.h"

#include <algorithm>

#include "dnssec/ds.h"
#include "dnssec/key.h"
#include "dnssec/signature.h"

namespace godwit::dnssec {
namespace {

constexpr unsigned revoke_bit = 0x0080;

using Octets = std::vector<std::uint8_t>;

// The RDATA as it is without the REVOKE bit: what a key is known by.
Octets identity_of(wire::Bytes dnskey_rdata) {
  Octets out(dnskey_rdata.begin(), dnskey_rdata.end());
  wire::store_u16(out.data(), static_cast<std::uint16_t>(wire::load_u16(out.data()) & ~revoke_bit));
  return out;
}

bool names(const wire::Name& zone, wire::Bytes ds_rdata, const Octets& key) {
  const auto ds = read_ds(ds_rdata);
  if (!ds || ds->key_tag != key_tag(key)) return false;
  const auto view = read_dnskey(key);
  if (!view || view->algorithm != ds->algorithm) return false;
  const auto digest = ds_digest(zone, key, ds->digest_type);
  return !digest.empty() && std::ranges::equal(digest, ds->digest);
}

bool names(const TrustAnchor& anchor, const Octets& key) {
  const auto is_named_by = [&](wire::Bytes rdata) { return names(anchor.zone, rdata, key); };
  if (anchor.ds && std::ranges::any_of(anchor.ds->records(), is_named_by)) return true;
  const auto is_it = [&](wire::Bytes rdata) { return std::ranges::equal(rdata, key); };
  return anchor.dnskeys && std::ranges::any_of(anchor.dnskeys->records(), is_it);
}

// A key of the set. Lifetime: the set's.
struct Present {
  wire::Bytes rdata;
  Octets identity;
  bool is_revoked = false;  // or so it says
  bool may_be_new = false;
};

std::vector<Present> read_keys(const SeenKeys& seen) {
  std::vector<Present> out;
  for (const auto rdata : seen.dnskeys.records()) {
    const auto view = read_dnskey(rdata);
    if (!view || !view->is_zone_key()) continue;
    Present key;
    key.rdata = rdata;
    key.identity = identity_of(rdata);
    key.is_revoked = view->is_revoked();
    key.may_be_new = view->is_secure_entry_point() && is_supported(view->algorithm, {});
    out.push_back(std::move(key));
  }
  return out;
}

bool is_taken_back(const FollowedKey& key) noexcept {
  return key.state == KeyState::revoked || key.state == KeyState::removed;
}

// One pass over what is known and what is there.
class Observer {
 public:
  Observer(const TrustPoint& before, const TrustAnchor& configured, const SeenKeys& seen)
      : configured_(configured), seen_(seen), present_(read_keys(seen)) {
    out_.next = before;
  }

  Observed observe() {
    revoke();
    if (!seen_.is_secure) {
      out_.next = after_failure(out_.next, seen_.now);
      return std::move(out_);
    }
    note_times();
    auto& keys = out_.next.keys;
    std::erase_if(keys, [this](const FollowedKey& key) { return is_dropped(key); });
    for (auto& key : keys) advance(key);
    for (const auto& key : present_) {
      if (!key.is_revoked && find(key.identity) == nullptr) add(key);
    }
    return std::move(out_);
  }

 private:
  FollowedKey* find(const Octets& identity) {
    const auto found = std::ranges::find(out_.next.keys, identity, &FollowedKey::rdata);
    return found == out_.next.keys.end() ? nullptr : &*found;
  }

  [[nodiscard]] bool is_present(const FollowedKey& key) const {
    return std::ranges::any_of(present_, [&](const Present& present) {
      return !present.is_revoked && present.identity == key.rdata;
    });
  }

  void note(const Octets& rdata, std::optional<KeyState> before, std::optional<KeyState> after) {
    KeyChange change;
    change.key_tag = key_tag(rdata);
    change.before = before;
    change.after = after;
    out_.changes.push_back(change);
  }

  void move(FollowedKey& key, KeyState to, std::int64_t until = 0) {
    note(key.rdata, key.state, to);
    key.state = to;
    key.since = seen_.now;
    key.until = until;
  }

  void append(const Octets& rdata, KeyState state, std::int64_t until) {
    if (out_.next.keys.size() >= followed_keys_max) return;
    FollowedKey key;
    key.state = state;
    key.since = seen_.now;
    key.until = until;
    key.rdata = rdata;
    note(rdata, std::nullopt, state);
    out_.next.keys.push_back(std::move(key));
  }

  void revoke() {
    const auto until = seen_.now + remove_hold_down;
    for (const auto& key : present_) {
      if (!key.is_revoked) continue;
      FollowedKey* known = find(key.identity);
      const bool matters =
          known != nullptr ? !is_taken_back(*known) : names(configured_, key.identity);
      if (!matters || !seen_.is_signed_by(key.rdata)) continue;
      if (known != nullptr)
        move(*known, KeyState::revoked, until);
      else
        append(key.identity, KeyState::revoked, until);
    }
  }

  // A key that goes before its time begins anew when it comes back.
  bool is_dropped(const FollowedKey& key) {
    if (key.state != KeyState::add_pend || is_present(key)) return false;
    note(key.rdata, key.state, std::nullopt);
    return true;
  }

  void advance(FollowedKey& key) {
    switch (key.state) {
      case KeyState::add_pend:
        if (seen_.now >= key.until || names(configured_, key.rdata)) move(key, KeyState::valid);
        break;
      case KeyState::valid:
        if (!is_present(key)) move(key, KeyState::missing);
        break;
      case KeyState::missing:
        if (is_present(key)) move(key, KeyState::valid);
        break;
      case KeyState::revoked:
        if (seen_.now >= key.until) move(key, KeyState::removed);
        break;
      case KeyState::removed:
        break;
    }
  }

  void add(const Present& key) {
    if (names(configured_, key.identity)) return append(key.identity, KeyState::valid, 0);
    if (!key.may_be_new) return;
    const auto hold_down = std::max<std::int64_t>(add_hold_down, out_.next.original_ttl);
    append(key.identity, KeyState::add_pend, seen_.now + hold_down);
  }

  void note_times() {
    auto& next = out_.next;
    const auto now = static_cast<std::uint32_t>(seen_.now);
    std::optional<std::uint32_t> ttl;
    std::optional<std::int32_t> left;
    for (const auto rdata : seen_.dnskeys.signatures()) {
      const auto rrsig = read_rrsig(rdata);
      if (!rrsig) continue;
      ttl = std::min(ttl.value_or(rrsig->original_ttl), rrsig->original_ttl);
      // Serial arithmetic (RFC 4034 §3.1.5).
      const auto remaining = static_cast<std::int32_t>(rrsig->expiration - now);
      left = std::min(left.value_or(remaining), remaining);
    }
    next.looked = seen_.now;
    next.original_ttl = ttl.value_or(seen_.dnskeys.ttl());
    next.signatures_end = seen_.now + left.value_or(0);
    const auto wanted = std::min({look_interval_max, std::int64_t{next.original_ttl} / 2,
                                  (next.signatures_end - seen_.now) / 2});
    next.next_look = seen_.now + std::max(look_interval_min, wanted);
  }

  const TrustAnchor& configured_;
  const SeenKeys& seen_;
  std::vector<Present> present_;
  Observed out_;
};

wire::RRsetPtr without(const wire::RRsetPtr& set, const auto& is_dropped) {
  if (!set) return nullptr;
  wire::RRsetBuilder builder(set->owner(), set->type());
  for (const auto rdata : set->records()) {
    if (!is_dropped(rdata)) builder.add(rdata, set->ttl());
  }
  return builder.build();
}

}  // namespace

std::string_view to_text(KeyState state) noexcept {
  switch (state) {
    case KeyState::add_pend:
      return "pending";
    case KeyState::valid:
      return "valid";
    case KeyState::missing:
      return "missing";
    case KeyState::revoked:
      return "revoked";
    case KeyState::removed:
      return "removed";
  }
  return "unknown";
}

Observed observe(const TrustPoint& before, const TrustAnchor& configured, const SeenKeys& seen) {
  return Observer(before, configured, seen).observe();
}

TrustPoint after_failure(const TrustPoint& before, std::int64_t now) {
  TrustPoint out = before;
  const auto left = std::max<std::int64_t>(0, before.signatures_end - now);
  const auto wanted =
      std::min({retry_interval_max, std::int64_t{before.original_ttl} / 10, left / 10});
  out.next_look = now + std::max(look_interval_min, wanted);
  return out;
}

std::optional<TrustAnchor> trusted_now(const TrustPoint& point, const TrustAnchor& configured) {
  // The configuration speaks for a key that is only pending.
  const auto is_any = [&point](const auto& condition) {
    return std::ranges::any_of(point.keys, [&](const FollowedKey& key) {
      return key.state != KeyState::add_pend && condition(key);
    });
  };
  const auto is_known = [&](wire::Bytes rdata) {
    return is_any([&](const FollowedKey& key) { return std::ranges::equal(key.rdata, rdata); });
  };
  const auto names_known = [&](wire::Bytes rdata) {
    return is_any([&](const FollowedKey& key) { return names(configured.zone, rdata, key.rdata); });
  };
  TrustAnchor out;
  out.zone = configured.zone;
  out.ds = without(configured.ds, names_known);
  wire::RRsetBuilder keys(configured.zone, wire::RrType::dnskey);
  for (const auto& key : point.keys) {
    if (key.state == KeyState::valid || key.state == KeyState::missing) keys.add(key.rdata, 0);
  }
  if (configured.dnskeys) {
    for (const auto rdata : configured.dnskeys->records())
      if (!is_known(rdata)) keys.add(rdata, 0);
  }
  out.dnskeys = keys.build();
  if (!out.ds && !out.dnskeys) return std::nullopt;
  return out;
}

}  // namespace godwit::dnssec
