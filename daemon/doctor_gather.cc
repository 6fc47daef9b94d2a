#include "daemon/doctor_gather.h"

#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "daemon/socket_address.h"
#include "daemon/system_seams.h"
#include "dnssec/trust_anchors.h"
#include "iterator/root_hints.h"
#include "wire/rdata_text.h"

namespace godwit::daemon {
namespace {

// What is read of a file of the host, at most.
constexpr std::size_t file_octets_max = 1 << 20;

std::string read_text(const char* path) {
  std::ifstream in(path, std::ios::binary);
  std::string out(file_octets_max, '\0');
  in.read(out.data(), static_cast<std::streamsize>(out.size()));
  out.resize(static_cast<std::size_t>(in.gcount()));
  return out;
}

std::string line_of(const std::string& text, std::string_view beginning) {
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);)
    if (line.starts_with(beginning)) return line;
  return {};
}

// Whether an address reaches farther than the link.
bool is_far(const sockaddr& address) {
  if (address.sa_family == AF_INET) {
    const auto& v4 = reinterpret_cast<const sockaddr_in&>(address);
    return ntohl(v4.sin_addr.s_addr) >> 16 != 0xa9fe;  // 169.254.0.0/16
  }
  const auto& v6 = reinterpret_cast<const sockaddr_in6&>(address);
  return !IN6_IS_ADDR_LINKLOCAL(&v6.sin6_addr);
}

void look_at_addresses(HostFacts& out) {
  ifaddrs* first = nullptr;
  if (::getifaddrs(&first) != 0) return;
  for (const ifaddrs* one = first; one != nullptr; one = one->ifa_next) {
    if (one->ifa_addr == nullptr || (one->ifa_flags & IFF_LOOPBACK) != 0) continue;
    const int family = one->ifa_addr->sa_family;
    if ((family != AF_INET && family != AF_INET6) || !is_far(*one->ifa_addr)) continue;
    (family == AF_INET ? out.has_ipv4 : out.has_ipv6) = true;
  }
  ::freeifaddrs(first);
}

void take_text(const boost::json::object& line, std::string_view key, std::string& out) {
  const auto* const value = line.if_contains(key);
  if (value != nullptr && value->is_string()) out = value->get_string();
}

std::vector<std::string> texts_of(const boost::json::object& line, std::string_view key) {
  std::vector<std::string> out;
  const auto* const value = line.if_contains(key);
  if (value == nullptr || !value->is_array()) return out;
  for (const auto& element : value->get_array())
    if (element.is_string()) out.emplace_back(element.get_string());
  return out;
}

// "192.0.2.1@53".
std::optional<wire::Endpoint> parse_endpoint(const std::string& text) {
  const auto at = text.find('@');
  if (at == text.npos) return std::nullopt;
  const auto address = wire::IpAddress::parse(text.substr(0, at));
  const unsigned long port = std::strtoul(text.c_str() + at + 1, nullptr, 10);
  if (!address || port == 0 || port > 65'535) return std::nullopt;
  return wire::Endpoint{*address, static_cast<std::uint16_t>(port)};
}

}  // namespace

DaemonFacts read_daemon_facts(const boost::json::object& line) {
  DaemonFacts out;
  for (const bool stream : {false, true})
    for (const std::string& text : texts_of(line, stream ? "listen-tcp" : "listen-udp"))
      if (const auto endpoint = parse_endpoint(text)) out.listens.push_back({*endpoint, stream});
  for (const std::string& text : texts_of(line, "roots"))
    if (const auto address = wire::IpAddress::parse(text)) out.roots.push_back(*address);
  for (const std::string& text : texts_of(line, "anchors")) out.anchors += text + "\n";
  take_text(line, "clock-fault", out.clock_fault);
  boost::system::error_code error;
  if (const auto* const value = line.if_contains("descriptors-max"))
    out.descriptors_max = value->to_number<std::uint64_t>(error);
  const auto take_flag = [&line](std::string_view key, bool& flag) {
    const auto* const value = line.if_contains(key);
    if (value != nullptr && value->is_bool()) flag = value->get_bool();
  };
  take_flag("upstream-ipv4", out.upstream_ipv4);
  take_flag("upstream-ipv6", out.upstream_ipv6);
  return out;
}

DaemonFacts facts_without_daemon(std::string reason) {
  DaemonFacts out;
  out.unreachable = std::move(reason);
  for (const auto& glue : iterator::built_in_root_hints()->glue) out.roots.push_back(glue.address);
  for (const auto& anchor : dnssec::built_in_anchors())
    for (const auto& set : {anchor.ds, anchor.dnskeys})
      if (set) out.anchors += wire::to_text(*set) + "\n";
  return out;
}

std::uint64_t datagrams_dropped(const std::string& proc_net_udp, std::uint16_t port) {
  std::uint64_t out = 0;
  std::istringstream lines(proc_net_udp);
  std::string line;
  std::getline(lines, line);  // titles
  while (std::getline(lines, line)) {
    std::istringstream words(line);
    std::string slot, local, word, last;
    if (!(words >> slot >> local)) continue;
    while (words >> word) last = word;
    const auto colon = local.find(':');
    if (colon == local.npos) continue;
    if (std::strtoul(local.c_str() + colon + 1, nullptr, 16) != port) continue;
    out += std::strtoull(last.c_str(), nullptr, 10);
  }
  return out;
}

HostFacts look_at_host() {
  HostFacts out;
  const auto now = SystemClock().wall().time_since_epoch();
  out.wall_seconds = std::chrono::floor<std::chrono::seconds>(now).count();
  look_at_addresses(out);
  out.resolv_conf = read_text("/etc/resolv.conf");
  std::error_code ignored;
  out.resolv_conf_target = std::filesystem::read_symlink("/etc/resolv.conf", ignored).string();
  out.nss_hosts = line_of(read_text("/etc/nsswitch.conf"), "hosts:");
  for (const char* path : {"/proc/net/udp", "/proc/net/udp6"})
    out.datagrams_dropped += datagrams_dropped(read_text(path), dns_port);
  return out;
}

}  // namespace godwit::daemon
