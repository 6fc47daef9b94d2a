// godwitd itself, its limits, and whether the programs of this host ask it.
#include <algorithm>
#include <sstream>

#include "daemon/doctor_findings.h"
#include "daemon/socket_address.h"

namespace godwit::daemon {
namespace {

// Two for each question that waits, and connections of clients; what the unit asks for is more.
constexpr std::uint64_t descriptors_wanted = 4'096;
constexpr std::string_view stub_of_resolved = "127.0.0.53";

std::string name_of(const Probe& probe) {
  return probe.server.to_text() + (probe.over_tcp ? " over TCP" : " over UDP");
}

void judge_own_answer(const ProbeOutcome& outcome, Findings& out) {
  const std::string where = name_of(outcome.probe);
  if (outcome.end != ProbeEnd::answered) {
    const std::string why = outcome.reason.empty() ? "no answer in time" : outcome.reason;
    out.push_back({"answers", Severity::fault, "nobody answers at " + where + ": " + why,
                   "see the log (journalctl -u godwit) and look for a packet filter on this host"});
    return;
  }
  const auto rcode = static_cast<wire::Rcode>(outcome.header().rcode);
  if (rcode == wire::Rcode::refused) {
    out.push_back({"answers", Severity::fault, "this host is refused at " + where,
                   "add its address to access-control.allow"});
  } else if (rcode != wire::Rcode::noerror || outcome.header().ancount == 0) {
    out.push_back({"answers", Severity::fault,
                   "godwitd answers at " + where + ", but cannot look up the root",
                   "see what is said of the network and the root's keys below"});
  } else {
    out.push_back({"answers", Severity::good, "godwitd looks up names at " + where, {}});
  }
}

void judge_limits(const DoctorFacts& facts, Findings& out) {
  const auto descriptors = facts.daemon.descriptors_max;
  if (descriptors < descriptors_wanted) {
    out.push_back({"limits", Severity::note,
                   "godwitd may open " + std::to_string(descriptors) + " descriptors, under " +
                       std::to_string(descriptors_wanted),
                   "start it with a higher limit: LimitNOFILE= of the unit, or ulimit -n"});
  } else {
    out.push_back({"limits",
                   Severity::good,
                   "godwitd may open " + std::to_string(descriptors) + " descriptors",
                   {}});
  }
  if (facts.host.datagrams_dropped == 0) return;
  out.push_back({"limits", Severity::note,
                 "the system threw away " + std::to_string(facts.host.datagrams_dropped) +
                     " datagrams to port 53 for want of room",
                 "raise net.core.rmem_max, or give godwitd more workers"});
}

struct ResolvConf {
  std::vector<std::string> servers;
};

ResolvConf read_resolv_conf(const std::string& text) {
  ResolvConf out;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string keyword, server;
    if (words >> keyword >> server && keyword == "nameserver") out.servers.push_back(server);
  }
  return out;
}

// Whether a program that asks this address asks godwitd.
bool is_ours(const std::string& server, const std::vector<ListenPoint>& listens) {
  const auto address = wire::IpAddress::parse(server);
  if (!address) return false;
  return std::any_of(listens.begin(), listens.end(), [&](const ListenPoint& point) {
    if (point.stream || point.endpoint.port != dns_port) return false;
    return point.endpoint.address == *address ||
           (is_wildcard(point.endpoint.address) && is_loopback(*address) &&
            (point.endpoint.address.is_v6() || address->is_v4()) &&
            *address != *wire::IpAddress::parse(stub_of_resolved));
  });
}

}  // namespace

void diagnose_daemon(const DoctorFacts& facts, Findings& out) {
  const DaemonFacts& daemon = facts.daemon;
  if (!daemon.unreachable.empty()) {
    out.push_back({"godwitd", Severity::fault, daemon.unreachable,
                   "ask as root; see whether it runs: systemctl status godwit"});
    return;
  }
  out.push_back({"godwitd", Severity::good, "godwitd runs", {}});
  for (const ProbeOutcome& outcome : facts.probes)
    if (outcome.probe.aim == ProbeAim::own) judge_own_answer(outcome, out);
  if (!daemon.clock_fault.empty())
    out.push_back(
        {"clock", Severity::fault, daemon.clock_fault, "set the clock: timedatectl set-ntp true"});
  judge_limits(facts, out);
}

void diagnose_resolv_conf(const DoctorFacts& facts, Findings& out) {
  if (!facts.daemon.unreachable.empty()) return;  // where it listens is not known
  const auto& host = facts.host;
  auto servers = read_resolv_conf(host.resolv_conf).servers;
  if (servers.empty()) servers.emplace_back("127.0.0.1");  // resolv.conf(5)
  const std::string list = "nameserver " + servers.front();
  if (servers.front() == stub_of_resolved) {
    out.push_back({"resolv.conf", Severity::fault,
                   "programs ask systemd-resolved (" + list + "), not godwitd",
                   "systemctl disable --now systemd-resolved, and write a resolv.conf with "
                   "\"nameserver 127.0.0.1\" in place of the link"});
    return;
  }
  if (!is_ours(servers.front(), facts.daemon.listens)) {
    const std::string managed =
        host.resolv_conf_target.empty() ? "" : ", a link to " + host.resolv_conf_target;
    out.push_back({"resolv.conf", Severity::fault,
                   "programs ask another resolver (" + list + managed + ")",
                   "write the address of godwitd there first; tell what manages the file (DHCP "
                   "client, NetworkManager) to leave it alone"});
    return;
  }
  out.push_back({"resolv.conf", Severity::good, "programs ask godwitd (" + list + ")", {}});
  for (const std::string& server : servers)
    if (!is_ours(server, facts.daemon.listens))
      out.push_back({"resolv.conf", Severity::note,
                     "programs ask " + server + " when godwitd takes long or fails, and believe it",
                     "leave godwitd alone in resolv.conf"});
  if (host.nss_hosts.find("resolve") != host.nss_hosts.npos)
    out.push_back(
        {"resolv.conf", Severity::note,
         "nsswitch.conf sends programs to systemd-resolved first (" + host.nss_hosts + ")",
         "take \"resolve\" out of its hosts: line"});
}

std::string_view to_text(Severity severity) noexcept {
  switch (severity) {
    case Severity::good:
      return "good";
    case Severity::note:
      return "note";
    case Severity::fault:
      break;
  }
  return "fault";
}

Findings diagnose(const DoctorFacts& facts) {
  Findings out;
  diagnose_daemon(facts, out);
  diagnose_resolv_conf(facts, out);
  diagnose_network(facts, out);
  diagnose_trust(facts, out);
  return out;
}

}  // namespace godwit::daemon
