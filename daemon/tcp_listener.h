// One listening TCP socket and the connections that came from it; what a connection may do is
// tcp_session.h. On the worker's thread.
#pragma once

#include <memory>
#include <vector>

#include "daemon/event_loop.h"
#include "daemon/fd.h"
#include "daemon/query_service.h"
#include "daemon/tcp_limits.h"
#include "daemon/tcp_session.h"

namespace godwit::daemon {

// What the operator decides about TCP; replaced on reload.
struct TcpPolicy {
  TcpMaxima maxima;
  TcpSessionLimits session;
  bool keepalive = true;  // RFC 7828
};

class TcpListener final : public EventHandler, public ReplySink {
 public:
  struct Services {
    EventLoop& loop;
    QueryService& queries;
    TcpLimits& limits;
    iterator::Clock& clock;
    iterator::Timers& timers;
    WorkerCounters& counters;
    Log& log;
  };
  // `fd` listens and does not block. `shared`: other workers accept from the same socket.
  TcpListener(const Services& services, const TcpPolicy& policy, Fd fd, const wire::Endpoint& local,
              bool shared);
  ~TcpListener();
  void set_policy(const TcpPolicy& policy) { policy_ = policy; }

  // Accepts no more, closes what is idle; connections with something under way end with it.
  void drain();
  // Whether no connection is left.
  [[nodiscard]] bool is_quiet() const noexcept { return connections_.empty(); }
  // Everything ends now.
  void close();
  // Sends what was answered in this turn.
  void flush();

  void on_events(std::uint32_t events) override;
  void reply(const ReplyRoute& route, wire::Bytes message, wire::Rcode rcode) override;

 private:
  class Connection;
  void accept_one(Fd fd, const SocketAddress& peer);
  [[nodiscard]] bool watch() noexcept;
  [[nodiscard]] bool make_room();
  [[nodiscard]] Connection* slowest() const;
  // When too much is unsent in all; whether that was `writer`, which is gone then.
  [[nodiscard]] bool end_slowest_if_full(const Connection& writer);
  void end(Connection& connection);
  // To be updated at the end of the turn; now, outside of one.
  void touch(std::uint64_t token);
  void pause_accepting(int error);
  [[nodiscard]] cache::Duration idle_timeout() const;
  Services services_;
  TcpPolicy policy_;
  Fd fd_;
  bool shared_;
  bool draining_ = false;
  iterator::Timers::Token resume_accepting_ = 0;
  std::uint64_t next_token_ = 1;
  std::unordered_map<std::uint64_t, std::unique_ptr<Connection>> connections_;
  std::vector<std::uint64_t> touched_;  // to be updated: answered in this turn, or out of time
  bool flushing_ = false;
  std::vector<std::uint8_t> buffer_;
  std::vector<std::uint8_t> answer_;
};

}  // namespace godwit::daemon
