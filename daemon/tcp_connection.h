// A connection of a TcpListener: the socket around a TcpSession.
#pragma once

#include "daemon/tcp_listener.h"

namespace godwit::daemon {

class TcpListener::Connection final : public EventHandler {
 public:
  Connection(TcpListener& owner, std::uint64_t token, Fd fd, const wire::Endpoint& peer);
  ~Connection();
  [[nodiscard]] bool start();

  void on_events(std::uint32_t events) override;
  // A late answer, or the end of a query without one.
  void reply(wire::Bytes message, wire::Rcode rcode);
  // Writes, reads on, sets the timer; or ends. The connection may be gone afterwards.
  void update();
  // Counts the end, too, and takes the connection away.
  void end_as(TcpEnd end);
  [[nodiscard]] const TcpSession& session() const noexcept { return session_; }
  [[nodiscard]] const wire::Endpoint& peer() const noexcept { return peer_; }
  [[nodiscard]] std::uint64_t token() const noexcept { return token_; }

 private:
  void read();
  void take_queries();
  void put(wire::Bytes message, wire::Rcode rcode, cache::Time now);
  [[nodiscard]] bool write();
  void count_sent_answers() noexcept;
  void watch();
  void arm(cache::Time now);
  void tell_unsent() noexcept;
  TcpListener& owner_;
  std::uint64_t token_;
  Fd fd_;
  wire::Endpoint peer_;
  TcpSession session_;
  std::uint32_t watched_ = 0;
  std::size_t unsent_told_ = 0;  // to the limits
  bool broken_ = false;
  iterator::Timers::Token timer_ = 0;
  cache::Time armed_for_{};
};

}  // namespace godwit::daemon
