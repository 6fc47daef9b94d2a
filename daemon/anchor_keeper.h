// The trust anchors in effect: the configured ones, and what rollovers have made of those that are
// followed. Keeps the state of RFC 5011 over restarts, and says when a zone's keys are to be looked
// at, or its servers to be told which are trusted. Does not ask for them itself. Main thread.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "daemon/anchor_settings.h"
#include "daemon/anchor_store.h"
#include "daemon/log.h"

namespace godwit::daemon {

class AnchorKeeper {
 public:
  AnchorKeeper(std::string state_file, Log& log) : store_(std::move(state_file)), log_(log) {}

  // Takes these anchors as the configured ones; reads the state when the first is to be followed.
  // `wall` here and below: seconds since 1970. State that began with other anchors of a zone than
  // these is given up.
  void configure(const ConfiguredAnchors& configured, std::int64_t wall);

  // What is trusted now; null: nothing is validated.
  [[nodiscard]] const dnssec::TrustAnchorsPtr& anchors() const noexcept { return anchors_; }

  // The zone whose DNSKEY set is to be asked for next, and when; none: nothing is followed and
  // nobody is told.
  struct Look {
    wire::Name zone;
    std::int64_t when = 0;
  };
  [[nodiscard]] std::optional<Look> next_look() const;

  // What is looked at and kept, for those who want to see it. Lifetime: until the next call that
  // changes anything.
  struct Shown {
    const dnssec::TrustPoint* point = nullptr;  // null: the zone is not followed
    std::optional<std::int64_t> next_look;
  };
  [[nodiscard]] Shown shown(const wire::Name& zone) const;
  // The anchors that the configuration states; null: nothing is validated.
  [[nodiscard]] const ConfiguredAnchors& configured() const noexcept { return configured_; }
  [[nodiscard]] const std::string& state_file() const noexcept { return store_.path(); }
  [[nodiscard]] bool is_state_kept() const noexcept { return is_kept_; }

  // A DNSKEY set of such a zone, with its signatures; `is_secure`: validated with the anchors as
  // they are. True: what is trusted has changed.
  bool on_dnskey_set(const wire::RRset& set, bool is_secure, std::int64_t wall);
  // None was to be had.
  void on_failure(const wire::Name& zone, std::int64_t wall);

 private:
  void read_state();
  void save();
  void take_up(const dnssec::TrustAnchor& anchor, std::int64_t wall);
  [[nodiscard]] dnssec::TrustPoint* find(const wire::Name& zone) noexcept;
  [[nodiscard]] const dnssec::TrustPoint* find(const wire::Name& zone) const noexcept;
  [[nodiscard]] const dnssec::TrustAnchor* configured_at(const wire::Name& zone) const noexcept;
  void put_together();
  void plan_telling(std::int64_t wall);
  void tell_again(const wire::Name& zone, std::int64_t when) noexcept;
  void tell(const wire::Name& zone, const std::vector<dnssec::KeyChange>& changes);

  AnchorStore store_;
  Log& log_;
  ConfiguredAnchors configured_;
  dnssec::TrustAnchorsPtr anchors_;
  std::vector<dnssec::TrustPoint> points_;  // of zones that are not followed now, too
  std::vector<Look> telling_;  // of zones that are not followed: for their servers to hear of it
  bool is_read_ = false;
  bool is_kept_ = true;  // whether the last write succeeded
};

}  // namespace godwit::daemon
