#include "daemon/kept_sockets.h"

#include <algorithm>

namespace godwit::daemon {
namespace {

constexpr std::string_view name_begin = "own-";

bool is_kept(const ActivatedSocket& socket) {
  return socket.name == kept_socket_name({socket.local, socket.stream});
}

}  // namespace

std::string kept_socket_name(const ListenPoint& point) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string out(name_begin);
  for (const std::uint8_t octet : point.endpoint.address.octets()) {
    out += digits[octet >> 4];
    out += digits[octet & 0x0f];
  }
  return out + '-' + std::to_string(point.endpoint.port) + (point.stream ? "-tcp" : "-udp");
}

KeptSockets::KeptSockets(std::vector<ActivatedSocket>& passed) {
  const auto begin = std::stable_partition(
      passed.begin(), passed.end(), [](const ActivatedSocket& socket) { return !is_kept(socket); });
  std::move(begin, passed.end(), std::back_inserter(sockets_));
  passed.erase(begin, passed.end());
  for (const ActivatedSocket& socket : sockets_)
    if (std::ranges::find(names_, socket.name) == names_.end()) names_.push_back(socket.name);
}

ListenResult KeptSockets::take(const ListenPoint& point, unsigned workers) {
  std::vector<Fd> own;
  for (ActivatedSocket& socket : sockets_)
    if (ListenPoint{socket.local, socket.stream} == point && socket.fd.valid())
      own.push_back(std::move(socket.fd));
  if (own.empty()) return {};
  return reuse_listen_sockets(point, std::move(own), workers);
}

void KeptSockets::let_go_of_rest(const Notifier& notifier) {
  for (const std::string& name : names_) notifier.forget(name);
  names_.clear();
  sockets_.clear();
}

void keep_sockets(const std::vector<ListenSockets>& opened, const Notifier& notifier) {
  for (const ListenSockets& sockets : opened)
    notifier.keep(kept_socket_name(sockets.point), sockets.fds);
}

}  // namespace godwit::daemon
