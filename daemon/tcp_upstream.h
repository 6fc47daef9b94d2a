// Asks servers over TCP: one connection and one query each, one connect at most, closed with the
// response. On the worker's thread. RFC 7766.
#pragma once

#include <memory>
#include <vector>

#include "daemon/udp_upstream.h"

namespace godwit::daemon {

class TcpUpstream {
 public:
  explicit TcpUpstream(const UpstreamServices& services);
  ~TcpUpstream();

  [[nodiscard]] iterator::Task<iterator::Exchange> exchange(iterator::UpstreamRequest request);
  void cancel_all();
  void refuse_own_addresses(bool refuse) noexcept { refuse_own_ = refuse; }

 private:
  class Connection;
  using Resume = iterator::Resume<iterator::Exchange>;
  static constexpr std::size_t connections_max = 512;
  void begin(iterator::UpstreamRequest request, Resume resume);
  void finish(Connection& connection, iterator::Exchange exchange);
  UpstreamServices services_;
  std::vector<std::uint8_t> buffer_;
  std::vector<std::unique_ptr<Connection>> all_;
  std::vector<Connection*> free_;
  bool cancelled_ = false;
  bool refuse_own_ = false;
};

}  // namespace godwit::daemon
