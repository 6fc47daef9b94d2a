#include "daemon/anchor_keeper.h"

#include <algorithm>
#include <utility>

#include "dnssec/hash.h"
#include "dnssec/signature.h"
#include "wire/name_text.h"
#include "wire/text_encoding.h"

namespace godwit::daemon {
namespace {

constexpr std::string_view built_in = "built-in";
// How often servers are told what they are not asked for otherwise (RFC 8145 §5.3 has it go with
// each refresh of the keys, which live a day or two).
constexpr std::int64_t telling_interval_seconds = 86'400;
constexpr std::int64_t telling_retry_seconds = 3'600;

using Octets = std::vector<std::uint8_t>;

void append_records(const wire::RRsetPtr& set, std::vector<Octets>& out) {
  if (!set) return;
  for (const auto rdata : set->records()) {
    Octets one(2);
    wire::store_u16(one.data(), static_cast<std::uint16_t>(set->type()));
    one.insert(one.end(), rdata.begin(), rdata.end());
    out.push_back(std::move(one));
  }
}

// The same for the same records in any order.
std::string digest_of(const dnssec::TrustAnchor& anchor) {
  constexpr std::size_t octets = 16;
  std::vector<Octets> records;
  append_records(anchor.ds, records);
  append_records(anchor.dnskeys, records);
  std::ranges::sort(records);
  Octets all;
  for (const auto& record : records) all.insert(all.end(), record.begin(), record.end());
  std::string out;
  wire::append_hex(out, dnssec::hash_of(dnssec::Hash::sha256, all).bytes().first(octets));
  return out;
}

// Whether the set has a good signature of this key, revoked as it is (RFC 5011 §2.1).
bool is_signed_by(const wire::RRset& set, wire::Bytes dnskey_rdata, std::int64_t wall) {
  const std::vector keys{std::make_shared<const dnssec::ZoneKey>(dnskey_rdata)};
  const std::vector<dnssec::ZoneKeyPtr> shared(keys.begin(), keys.end());
  dnssec::SignatureClock clock;
  clock.now = static_cast<std::uint32_t>(wall);
  const dnssec::AlgorithmPolicy policy;
  const dnssec::ValidationLimits limits;
  dnssec::ValidationBudget budget(limits);
  dnssec::RRsetCheck check(set, set.owner(), shared, clock, policy, limits);
  while (check.state() == dnssec::RRsetCheck::State::pending) check.step(budget);
  return check.state() == dnssec::RRsetCheck::State::secure;
}

std::string_view text_of(std::optional<dnssec::KeyState> state) noexcept {
  return state ? dnssec::to_text(*state) : std::string_view("none");
}

}  // namespace

void AnchorKeeper::configure(const ConfiguredAnchors& configured, std::int64_t wall) {
  configured_ = configured;
  const auto before = points_;
  if (configured_.anchors) {
    for (const auto& anchor : configured_.anchors->anchors()) {
      if (!configured_.follows(anchor)) continue;
      if (!is_read_) read_state();
      take_up(anchor, wall);
    }
  }
  put_together();
  plan_telling(wall);
  // Tells at the start, not weeks later, when there is no place for it.
  if (points_ != before) save();
}

// A reload tells nobody anew.
void AnchorKeeper::plan_telling(std::int64_t wall) {
  const std::vector<Look> before = std::exchange(telling_, {});
  if (!configured_.anchors || !configured_.tells_servers) return;
  for (const auto& anchor : configured_.anchors->anchors()) {
    if (configured_.follows(anchor)) continue;
    const auto known = std::ranges::find(before, anchor.zone, &Look::zone);
    telling_.push_back(known != before.end() ? *known : Look{anchor.zone, wall});
  }
}

void AnchorKeeper::tell_again(const wire::Name& zone, std::int64_t when) noexcept {
  const auto known = std::ranges::find(telling_, zone, &Look::zone);
  if (known != telling_.end()) known->when = when;
}

void AnchorKeeper::read_state() {
  using Found = AnchorStore::Found;
  is_read_ = true;
  auto contents = store_.read();
  points_ = std::move(contents.points);
  if (contents.found == Found::damaged) {
    log_.error("trust-anchor-state-refused",
               {{"file", store_.path()},
                {"reason", contents.error},
                {"consequence", "rollovers are followed from the configured anchors on"}});
  } else if (contents.found == Found::unreadable) {
    log_.error("trust-anchor-state-refused", {{"file", store_.path()}, {"reason", contents.error}});
  }
}

void AnchorKeeper::take_up(const dnssec::TrustAnchor& anchor, std::int64_t wall) {
  const bool is_built_in = configured_.has_built_in && anchor.zone.is_root();
  const std::string source = is_built_in ? std::string(built_in) : digest_of(anchor);
  auto* point = find(anchor.zone);
  if (point != nullptr && point->source == source) return;
  if (point != nullptr) {
    log_.info("trust-anchor-state-given-up",
              {{"zone", wire::to_text(anchor.zone)}, {"reason", "other anchors are configured"}});
    *point = {};
  } else {
    point = &points_.emplace_back();
  }
  point->zone = anchor.zone;
  point->source = source;
  point->next_look = wall;
}

dnssec::TrustPoint* AnchorKeeper::find(const wire::Name& zone) noexcept {
  const auto point = std::ranges::find(points_, zone, &dnssec::TrustPoint::zone);
  return point == points_.end() ? nullptr : &*point;
}
const dnssec::TrustPoint* AnchorKeeper::find(const wire::Name& zone) const noexcept {
  const auto point = std::ranges::find(points_, zone, &dnssec::TrustPoint::zone);
  return point == points_.end() ? nullptr : &*point;
}

const dnssec::TrustAnchor* AnchorKeeper::configured_at(const wire::Name& zone) const noexcept {
  if (!configured_.anchors) return nullptr;
  const auto& all = configured_.anchors->anchors();
  const auto anchor = std::ranges::find(all, zone, &dnssec::TrustAnchor::zone);
  return anchor == all.end() || !configured_.follows(*anchor) ? nullptr : &*anchor;
}

void AnchorKeeper::put_together() {
  anchors_ = configured_.anchors;
  if (!configured_.anchors || configured_.rollover == conf::Rollover::none) return;
  std::vector<dnssec::TrustAnchor> all;
  for (const auto& anchor : configured_.anchors->anchors()) {
    const auto* point = configured_.follows(anchor) ? find(anchor.zone) : nullptr;
    if (point == nullptr) {
      all.push_back(anchor);
    } else if (auto trusted = dnssec::trusted_now(*point, anchor)) {
      all.push_back(std::move(*trusted));
    } else {
      log_.error("trust-anchors-all-revoked",
                 {{"zone", wire::to_text(anchor.zone)},
                  {"consequence", "names below it are not validated, as RFC 5011 says"}});
    }
  }
  anchors_ =
      std::make_shared<const dnssec::TrustAnchors>(std::move(all), configured_.anchors->negative());
}

std::optional<AnchorKeeper::Look> AnchorKeeper::next_look() const {
  std::optional<Look> out;
  const auto consider = [&out](const Look& look) {
    if (!out || look.when < out->when) out = look;
  };
  for (const auto& point : points_)
    if (configured_at(point.zone) != nullptr) consider({point.zone, point.next_look});
  for (const Look& look : telling_) consider(look);
  return out;
}

AnchorKeeper::Shown AnchorKeeper::shown(const wire::Name& zone) const {
  Shown out;
  if (configured_at(zone) != nullptr) out.point = find(zone);
  if (out.point != nullptr) out.next_look = out.point->next_look;
  for (const Look& look : telling_)
    if (look.zone == zone) out.next_look = look.when;
  return out;
}

bool AnchorKeeper::on_dnskey_set(const wire::RRset& set, bool is_secure, std::int64_t wall) {
  tell_again(set.owner(), wall + telling_interval_seconds);
  const auto* anchor = configured_at(set.owner());
  auto* point = find(set.owner());
  if (anchor == nullptr || point == nullptr) return false;
  const auto signs = [&set, wall](wire::Bytes key) { return is_signed_by(set, key, wall); };
  auto observed =
      dnssec::observe(*point, *anchor,
                      {.dnskeys = set, .is_secure = is_secure, .is_signed_by = signs, .now = wall});
  const bool is_worth_keeping = is_secure || !observed.changes.empty();
  *point = std::move(observed.next);
  if (is_worth_keeping) save();
  if (observed.changes.empty()) return false;
  tell(set.owner(), observed.changes);
  put_together();
  return true;
}

void AnchorKeeper::on_failure(const wire::Name& zone, std::int64_t wall) {
  tell_again(zone, wall + telling_retry_seconds);
  if (auto* point = find(zone)) *point = dnssec::after_failure(*point, wall);
}

void AnchorKeeper::tell(const wire::Name& zone, const std::vector<dnssec::KeyChange>& changes) {
  for (const auto& change : changes) {
    const std::string where = wire::to_text(zone);
    const std::initializer_list<LogField> fields{{"zone", where},
                                                 {"key-tag", change.key_tag},
                                                 {"before", text_of(change.before)},
                                                 {"after", text_of(change.after)}};
    if (change.after == dnssec::KeyState::revoked)
      log_.warning("trust-anchor", fields);
    else
      log_.info("trust-anchor", fields);
  }
}

void AnchorKeeper::save() {
  const auto error = store_.write(points_);
  if (!error.empty() && is_kept_) {
    log_.warning("trust-anchor-state-not-kept",
                 {{"file", store_.path()},
                  {"reason", error},
                  {"consequence", "rollovers are followed until the program ends"}});
  } else if (error.empty() && !is_kept_) {
    log_.info("trust-anchor-state-kept", {{"file", store_.path()}});
  }
  is_kept_ = error.empty();
}

}  // namespace godwit::daemon
