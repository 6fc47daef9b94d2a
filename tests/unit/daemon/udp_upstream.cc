// UDP exchanges with real sockets of the loopback interface, in a loop that is turned by hand.
#include "daemon/udp_upstream.h"

#include <gtest/gtest.h>

#include "service_world.h"

namespace godwit::daemon {
namespace {

class UdpWorld : public testing::Test {
 protected:
  UdpWorld() {
    request.expected.name = wire::parse_name("a.example.").value();
    request.expected.type = wire::RrType::a;
    request.expected.id = 77;
    request.deadline = clock.time + std::chrono::seconds(1);
  }
  static Fd bound(std::uint16_t port) {
    Fd out(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    const SocketAddress address({wire::IpAddress::parse("127.0.0.1").value(), port});
    EXPECT_EQ(::bind(out.get(), address.get(), address.size()), 0);
    return out;
  }
  static Octets query(std::uint16_t id, bool response) {
    QueryMaker maker("a.example.");
    maker.id = id;
    if (response) maker.set_flags(0x8180);
    return maker.octets();
  }
  // Begins an exchange; returns where its query came from, as `server` saw it.
  SocketAddress begin(const Fd& server) {
    request.server = local_endpoint(server.get()).value();
    request.message = query(77, false);
    auto task = upstream.exchange(request);
    boost::asio::co_spawn(
        io.get_executor(), std::move(task),
        [this](std::exception_ptr, iterator::Exchange got) { outcome = got.outcome; });
    turn();
    SocketAddress from;
    socklen_t size = SocketAddress::capacity();
    std::uint8_t buffer[512];
    EXPECT_GT(::recvfrom(server.get(), buffer, sizeof buffer, MSG_DONTWAIT, from.get(), &size), 0);
    return from;
  }
  static void send(const Fd& from, const SocketAddress& to, const Octets& message) {
    EXPECT_EQ(::sendto(from.get(), message.data(), message.size(), 0, to.get(), to.size()),
              static_cast<ssize_t>(message.size()));
  }
  void turn() { loop.turn(EventLoop::Patience::none); }

  boost::asio::io_context io{1};
  VirtualClock clock;
  WorkerTimers no_timers{clock};
  EventLoop loop{io, no_timers};
  VirtualTimers timers;
  SystemEntropy entropy;
  WorkerCounters counters;
  UdpUpstream upstream{{loop, clock, entropy, timers, counters}, kernel_port_range()};
  iterator::UpstreamRequest request;
  std::optional<iterator::ExchangeOutcome> outcome;
};

TEST_F(UdpWorld, the_response_ends_the_exchange) {
  const Fd server = bound(0);
  const auto client = begin(server);
  send(server, client, query(77, true));
  turn();
  EXPECT_EQ(outcome, iterator::ExchangeOutcome::answered);
}

TEST_F(UdpWorld, a_wrong_id_is_a_near_miss) {
  const Fd server = bound(0);
  const auto client = begin(server);
  send(server, client, query(78, true));
  turn();
  EXPECT_EQ(outcome, iterator::ExchangeOutcome::near_miss);
}

TEST_F(UdpWorld, what_comes_from_elsewhere_does_not_arrive) {
  const Fd server = bound(0), other = bound(0);
  const auto client = begin(server);
  send(other, client, query(77, true));
  turn();
  EXPECT_FALSE(outcome);
  send(server, client, query(77, true));
  turn();
  EXPECT_EQ(outcome, iterator::ExchangeOutcome::answered);
}

// One exchange after the other uses the same sockets again, as far as ports allow: what the first
// server sends late reaches nobody.
TEST_F(UdpWorld, a_late_response_does_not_reach_the_next_exchange) {
  const Fd first = bound(0), second = bound(0);
  for (int i = 0; i < 200; ++i) {
    const auto before = begin(first);
    send(first, before, query(77, true));
    turn();
    ASSERT_EQ(outcome, iterator::ExchangeOutcome::answered);
    outcome.reset();
    const auto after = begin(second);
    send(first, before, query(78, true));
    send(first, after, query(78, true));
    turn();
    ASSERT_FALSE(outcome);
    send(second, after, query(77, true));
    turn();
    ASSERT_EQ(outcome, iterator::ExchangeOutcome::answered);
    outcome.reset();
  }
}

TEST_F(UdpWorld, a_deadline_without_a_response_is_a_timeout) {
  const Fd server = bound(0);
  (void)begin(server);
  timers.table.run_due(clock.time + std::chrono::seconds(1));
  turn();
  EXPECT_EQ(outcome, iterator::ExchangeOutcome::timed_out);
}

TEST(UpstreamSockets, with_a_wildcard_listener_only_port_53_of_this_host_is_ours) {
  struct Nobody final : EventHandler {
    void on_events(std::uint32_t) override {}
  } nobody;
  boost::asio::io_context io{1};
  VirtualClock clock;
  WorkerTimers no_timers(clock);
  EventLoop loop(io, no_timers);
  SystemEntropy entropy;
  UpstreamSockets sockets(loop, entropy, kernel_port_range());
  sockets.refuse_own_addresses(true);
  const auto here = wire::IpAddress::parse("127.0.0.1").value();
  EXPECT_EQ(sockets.open({here, 53}, nobody).fault, OpenFault::unreachable);
  const auto opened = sockets.open({here, 5353}, nobody);
  ASSERT_NE(opened.lease, nullptr);
  sockets.close(opened.lease);
}

struct SteppingEntropy final : iterator::Entropy {
  void fill(wire::MutableBytes out) noexcept override {
    std::ranges::fill(out, step);
    ++step;
  }
  std::uint8_t step = 0x10;  // some 250 ports from one to the next, beginning at 5000
};

TEST(UpstreamSockets, a_kernel_range_that_is_not_so_does_not_choose_the_port) {
  struct Nobody final : EventHandler {
    void on_events(std::uint32_t) override {}
  } nobody;
  boost::asio::io_context io{1};
  VirtualClock clock;
  WorkerTimers no_timers(clock);
  EventLoop loop(io, no_timers);
  SteppingEntropy entropy, same;
  UpstreamSockets sockets(loop, entropy, PortRange{source_port_min, source_port_max});
  const wire::Endpoint server{wire::IpAddress::parse("127.0.0.1").value(), 5353};
  for (int i = 0; i < 5; ++i) {
    const auto opened = sockets.open(server, nobody);
    ASSERT_NE(opened.lease, nullptr);
    std::uint16_t drawn = 0;
    for (unsigned n = 0; n <= opened.retries; ++n) drawn = draw_source_port(same);
    EXPECT_EQ(local_endpoint(opened.lease->fd.get())->port, drawn) << i;
    sockets.close(opened.lease);
  }
}

TEST(UpstreamSockets, a_hidden_kernel_range_is_taken_for_the_usual_one) {
  const auto range = kernel_port_range("/nonexistent");
  EXPECT_EQ(range.low, 32768);
  EXPECT_EQ(range.high, 60999);
}

}  // namespace
}  // namespace godwit::daemon
