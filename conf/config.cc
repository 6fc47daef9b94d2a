// The defaults that are lists of addresses.
#include "conf/config.h"

#include <initializer_list>
#include <string_view>

namespace godwit::conf {
namespace {

std::vector<IpPrefix> prefixes(std::initializer_list<std::string_view> texts) {
  std::vector<IpPrefix> out;
  for (const auto text : texts) out.push_back(IpPrefix::parse(text).value());
  return out;
}

}  // namespace

std::vector<Listen> default_listen() {
  std::vector<Listen> out(2);
  out[0].address = IpAddress::parse("127.0.0.1").value();
  out[1].address = IpAddress::parse("::1").value();
  return out;
}

std::vector<IpPrefix> AccessControl::default_allow() {
  return prefixes({"127.0.0.0/8", "::1/128"});
}

// "This network", loopback, link-local, multicast and reserved addresses (RFC 6890), and the IPv6
// forms that would carry an IPv4 address past these.
std::vector<IpPrefix> Resolver::default_do_not_query() {
  return prefixes({"0.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "224.0.0.0/4", "240.0.0.0/4",
                   "::/96", "::ffff:0:0/96", "fe80::/10", "ff00::/8"});
}

std::vector<IpAddress> BlockList::default_addresses() {
  return {IpAddress(), IpAddress::parse("::").value_or(IpAddress())};
}

std::vector<IpPrefix> Rebinding::default_private_addresses() {
  std::vector<IpPrefix> out;
  for (const auto* text :
       {"0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16",
        "172.16.0.0/12", "192.168.0.0/16", "::", "::1", "fc00::/7", "fe80::/10"})
    if (const auto prefix = IpPrefix::parse(text)) out.push_back(*prefix);
  return out;
}

}  // namespace godwit::conf
