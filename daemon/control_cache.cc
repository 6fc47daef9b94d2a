// `cache get`: all that the caches have of one name. They are only looked at: nothing counts as
// used, nothing is asked of servers.
#include "daemon/cache_text.h"
#include "daemon/control_arguments.h"
#include "daemon/control_rooms.h"
#include "daemon/settings.h"
#include "daemon/system_seams.h"
#include "dnssec/synthesis.h"
#include "iterator/resolve_error.h"
#include "wire/codes_text.h"
#include "wire/name_text.h"

namespace godwit::daemon {
namespace {

using wire::RrType;

// What is looked for, and where what is found is told.
class NameInCache {
 public:
  NameInCache(const ControlSubject& subject, wire::Name name, std::optional<RrType> type,
              ControlAnswer& answer)
      : caches_(subject.caches()),
        options_(*subject.settings().resolver),
        now_(SystemClock().now()),
        name_(std::move(name)),
        type_(type),
        answer_(answer) {}

  void tell_all() {
    tell_sets();
    tell_denials();
    tell_proven();
    tell_failures();
    tell_ready();
    const bool is_cut = !type_ && caches_.delegations.find(name_, now_);
    const bool found = found_ || is_cut;
    tell_zone();
    if (!found) answer_.fail(ControlFailure::negative, "nothing is remembered of that name");
  }

 private:
  void tell(std::string_view kind, std::uint32_t seconds, std::string says,
            boost::json::object facts) {
    boost::json::object line{{"kind", kind}, {"seconds", seconds}, {"says", std::move(says)}};
    for (auto& member : facts) line[member.key()] = std::move(member.value());
    answer_.line(line);
    found_ = true;
  }
  [[nodiscard]] bool is_wanted(RrType type) const noexcept { return !type_ || *type_ == type; }
  // What has ended lies there for a while, and is nothing any more unless it may be given all the
  // same.
  [[nodiscard]] bool is_there(cache::Time expires) const noexcept {
    return expires + options_.stale.time_max > now_;
  }
  // ", ended 12 s ago", where it has.
  [[nodiscard]] std::string ended(cache::Time expires, boost::json::object& facts) const {
    if (expires > now_) return {};
    const auto ago = std::chrono::floor<std::chrono::seconds>(now_ - expires).count();
    facts["ended-seconds"] = ago;
    return ", ended " + std::to_string(ago) + " s ago";
  }

  void tell_sets() {
    for (const auto& found : caches_.rrsets.of_owner(name_, now_)) {
      if (!is_wanted(found.set->type()) || !is_there(found.expires)) continue;
      const Worth worth = worth_of(found);
      for (const RecordLine& line : record_lines(*found.set, found.ttl_left)) {
        boost::json::object facts = worth.facts;
        facts["name"] = wire::to_text(found.set->owner());
        facts["type"] = wire::to_text(line.type);
        facts["record"] = line.text;
        std::string says = line.text + " ; " + worth.says + ended(found.expires, facts);
        tell("rrset", found.ttl_left, std::move(says), std::move(facts));
      }
    }
  }

  void tell_denials() {
    for (unsigned labels = name_.label_count() + 1; labels-- > 0;) {
      const wire::Name owner = name_.suffix(labels);
      const bool is_above = labels != name_.label_count();
      for (const auto& kept : caches_.negatives.of_owner(owner, now_)) {
        const bool is_whole = kept.denial.kind != cache::NegativeKind::nodata;
        if (is_above && kept.denial.kind != cache::NegativeKind::nxdomain) continue;
        if ((is_whole || is_wanted(kept.type)) && is_there(kept.denial.expires)) tell_denial(kept);
      }
      if (labels == 0) return;
    }
  }
  void tell_denial(const cache::NegativeCache::Kept& kept) {
    Worth worth = worth_of(kept);
    std::string says =
        denial_text(kept) + " ; " + worth.says + ended(kept.denial.expires, worth.facts);
    tell("denial", kept.denial.ttl_left, std::move(says), std::move(worth.facts));
  }

  // What the zone has proven for other names and is true of this one.
  void tell_proven() {
    if (!options_.anchors || !options_.aggressive_denials) return;
    const RrType usual[] = {RrType::a, RrType::aaaa};
    for (const RrType usual_type : usual) {
      const RrType type = type_.value_or(usual_type);
      dnssec::ValidationBudget budget(options_.validation);
      const auto made = dnssec::synthesise(caches_.proven, name_, type, now_, budget);
      if (made) {
        std::string says = made->is_name_error ? "NXDOMAIN" : "NODATA " + wire::to_text(type);
        boost::json::object facts{{"denial", made->is_name_error ? "NXDOMAIN" : "NODATA"},
                                  {"type", wire::to_text(type)},
                                  {"security", security_text(cache::Security::secure)}};
        says += " ; secure, by " + tell_parts(*made, facts);
        tell("proven", made->ttl, std::move(says), std::move(facts));
      }
      if (type_ || (made && made->is_name_error)) return;
    }
  }

  static std::string tell_parts(const dnssec::Synthesis& made, boost::json::object& facts) {
    std::string says;
    boost::json::array proofs;
    for (const auto& part : made.parts) {
      const std::string owner = wire::to_text(part.set->owner());
      const std::string type = wire::to_text(part.set->type());
      boost::json::object proof{{"name", owner}, {"type", type}, {"ttl-left", part.ttl_left}};
      if (!says.empty()) says += "; ";
      says += owner + " " + type + tell_giver(part.giver, proof);
      proofs.push_back(std::move(proof));
    }
    facts["proven-by"] = std::move(proofs);
    return says;
  }

  void tell_failures() {
    for (const auto& kept : caches_.failures.of_owner(name_, now_)) {
      if (!is_wanted(kept.type)) continue;
      const auto& failure = kept.failure;
      const auto error = static_cast<iterator::ResolveError>(failure.reason);
      std::string says(iterator::describe(error).text);
      if (failure.detail && !failure.detail->text.empty()) says += ": " + failure.detail->text;
      tell("failure", failure.seconds_left, wire::to_text(kept.type) + " ; " + says,
           {{"type", wire::to_text(kept.type)}, {"reason", says}});
    }
  }

  void tell_ready() {
    for (const auto& kept : caches_.answers.of_owner(name_, now_)) {
      if (!is_wanted(kept.type)) continue;
      std::string says = wire::to_text(kept.type) + " ; kept ready made";
      if (kept.variant.dnssec_ok) says += ", with signatures";
      if (kept.variant.checking_disabled) says += ", for who checks by himself";
      tell("ready", kept.seconds_left, std::move(says),
           {{"type", wire::to_text(kept.type)},
            {"dnssec-ok", kept.variant.dnssec_ok},
            {"checking-disabled", kept.variant.checking_disabled}});
    }
  }

  void tell_zone() {
    if (const auto trust = caches_.trusts.closest(name_, 0, now_)) {
      const std::string zone = wire::to_text(trust->zone);
      std::string says = zone + " ; " + std::string(security_text(trust->security));
      if (trust->failure) says += ", " + dnssec::to_text(trust->failure);
      tell("zone trust", cache::ttl_left(trust->expires, now_), std::move(says),
           {{"zone", zone}, {"security", security_text(trust->security)}});
    }
    if (const auto delegation = caches_.delegations.closest(name_, now_)) {
      boost::json::object facts{{"cut", wire::to_text(delegation->cut())}};
      std::string says = delegation_text(*delegation) + tell_giver(delegation->giver, facts);
      tell("delegation", cache::ttl_left(delegation->expires, now_), std::move(says),
           std::move(facts));
    }
  }

  const iterator::Caches& caches_;
  const iterator::ResolverOptions& options_;
  const cache::Time now_;
  const wire::Name name_;
  const std::optional<RrType> type_;
  ControlAnswer& answer_;
  bool found_ = false;
};

}  // namespace

void control_cache_get(ControlSubject& subject, const ControlRequest& request,
                       ControlAnswer& answer) {
  const auto name = read_name(request, answer);
  if (!name) return;
  std::optional<RrType> type;
  if (!read_type(request, type, answer)) return;
  NameInCache(subject, *name, type, answer).tell_all();
}

}  // namespace godwit::daemon
