// `nta`: negative trust anchors, those of the configuration and those that are added here, which
// hold until their end or a restart (RFC 7646).
#include <algorithm>
#include <chrono>
#include <optional>
#include <string>

#include "conf/problem.h"
#include "conf/time_text.h"
#include "daemon/control_arguments.h"
#include "daemon/control_rooms.h"
#include "daemon/settings.h"
#include "daemon/system_seams.h"
#include "wire/name_text.h"

namespace godwit::daemon {
namespace {

// For every worker to go by a change, and for what is remembered below the name to be forgotten.
constexpr std::chrono::seconds nta_time{10};

std::string moment_of(std::int64_t seconds_since_1970) {
  return conf::print_moment(std::chrono::sys_seconds(std::chrono::seconds(seconds_since_1970)));
}

void tell_negative(const dnssec::NegativeTrustAnchor& one, bool is_added, std::int64_t wall,
                   ControlAnswer& answer) {
  const bool has_ended = one.expires != 0 && one.expires <= wall;
  answer.line({{"name", wire::to_text(one.name)},
               {"until", one.expires == 0 ? std::string("never ends") : moment_of(one.expires)},
               {"from", is_added ? "added, until a restart at the latest" : "configuration"},
               {"in-effect", !has_ended}});
}

// When it is to end, in seconds since 1970.
std::optional<std::int64_t> read_nta_end(const ControlRequest& request, ControlAnswer& answer) {
  const auto until = request.text("until"), lasting = request.text("for");
  if (until.empty() == lasting.empty()) {
    answer.fail(ControlFailure::request, "either --until or --for says when it ends");
    return std::nullopt;
  }
  if (!until.empty()) {
    if (const auto moment = conf::parse_moment(until)) return moment->time_since_epoch().count();
    answer.fail(ControlFailure::request, conf::shown(until) +
                                             " is no day such as 2030-01-31 and no moment such as "
                                             "2030-01-31T18:00:00Z");
    return std::nullopt;
  }
  if (const auto time = conf::parse_duration(lasting))
    return wall_seconds(SystemClock()) + std::chrono::ceil<std::chrono::seconds>(*time).count();
  answer.fail(ControlFailure::request,
              conf::shown(lasting) + " is no duration such as 90m, 12h or 7d");
  return std::nullopt;
}

}  // namespace

void control_nta(ControlSubject& subject, const ControlRequest&, ControlAnswer& answer) {
  const auto& stated = subject.settings().anchors.anchors;
  if (!stated)
    return answer.fail(ControlFailure::negative,
                       "nothing is validated: dnssec.validation is false");
  const auto wall = wall_seconds(SystemClock());
  for (const auto& one : stated->negative()) tell_negative(one, false, wall, answer);
  for (const auto& one : subject.negative_anchors().all()) tell_negative(one, true, wall, answer);
}

void control_nta_add(ControlSubject& subject, const ControlRequest& request,
                     ControlAnswer& answer) {
  const auto given = read_name(request, answer);
  if (!given) return;
  const wire::Name name = given->to_lower();
  if (!subject.settings().anchors.anchors)
    return answer.fail(ControlFailure::negative,
                       "nothing is validated: dnssec.validation is false");
  const auto end = read_nta_end(request, answer);
  if (!end) return;
  const auto later = answer.wait(nta_time);
  const auto fault = subject.add_negative_anchor(name, *end, [later, name, end = *end] {
    later.go_on([name, end](ControlAnswer& more) {
      tell_negative({name, end}, true, wall_seconds(SystemClock()), more);
      return false;
    });
  });
  if (!fault.empty()) answer.fail(ControlFailure::request, fault);
}

void control_nta_remove(ControlSubject& subject, const ControlRequest& request,
                        ControlAnswer& answer) {
  const auto given = read_name(request, answer);
  if (!given) return;
  const wire::Name name = given->to_lower();
  const auto& stated = subject.settings().anchors.anchors;
  std::optional<dnssec::NegativeTrustAnchor> below;  // the configuration's, in effect again
  if (stated)
    for (const auto& one : stated->negative())
      if (one.name == name) below = one;
  const auto later = answer.wait(nta_time);
  const bool was_there = subject.remove_negative_anchor(name, [later, name, below] {
    later.go_on([name, below](ControlAnswer& more) {
      more.line({{"name", wire::to_text(name)}, {"from", "removed"}, {"in-effect", false}});
      if (below) tell_negative(*below, false, wall_seconds(SystemClock()), more);
      return false;
    });
  });
  if (was_there) return;
  answer.fail(ControlFailure::negative,
              below ? wire::to_text(name) +
                          " is of the configuration: take it out of "
                          "dnssec.negative-trust-anchors and reload"
                    : "there is no negative trust anchor " + wire::to_text(name));
}

}  // namespace godwit::daemon
