// One UDP socket that clients ask: drained in batches, answers sent in batches, from the address
// that was asked. On the worker's thread.
#pragma once

#include <memory>

#include "daemon/event_loop.h"
#include "daemon/fd.h"
#include "daemon/query_service.h"
#include "daemon/reply_batch.h"

namespace godwit::daemon {

class UdpListener final : public EventHandler, public ReplySink {
 public:
  struct Services {
    EventLoop& loop;
    QueryService& queries;
    WorkerCounters& counters;
    Log& log;
  };
  // `fd` is bound and does not block. `shared`: other workers read from the same socket.
  UdpListener(const Services& services, Fd fd, const wire::Endpoint& local, bool shared);
  ~UdpListener();

  // Reads what has come and then no more. The socket goes with the last answer that is owed, so
  // that the kernel gives what comes later to whoever listens next.
  void stop_reading();
  // The socket is gone; answers that are still owed count as dropped.
  void close();
  // Sends what is in the outgoing batch.
  void flush();

  void on_events(std::uint32_t events) override;
  void reply(const ReplyRoute& route, wire::Bytes message, wire::Rcode rcode) override;

 private:
  struct Batch;
  [[nodiscard]] std::size_t receive();
  void answer_ready(std::size_t count);
  void take(std::size_t index);
  Services services_;
  Fd fd_;
  bool packet_info_;
  bool reading_ = true;
  std::unique_ptr<Batch> in_;
  ReplyBatch outgoing_;
  std::size_t owed_ = 0;  // answers to queries that wait
  std::uint64_t hits_unsent_ = 0;
  iterator::Time read_at_{};  // the batch of which the first of them is
};

}  // namespace godwit::daemon
