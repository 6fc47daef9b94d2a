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
  SocketAddress begin(const Fd& server, std::uint16_t id = 77) {
    request.server = local_endpoint(server.get()).value();
    request.expected.id = id;
    request.message = query(id, false);
    iterator::spawn(ask(this, request), [](const std::exception_ptr&) {});
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
  static iterator::Task<void> ask(UdpWorld* world, iterator::UpstreamRequest wanted) {
    iterator::Exchange got = co_await world->upstream.exchange(std::move(wanted));
    world->outcome = got.outcome;
  }
  static iterator::Task<void> ask_often(UdpWorld* world, std::size_t times, std::size_t* failed) {
    for (std::size_t i = 0; i < times; ++i) {
      iterator::UpstreamRequest wanted = world->request;
      iterator::Exchange got = co_await world->upstream.exchange(std::move(wanted));
      *failed += got.outcome == iterator::ExchangeOutcome::unreachable;
    }
  }
  static std::uint16_t id_of(int exchange) { return static_cast<std::uint16_t>(1000 + exchange); }
  // Whether the system answers a datagram from `from` with "port unreachable".
  static bool is_closed_to(const Fd& from, const SocketAddress& to) {
    const int on = 1, off = 0;
    ::setsockopt(from.get(), IPPROTO_IP, IP_RECVERR, &on, sizeof on);
    send(from, to, Octets(1));
    msghdr message{};
    const bool refused = ::recvmsg(from.get(), &message, MSG_ERRQUEUE | MSG_DONTWAIT) >= 0;
    ::setsockopt(from.get(), IPPROTO_IP, IP_RECVERR, &off, sizeof off);
    return refused;
  }
  void turn() { loop.turn(EventLoop::Patience::none); }
  // Begins so many exchanges with `server` inside a turn, and returns how many queries had come by
  // the end of that call.
  std::size_t begin_in_turn(const Fd& server, std::uint16_t count) {
    std::size_t seen = 0;
    request.server = local_endpoint(server.get()).value();
    loop.post([&] {
      for (std::uint16_t i = 0; i < count; ++i) {
        request.expected.id = i;
        request.message = query(i, false);
        iterator::spawn(ask(this, request), [](const std::exception_ptr&) {});
      }
      seen = waiting_at(server);
    });
    turn();
    return seen;
  }
  static std::size_t waiting_at(const Fd& server) {
    std::size_t count = 0;
    std::uint8_t buffer[512];
    while (::recv(server.get(), buffer, sizeof buffer, MSG_DONTWAIT) > 0) ++count;
    return count;
  }

  VirtualClock clock;
  WorkerTimers no_timers{clock};
  EventLoop loop{no_timers};
  VirtualTimers timers;
  SystemEntropy entropy;
  WorkerCounters counters;
  UdpUpstream upstream{{loop, clock, entropy, timers, counters}};
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

TEST_F(UdpWorld, the_queries_of_a_turn_go_out_at_its_end) {
  const Fd server = bound(0);
  EXPECT_EQ(begin_in_turn(server, 3), 0u);
  EXPECT_EQ(waiting_at(server), 3u);
}

TEST_F(UdpWorld, many_queries_do_not_wait_for_the_end_of_their_turn) {
  const Fd server = bound(0);
  EXPECT_EQ(begin_in_turn(server, 63), 0u);
  EXPECT_EQ(waiting_at(server), 63u);
  EXPECT_EQ(begin_in_turn(server, 64), 64u);
  EXPECT_EQ(begin_in_turn(server, 65), 64u);
  EXPECT_EQ(waiting_at(server), 1u);
}

TEST_F(UdpWorld, a_query_that_is_cancelled_in_its_turn_is_not_sent) {
  const Fd server = bound(0);
  request.server = local_endpoint(server.get()).value();
  loop.post([&] {
    request.message = query(77, false);
    iterator::spawn(ask(this, request), [](const std::exception_ptr&) {});
    upstream.cancel_all();
  });
  turn();
  EXPECT_EQ(outcome, iterator::ExchangeOutcome::cancelled);
  EXPECT_EQ(waiting_at(server), 0u);
}

TEST_F(UdpWorld, the_wait_for_the_end_of_a_turn_is_not_taken_from_the_servers_time) {
  const Fd server = bound(0);
  constexpr std::chrono::milliseconds long_turn{200};
  request.server = local_endpoint(server.get()).value();
  request.message = query(77, false);
  loop.post([&] {
    iterator::spawn(ask(this, request), [](const std::exception_ptr&) {});
    clock.time += long_turn;
  });
  turn();
  timers.table.run_due(request.deadline + long_turn - std::chrono::milliseconds(1));
  EXPECT_FALSE(outcome);
  timers.table.run_due(request.deadline + long_turn);
  EXPECT_EQ(outcome, iterator::ExchangeOutcome::timed_out);
}

// Each exchange that ends at once, for there is no way to the server, begins the next.
TEST_F(UdpWorld, what_fails_when_it_is_sent_may_begin_another) {
  upstream.sockets().refuse_own_addresses(true);
  request.server = {wire::IpAddress::parse("127.0.0.1").value(), 53};
  std::size_t failed = 0;
  loop.post(
      [&] { iterator::spawn(ask_often(this, 100, &failed), [](const std::exception_ptr&) {}); });
  turn();
  EXPECT_EQ(failed, 100u);
}

// A port serves one server: what another sends there reaches nobody, and what the same one sends
// twice is no guess at the next query.
TEST_F(UdpWorld, a_late_response_does_not_reach_the_next_exchange) {
  const Fd first = bound(0), second = bound(0);
  for (std::uint16_t i = 0; i < 200; ++i) {
    const auto before = begin(first, id_of(2 * i));
    send(first, before, query(id_of(2 * i), true));
    send(first, before, query(id_of(2 * i), true));
    turn();
    ASSERT_EQ(outcome, iterator::ExchangeOutcome::answered);
    outcome.reset();
    const auto after = begin(second, id_of(2 * i + 1));
    send(first, before, query(id_of(2 * i), true));
    send(first, after, query(id_of(2 * i + 1), true));
    turn();
    ASSERT_FALSE(outcome);
    send(second, after, query(id_of(2 * i + 1), true));
    turn();
    ASSERT_EQ(outcome, iterator::ExchangeOutcome::answered);
    outcome.reset();
  }
}

TEST_F(UdpWorld, a_response_that_comes_twice_is_ignored_by_the_next_exchange_from_its_port) {
  const Fd server = bound(0);
  const auto before = begin(server, 501);
  send(server, before, query(501, true));
  turn();
  ASSERT_EQ(outcome, iterator::ExchangeOutcome::answered);
  outcome.reset();
  const auto after = begin(server, 502);
  EXPECT_EQ(after.endpoint(), before.endpoint());
  send(server, after, query(501, true));
  turn();
  EXPECT_FALSE(outcome);
  EXPECT_EQ(counters.upstream_ignored.get(), 1u);
  send(server, after, query(502, true));
  turn();
  EXPECT_EQ(outcome, iterator::ExchangeOutcome::answered);
}

TEST_F(UdpWorld, what_comes_to_an_idle_port_ends_it) {
  const Fd server = bound(0);
  const auto before = begin(server, 501);
  send(server, before, query(501, true));
  turn();
  ASSERT_EQ(upstream.sockets().idle(), 1u);
  send(server, before, query(501, true));
  turn();
  EXPECT_EQ(upstream.sockets().idle(), 0u);
  EXPECT_NE(begin(server, 502).endpoint(), before.endpoint());
}

TEST_F(UdpWorld, a_port_whose_response_is_still_under_way_is_closed) {
  const Fd server = bound(0);
  const auto before = begin(server, 501);
  timers.table.run_due(clock.time += std::chrono::seconds(1));
  turn();
  EXPECT_EQ(outcome, iterator::ExchangeOutcome::timed_out);
  EXPECT_EQ(upstream.sockets().idle(), 0u);
  EXPECT_TRUE(is_closed_to(server, before));
}

// What a probe tells who is not the server: the same of a port that waits, of one that is idle and
// of one that is closed.
TEST_F(UdpWorld, a_probe_from_elsewhere_meets_a_closed_port) {
  const Fd server = bound(0), other = bound(0);
  const auto port = begin(server, 501);
  EXPECT_TRUE(is_closed_to(other, port));
  send(server, port, query(501, true));
  turn();
  ASSERT_EQ(upstream.sockets().idle(), 1u);
  EXPECT_TRUE(is_closed_to(other, port));
  (void)timers.table.run_due(clock.time += UpstreamSockets::idle_time * 2);
  ASSERT_EQ(upstream.sockets().idle(), 0u);
  EXPECT_TRUE(is_closed_to(other, port));
  EXPECT_TRUE(is_closed_to(server, port));
}

TEST_F(UdpWorld, a_deadline_without_a_response_is_a_timeout) {
  const Fd server = bound(0);
  (void)begin(server);
  timers.table.run_due(clock.time += std::chrono::seconds(1));
  turn();
  EXPECT_EQ(outcome, iterator::ExchangeOutcome::timed_out);
}

}  // namespace
}  // namespace godwit::daemon
