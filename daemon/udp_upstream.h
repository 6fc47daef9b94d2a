// Asks servers over UDP: one query at a time on a connected socket, with one waiter. Datagrams that
// are not the response are ignored, the first near miss ends the wait. On the worker's thread.
//
// The queries of a turn go out together at its end. One by one, each would wake its server alone,
// and the system's code and ours would push each other out of the processor's caches.
#pragma once

#include <memory>
#include <vector>

#include "daemon/counters.h"
#include "daemon/upstream_sockets.h"
#include "iterator/seams.h"

namespace godwit::daemon {

// What every upstream exchange of a worker uses.
struct UpstreamServices {
  EventLoop& loop;
  iterator::Clock& clock;
  iterator::Entropy& entropy;
  iterator::Timers& timers;
  WorkerCounters& counters;
  std::size_t idle_sockets_max = UpstreamSockets::idle_max;
};

class UdpUpstream {
 public:
  explicit UdpUpstream(const UpstreamServices& services);
  ~UdpUpstream();

  [[nodiscard]] iterator::Task<iterator::Exchange> exchange(iterator::UpstreamRequest request);
  // Sends what has been begun; called at the end of each turn.
  void flush();
  // Ends every wait with `cancelled`, and every later one at once.
  void cancel_all();
  [[nodiscard]] UpstreamSockets& sockets() noexcept { return sockets_; }

 private:
  class Waiting;
  using Resume = iterator::Resume<iterator::Exchange>;
  void begin(iterator::UpstreamRequest request, Resume resume);
  void dispatch(Waiting& waiting);
  enum class Port : std::uint8_t { any, new_one };
  [[nodiscard]] UpstreamSockets::Opened open(Waiting& waiting, Port port) noexcept;
  [[nodiscard]] bool send(Waiting& waiting);
  void arm(Waiting& waiting, iterator::Time deadline);
  void finish(Waiting& waiting, iterator::Exchange exchange);
  UpstreamServices services_;
  UpstreamSockets sockets_;
  std::vector<std::uint8_t> buffer_;
  std::vector<std::unique_ptr<Waiting>> all_;
  std::vector<Waiting*> free_;
  std::vector<Waiting*> unsent_;
  bool flushes_ = false;
  bool cancelled_ = false;
};

}  // namespace godwit::daemon
