// `anchors`: what is trusted, and what becomes of it as keys roll over (RFC 5011).
#include <algorithm>
#include <optional>
#include <string>

#include "conf/time_text.h"
#include "daemon/control_rooms.h"
#include "dnssec/algorithms.h"
#include "dnssec/key.h"
#include "wire/name_text.h"

namespace godwit::daemon {
namespace {

using dnssec::FollowedKey;
using dnssec::TrustAnchor;

boost::json::value moment_value(std::int64_t seconds_since_1970) {
  if (seconds_since_1970 == 0) return nullptr;
  return boost::json::string(
      conf::print_moment(std::chrono::sys_seconds(std::chrono::seconds(seconds_since_1970))));
}

// The key tag and the algorithm of a DS record.
struct DsHead {
  explicit DsHead(wire::Bytes rdata) : tag(wire::load_u16(rdata.data())), algorithm{rdata[2]} {}
  std::uint16_t tag;
  dnssec::Algorithm algorithm;
};

std::string_view text_of(AnchorWatch::Looked how) noexcept {
  switch (how) {
    case AnchorWatch::Looked::secure:
      return "its keys were seen and are secure";
    case AnchorWatch::Looked::not_secure:
      return "its keys were seen, but are not secure";
    case AnchorWatch::Looked::in_vain:
      return "its keys were not to be had";
    case AnchorWatch::Looked::never:
      break;
  }
  return "its keys have not been looked at since the start";
}

// The anchors of one zone, a line for each key, and one for the zone where its keys are looked at.
class ZoneAnchors {
 public:
  ZoneAnchors(const AnchorWatch& watch, const wire::Name& zone, ControlAnswer& answer)
      : watch_(watch), zone_(zone), shown_(watch.keeper().shown(zone)), answer_(answer) {}

  // `trusted`: null if nothing of the zone is.
  void tell(const TrustAnchor* trusted) {
    if (shown_.point != nullptr)
      for (const FollowedKey& key : shown_.point->keys) tell_followed(key);
    if (trusted != nullptr) tell_stated(*trusted);
    if (shown_.next_look) tell_looks();
  }

 private:
  void tell_key(std::uint16_t tag, dnssec::Algorithm algorithm, std::string_view state,
                const FollowedKey* followed) {
    answer_.line({{"zone", wire::to_text(zone_)},
                  {"key-tag", tag},
                  {"algorithm", dnssec::to_text(algorithm)},
                  {"state", state},
                  {"trusted", followed == nullptr || is_trusted(*followed)},
                  {"since", followed ? moment_value(followed->since) : nullptr},
                  {"until", followed ? moment_value(followed->until) : nullptr}});
  }
  static bool is_trusted(const FollowedKey& key) noexcept {
    return key.state == dnssec::KeyState::valid || key.state == dnssec::KeyState::missing;
  }
  void tell_followed(const FollowedKey& key) {
    const auto view = dnssec::read_dnskey(key.rdata);
    if (!view) return;
    tell_key(dnssec::key_tag(key.rdata), view->algorithm, dnssec::to_text(key.state), &key);
  }

  // What the configuration says, or the program was built with, and no key that is followed shows.
  void tell_stated(const TrustAnchor& anchor) {
    std::vector<std::uint16_t> told;
    if (shown_.point != nullptr)
      for (const FollowedKey& key : shown_.point->keys) told.push_back(dnssec::key_tag(key.rdata));
    const auto tell_new = [&](std::uint16_t tag, dnssec::Algorithm algorithm) {
      if (std::ranges::find(told, tag) != told.end()) return;
      told.push_back(tag);
      tell_key(tag, algorithm, "stated", nullptr);
    };
    if (anchor.dnskeys)
      for (const wire::Bytes rdata : anchor.dnskeys->records())
        if (const auto view = dnssec::read_dnskey(rdata))
          tell_new(dnssec::key_tag(rdata), view->algorithm);
    if (anchor.ds)
      for (const wire::Bytes rdata : anchor.ds->records())
        tell_new(DsHead(rdata).tag, DsHead(rdata).algorithm);
  }

  void tell_looks() {
    const auto last = watch_.last_look(zone_);
    boost::json::object line{{"looks-at", wire::to_text(zone_)},
                             {"for", shown_.point ? "rollovers of its keys (RFC 5011)"
                                                  : "telling its servers what is trusted "
                                                    "(RFC 8145)"},
                             {"last-result", text_of(last.how)},
                             {"last-look", moment_value(last.when)},
                             {"next-look", moment_value(*shown_.next_look)}};
    if (shown_.point != nullptr) {
      line["began-with"] =
          shown_.point->source == "built-in" ? "built-in anchors" : "anchors of the configuration";
      line["secure-keys-seen"] = moment_value(shown_.point->looked);
      line["state-file"] = watch_.keeper().state_file();
      line["state-kept"] = watch_.keeper().is_state_kept();
    }
    answer_.line(line);
  }

  const AnchorWatch& watch_;
  const wire::Name zone_;
  const AnchorKeeper::Shown shown_;
  ControlAnswer& answer_;
};

const TrustAnchor* anchor_at(const dnssec::TrustAnchorsPtr& anchors, const wire::Name& zone) {
  if (!anchors) return nullptr;
  const auto found = std::ranges::find(anchors->anchors(), zone, &TrustAnchor::zone);
  return found == anchors->anchors().end() ? nullptr : &*found;
}

}  // namespace

void control_anchors(ControlSubject& subject, const ControlRequest&, ControlAnswer& answer) {
  const AnchorWatch& watch = subject.anchor_watch();
  const auto& stated = watch.keeper().configured().anchors;
  if (!stated)
    return answer.fail(ControlFailure::negative,
                       "nothing is validated: dnssec.validation is false");
  for (const TrustAnchor& anchor : stated->anchors())
    ZoneAnchors(watch, anchor.zone, answer).tell(anchor_at(watch.anchors(), anchor.zone));
  const auto fault = watch.clock_fault();
  if (!fault.empty()) answer.line({{"clock", fault}});
}

}  // namespace godwit::daemon
