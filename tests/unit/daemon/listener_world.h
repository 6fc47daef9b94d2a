// A UDP listener on a loopback port, turned by hand.
#pragma once

#include "daemon/listen_sockets.h"
#include "daemon/udp_listener.h"
#include "ready_world.h"

namespace godwit::daemon {

class UdpListenerWorld : public ReadyWorld {
 protected:
  UdpListenerWorld() {
    ListenPoint point;
    point.endpoint.address = wire::IpAddress::parse("127.0.0.1").value();
    auto opened = open_listen_sockets(point, 1);
    EXPECT_EQ(opened.error, "");
    Fd fd = std::move(opened.sockets.fds.at(0));
    server = local_endpoint(fd.get()).value();
    const UdpListener::Services around{loop, *service, counters, log};
    listener = std::make_unique<UdpListener>(around, std::move(fd), server, false);
    loop.at_turn_end([this] { listener->flush(); });
    client = make_client();
  }
  ~UdpListenerWorld() override { cancel_all(); }  // before the listener goes

  void turn() { loop.turn(EventLoop::Patience::none); }
  void send() const { send(QueryMaker("a.example.").octets()); }
  void send(const Octets& query) const { send_by(client, query); }
  static void send_by(const Fd& socket, const Octets& query) {
    EXPECT_EQ(::send(socket.get(), query.data(), query.size(), 0),
              static_cast<ssize_t>(query.size()));
  }
  [[nodiscard]] Fd make_client() const {
    Fd made(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    const SocketAddress address(server);
    EXPECT_EQ(::connect(made.get(), address.get(), address.size()), 0);
    return made;
  }
  // Octets of an answer; or what the system says instead, as a negative number.
  int receive() const { return receive_by(client); }
  static int receive_by(const Fd& socket, Octets* answer = nullptr) {
    std::uint8_t buffer[4096];
    const auto size = ::recv(socket.get(), buffer, sizeof buffer, MSG_DONTWAIT);
    if (size >= 0 && answer != nullptr) answer->assign(buffer, buffer + size);
    return size < 0 ? -errno : static_cast<int>(size);
  }

  WorkerTimers no_timers{clock};
  EventLoop loop{no_timers};
  wire::Endpoint server;
  std::unique_ptr<UdpListener> listener;
  Fd client;
};

}  // namespace godwit::daemon
