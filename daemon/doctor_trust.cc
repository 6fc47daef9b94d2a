// Whether the root shows keys that are trusted, and whether its signatures are of this time.
#include <algorithm>
#include <ctime>

#include "daemon/doctor_findings.h"
#include "dnssec/ds.h"
#include "dnssec/signature.h"
#include "dnssec/trust_anchors.h"

namespace godwit::daemon {
namespace {

using Octets = std::vector<std::uint8_t>;

struct RootKeys {
  std::vector<Octets> keys;  // RDATA of the secure entry points that are not revoked
  std::uint32_t inception = 0, expiration = 0;  // of a signature over them; both 0: none was seen
};

// Of the first response that has them.
RootKeys root_keys(const DoctorFacts& facts) {
  RootKeys out;
  for (const ProbeOutcome& outcome : facts.probes) {
    if (outcome.probe.aim != ProbeAim::large || outcome.end != ProbeEnd::answered) continue;
    const auto message = wire::MessageView::parse(outcome.message);
    if (!message) continue;
    auto records = message->records();
    for (const auto* record = records.next(); record != nullptr; record = records.next()) {
      if (record->section != wire::Section::answer) break;
      if (record->type == wire::RrType::dnskey) {
        const auto key = dnssec::read_dnskey(record->rdata);
        if (key && key->is_zone_key() && key->is_secure_entry_point() && !key->is_revoked())
          out.keys.emplace_back(record->rdata.begin(), record->rdata.end());
      } else if (record->type == wire::RrType::rrsig) {
        const auto signature = dnssec::read_rrsig(record->rdata);
        if (!signature || signature->type_covered != wire::RrType::dnskey) continue;
        out.inception = signature->inception;
        out.expiration = signature->expiration;
      }
    }
    if (!out.keys.empty()) return out;
  }
  return out;
}

bool is_trusted(const Octets& key, const dnssec::TrustAnchor& anchor) {
  if (anchor.dnskeys)
    for (const wire::Bytes trusted : anchor.dnskeys->records())
      if (std::ranges::equal(trusted, key)) return true;
  if (!anchor.ds) return false;
  for (const wire::Bytes rdata : anchor.ds->records()) {
    const auto ds = dnssec::read_ds(rdata);
    if (!ds || ds->key_tag != dnssec::key_tag(key)) continue;
    if (std::ranges::equal(dnssec::ds_digest(anchor.zone, key, ds->digest_type), ds->digest))
      return true;
  }
  return false;
}

std::string date_of(std::uint32_t seconds) {
  const std::time_t time = seconds;
  std::tm parts{};
  ::gmtime_r(&time, &parts);
  char out[32];
  const auto size = std::strftime(out, sizeof out, "%Y-%m-%d %H:%M UTC", &parts);
  return {out, size};
}

// Dates are compared as signatures are (RFC 4034 §3.1.5).
void judge_clock(const RootKeys& root, std::int64_t wall_seconds, Findings& out) {
  const auto now = static_cast<std::uint32_t>(wall_seconds);
  const bool is_early = static_cast<std::int32_t>(now - root.inception) < 0;
  const bool is_late = static_cast<std::int32_t>(root.expiration - now) < 0;
  const std::string window = "from " + date_of(root.inception) + " to " + date_of(root.expiration);
  if (is_early || is_late)
    out.push_back(
        {"clock", Severity::fault,
         "the clock says " + date_of(now) + ", but the root's signature is of a time " + window,
         "set the clock: timedatectl set-ntp true"});
  else
    out.push_back({"clock",
                   Severity::good,
                   "the clock says " + date_of(now) + ", within the time of the root's signature",
                   {}});
}

void judge_keys(const RootKeys& root, const dnssec::TrustAnchor& anchor, Findings& out) {
  std::string known, unknown;
  for (const Octets& key : root.keys) {
    std::string& list = is_trusted(key, anchor) ? known : unknown;
    list += (list.empty() ? "" : ", ") + std::to_string(dnssec::key_tag(key));
  }
  if (known.empty()) {
    out.push_back({"anchors", Severity::fault,
                   "the root shows other keys (" + unknown + ") than the one that is trusted",
                   "if port 53 is not intercepted, install a newer godwit or its trust anchors: "
                   "dnssec.trust-anchor-file"});
    return;
  }
  out.push_back({"anchors", Severity::good, "the root shows a key that is trusted: " + known, {}});
  if (!unknown.empty())
    out.push_back({"anchors", Severity::note,
                   "the root shows a key that is not trusted yet: " + unknown,
                   "nothing, where keys are followed (godwitctl anchors)"});
}

}  // namespace

void diagnose_trust(const DoctorFacts& facts, Findings& out) {
  const auto root = root_keys(facts);
  if (root.inception != 0) judge_clock(root, facts.host.wall_seconds, out);
  const auto anchors = dnssec::read_anchors(facts.daemon.anchors);
  const auto anchor = std::ranges::find_if(
      anchors.anchors, [](const dnssec::TrustAnchor& one) { return one.zone.is_root(); });
  if (anchor == anchors.anchors.end()) {
    out.push_back({"anchors", Severity::note, "nothing is validated from the root on",
                   "see dnssec in the configuration: without it answers may be forged"});
  } else if (!root.keys.empty()) {
    judge_keys(root, *anchor, out);
  } else if (std::ranges::any_of(facts.probes, [](const ProbeOutcome& outcome) {
               return outcome.probe.aim == ProbeAim::large && outcome.end == ProbeEnd::answered;
             })) {
    out.push_back({"anchors", Severity::fault, "the root's servers show no keys",
                   "find what takes them out of answers on the way: nothing can be validated"});
  }
}

}  // namespace godwit::daemon
