// Whether the root servers are reached, over what, with how large messages, and whether it is they
// who answer.
#include <algorithm>

#include "daemon/doctor_findings.h"

namespace godwit::daemon {
namespace {

using Outcomes = std::vector<const ProbeOutcome*>;

// The largest payload of UDP that no fragment is needed for with the usual MTU of 1500.
constexpr std::size_t whole_octets_v4 = 1472, whole_octets_v6 = 1452;

Outcomes those_of(const DoctorFacts& facts, ProbeAim aim, bool v4) {
  Outcomes out;
  for (const ProbeOutcome& outcome : facts.probes)
    if (outcome.probe.aim == aim && outcome.probe.server.address.is_v4() == v4)
      out.push_back(&outcome);
  return out;
}

std::size_t answered(const Outcomes& outcomes) {
  return static_cast<std::size_t>(std::count_if(
      outcomes.begin(), outcomes.end(),
      [](const ProbeOutcome* outcome) { return outcome->end == ProbeEnd::answered; }));
}

std::string count_of(const Outcomes& outcomes) {
  return std::to_string(answered(outcomes)) + " of " + std::to_string(outcomes.size());
}

std::string middle_time(const Outcomes& outcomes) {
  std::vector<std::chrono::milliseconds> times;
  for (const ProbeOutcome* outcome : outcomes)
    if (outcome->end == ProbeEnd::answered) times.push_back(outcome->took);
  std::sort(times.begin(), times.end());
  return std::to_string(times[times.size() / 2].count()) + " ms";
}

// A server of the root speaks with authority and does not recurse.
bool is_from_elsewhere(const ProbeOutcome& outcome) {
  const auto header = outcome.header();
  return outcome.end == ProbeEnd::answered && (header.ra || !header.aa);
}

struct Family {
  const char* area;
  const char* name;
  bool v4;
  bool is_asked;  // by configuration
  bool is_there;  // on this host
};

// Whether servers are reached over UDP.
bool judge_reach(const DoctorFacts& facts, const Family& family, Findings& out) {
  const std::string over = std::string(" over ") + family.name;
  if (!family.is_asked) {
    out.push_back({family.area, Severity::note, "servers are not asked" + over,
                   std::string("set resolver.upstream-") + (family.v4 ? "ipv4" : "ipv6") +
                       " to change that"});
    return false;
  }
  const auto outcomes = those_of(facts, ProbeAim::root, family.v4);
  if (outcomes.empty()) return false;
  if (answered(outcomes) == 0) {
    const bool is_needed = family.v4 || family.is_there;
    out.push_back(
        {family.area, is_needed ? Severity::fault : Severity::note,
         family.is_there ? "no root server answers" + over
                         : std::string("this host has no ") + family.name + " beyond its link",
         !is_needed ? ""
                    : "let UDP port 53 out of this host and network, or name a resolver to forward "
                      "to: resolver.forward-zones"});
    return false;
  }
  const bool is_most = 2 * answered(outcomes) >= outcomes.size();
  out.push_back({family.area, is_most ? Severity::good : Severity::note,
                 count_of(outcomes) + " root servers answered" + over + ", in " +
                     middle_time(outcomes) + " in the middle",
                 is_most ? "" : "see whether the line loses packets, or a filter limits port 53"});
  return true;
}

void judge_stream(const DoctorFacts& facts, const Family& family, Findings& out) {
  const auto outcomes = those_of(facts, ProbeAim::stream, family.v4);
  if (outcomes.empty()) return;
  const std::string over = std::string(" over TCP and ") + family.name;
  if (answered(outcomes) != 0)
    out.push_back(
        {"tcp", Severity::good, count_of(outcomes) + " root servers answered" + over, {}});
  else
    out.push_back({"tcp", Severity::fault, "no root server answers" + over,
                   "let TCP port 53 out: answers that are too large for UDP need it"});
}

// The largest response that came whole.
std::size_t largest(const Outcomes& outcomes) {
  std::size_t out = 0;
  for (const ProbeOutcome* outcome : outcomes)
    if (outcome->end == ProbeEnd::answered && !outcome->header().tc)
      out = std::max(out, outcome->message.size());
  return out;
}

void judge_sizes(const DoctorFacts& facts, const Family& family, Findings& out) {
  const auto usual = those_of(facts, ProbeAim::large, family.v4);
  const auto huge = those_of(facts, ProbeAim::huge, family.v4);
  if (usual.empty()) return;
  const std::string over = std::string(" over ") + family.name;
  if (answered(usual) == 0) {
    out.push_back({"sizes", Severity::fault,
                   "questions with EDNS have no answer" + over + ", such without it do",
                   "find the filter that drops them: without EDNS nothing can be validated"});
    return;
  }
  const std::size_t whole = family.v4 ? whole_octets_v4 : whole_octets_v6;
  if (largest(huge) > whole) {
    out.push_back(
        {"sizes",
         Severity::good,
         "responses of " + std::to_string(largest(huge)) + " octets arrive in fragments" + over,
         {}});
  } else if (answered(huge) == 0 && !huge.empty()) {
    out.push_back({"sizes", Severity::note,
                   "responses of " + std::to_string(largest(usual)) + " octets arrive" + over +
                       ", larger ones do not",
                   "nothing: godwit asks for 1232 octets and goes to TCP for more; leave "
                   "resolver.edns-buffer-size as it is"});
  } else {
    out.push_back({"sizes",
                   Severity::good,
                   "responses of " + std::to_string(std::max(largest(usual), largest(huge))) +
                       " octets arrive" + over,
                   {}});
  }
}

void judge_interception(const DoctorFacts& facts, Findings& out) {
  std::size_t asked = 0, elsewhere = 0, nowhere = 0;
  for (const ProbeOutcome& outcome : facts.probes) {
    const bool is_answered = outcome.end == ProbeEnd::answered;
    if (outcome.probe.aim == ProbeAim::nowhere && is_answered) ++nowhere;
    if (outcome.probe.aim != ProbeAim::root || !is_answered) continue;
    ++asked;
    if (is_from_elsewhere(outcome)) ++elsewhere;
  }
  if (elsewhere + nowhere != 0) {
    out.push_back(
        {"intercepted", Severity::fault,
         nowhere != 0 ? "somebody answers for an address at which there is nothing: port 53 is "
                        "intercepted on the way"
                      : std::to_string(elsewhere) + " of " + std::to_string(asked) +
                            " answers of root servers came from a resolver: port 53 is intercepted "
                            "on the way",
         "turn off what your router or provider calls DNS redirection or protection; until then "
         "forward to a resolver that you trust: resolver.forward-zones"});
  } else if (asked != 0) {
    out.push_back({"intercepted", Severity::good, "it is the root servers who answer", {}});
  }
}

}  // namespace

void diagnose_network(const DoctorFacts& facts, Findings& out) {
  const Family families[] = {
      {"ipv4", "IPv4", true, facts.daemon.upstream_ipv4, facts.host.has_ipv4},
      {"ipv6", "IPv6", false, facts.daemon.upstream_ipv6, facts.host.has_ipv6}};
  for (const Family& family : families) {
    if (!judge_reach(facts, family, out)) continue;
    judge_stream(facts, family, out);
    judge_sizes(facts, family, out);
  }
  judge_interception(facts, out);
}

}  // namespace godwit::daemon
