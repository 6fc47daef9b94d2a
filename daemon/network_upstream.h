// iterator::Upstream over the real network: UDP or TCP, as the request says. On the worker's
// thread.
#pragma once

#include "daemon/tcp_upstream.h"
#include "daemon/udp_upstream.h"

namespace godwit::daemon {

class NetworkUpstream final : public iterator::Upstream {
 public:
  explicit NetworkUpstream(const UpstreamServices& services) : udp_(services), tcp_(services) {}

  [[nodiscard]] iterator::Task<iterator::Exchange> exchange(
      iterator::UpstreamRequest request) override {
    return request.transport == iterator::Transport::udp ? udp_.exchange(std::move(request))
                                                         : tcp_.exchange(std::move(request));
  }
  void cancel_all() {
    udp_.cancel_all();
    tcp_.cancel_all();
  }
  void refuse_own_addresses(bool refuse) noexcept {
    udp_.sockets().refuse_own_addresses(refuse);
    tcp_.refuse_own_addresses(refuse);
  }

 private:
  UdpUpstream udp_;
  TcpUpstream tcp_;
};

}  // namespace godwit::daemon
