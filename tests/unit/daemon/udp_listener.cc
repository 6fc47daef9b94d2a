// A listener on a loopback port, turned by hand.
#include "daemon/udp_listener.h"

#include "daemon/listen_sockets.h"
#include "service_world.h"

namespace godwit::daemon {
namespace {

using namespace std::chrono_literals;

class UdpListenerWorld : public ServiceWorld {
 protected:
  UdpListenerWorld() {
    serve({});
    ListenPoint point;
    point.endpoint.address = wire::IpAddress::parse("127.0.0.1").value();
    auto opened = open_listen_sockets(point, 1);
    EXPECT_EQ(opened.error, "");
    Fd fd = std::move(opened.sockets.fds.at(0));
    server = local_endpoint(fd.get()).value();
    const UdpListener::Services around{loop, *service, counters, log};
    listener = std::make_unique<UdpListener>(around, std::move(fd), server, false);
    loop.at_turn_end([this] { listener->flush(); });
    client = Fd(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    const SocketAddress address(server);
    EXPECT_EQ(::connect(client.get(), address.get(), address.size()), 0);
  }
  ~UdpListenerWorld() override { cancel_all(); }  // before the listener goes

  void turn() { loop.turn(EventLoop::Patience::none); }
  void send() const {
    const auto query = QueryMaker("a.example.").octets();
    EXPECT_EQ(::send(client.get(), query.data(), query.size(), 0),
              static_cast<ssize_t>(query.size()));
  }
  // Octets of an answer; or what the system says instead, as a negative number.
  int receive() const {
    std::uint8_t buffer[4096];
    const auto size = ::recv(client.get(), buffer, sizeof buffer, MSG_DONTWAIT);
    return size < 0 ? -errno : static_cast<int>(size);
  }

  WorkerTimers no_timers{clock};
  EventLoop loop{io, no_timers};
  wire::Endpoint server;
  std::unique_ptr<UdpListener> listener;
  Fd client;
};

TEST_F(UdpListenerWorld, the_socket_goes_with_the_last_answer_that_is_owed) {
  send();
  turn();
  EXPECT_EQ(service->waiting(), 1u);
  listener->stop_reading();
  EXPECT_EQ(receive(), -EAGAIN);
  advance(5s);
  EXPECT_GT(receive(), 12);
  send();
  EXPECT_EQ(receive(), -ECONNREFUSED);
}

TEST_F(UdpListenerWorld, a_socket_that_owes_nothing_goes_at_once) {
  upstream.silent = false;
  send();
  turn();
  EXPECT_GT(receive(), 12);
  listener->stop_reading();
  send();
  EXPECT_EQ(receive(), -ECONNREFUSED);
}

TEST_F(UdpListenerWorld, what_had_come_before_the_end_is_answered) {
  upstream.silent = false;
  turn();
  send();
  listener->stop_reading();
  turn();
  EXPECT_GT(receive(), 12);
  EXPECT_EQ(counters.queries_received.get(), counters.queries_answered.get());
}

}  // namespace
}  // namespace godwit::daemon
