// Which probes a visit takes: few, and none twice.
#include <algorithm>

#include "daemon/doctor_probe.h"
#include "daemon/socket_address.h"

namespace godwit::daemon {
namespace {

// Of one family: enough that a dead server is not taken for a dead network.
constexpr std::size_t streams_wanted = 3, sizes_wanted = 3;
// godwitd may listen in many places.
constexpr std::size_t own_probes_max = 8;

// Documentation addresses (RFC 5737, RFC 3849): nobody is there.
constexpr const char* nowhere_addresses[] = {"192.0.2.53", "2001:db8::53"};

// Where a program of this host asks.
wire::Endpoint reached_at(wire::Endpoint listening) {
  if (is_wildcard(listening.address))
    listening.address = *wire::IpAddress::parse(listening.address.is_v4() ? "127.0.0.1" : "::1");
  return listening;
}

void plan_own(const DaemonFacts& daemon, std::vector<Probe>& out) {
  for (const ListenPoint& point : daemon.listens)
    if (out.size() < own_probes_max)
      out.push_back({ProbeAim::own, reached_at(point.endpoint), point.stream});
}

void plan_roots(const std::vector<wire::IpAddress>& roots, bool v4, std::vector<Probe>& out) {
  std::size_t seen = 0;
  for (const wire::IpAddress& address : roots) {
    if (address.is_v4() != v4) continue;
    const wire::Endpoint server{address, dns_port};
    out.push_back({ProbeAim::root, server, false});
    if (seen < streams_wanted) out.push_back({ProbeAim::stream, server, true});
    if (seen < sizes_wanted) {
      out.push_back({ProbeAim::large, server, false});
      out.push_back({ProbeAim::huge, server, false});
    }
    ++seen;
  }
}

}  // namespace

std::vector<Probe> plan_probes(const DaemonFacts& daemon) {
  std::vector<Probe> out;
  plan_own(daemon, out);
  if (daemon.upstream_ipv4) plan_roots(daemon.roots, true, out);
  if (daemon.upstream_ipv6) plan_roots(daemon.roots, false, out);
  for (const char* text : nowhere_addresses) {
    const auto address = *wire::IpAddress::parse(text);
    const bool is_asked = address.is_v4() ? daemon.upstream_ipv4 : daemon.upstream_ipv6;
    if (is_asked && std::ranges::find(daemon.roots, address) == daemon.roots.end())
      out.push_back({ProbeAim::nowhere, {address, dns_port}, false});
  }
  if (out.size() > probes_max) out.resize(probes_max);
  return out;
}

}  // namespace godwit::daemon
