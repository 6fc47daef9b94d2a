#include "web/host.h"

#include <algorithm>

namespace godwit::web {
namespace {

// Of a port, with its colon; none is good, too.
constexpr std::size_t port_octets_max = 6;

bool is_port(std::string_view text) noexcept {
  if (text.empty()) return true;
  if (text.front() != ':' || text.size() > port_octets_max) return false;
  return std::ranges::all_of(text.substr(1), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

std::string plain_host(std::string_view host) {
  const auto end = host.starts_with('[') ? host.find(']') : host.find(':');
  const bool is_bracketed = host.starts_with('[');
  if (is_bracketed && end == host.npos) return {};
  const auto name = host.substr(0, is_bracketed ? end + 1 : end);
  if (!is_port(host.substr(name.size()))) return {};
  std::string out(name);
  if (out.ends_with('.')) out.pop_back();
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

bool is_own_host(std::string_view field, std::span<const std::string> hosts) {
  const auto plain = plain_host(field);
  return !plain.empty() && std::ranges::find(hosts, plain) != hosts.end();
}

}  // namespace godwit::web
