// A listener on a loopback port, turned by hand.
#include "daemon/tcp_listener.h"

#include <fcntl.h>
#include <sys/resource.h>

#include "daemon/listen_sockets.h"
#include "service_world.h"

namespace godwit::daemon {
namespace {

using namespace std::chrono_literals;

// Leaves the process `count` descriptors to open, for its lifetime.
class DescriptorsLeft {
 public:
  explicit DescriptorsLeft(rlim_t count) {
    ::getrlimit(RLIMIT_NOFILE, &before_);
    const Fd lowest_free(::open("/dev/null", O_RDONLY | O_CLOEXEC));
    rlimit limit = before_;
    limit.rlim_cur = static_cast<rlim_t>(lowest_free.get()) + count;
    EXPECT_EQ(::setrlimit(RLIMIT_NOFILE, &limit), 0);
  }
  ~DescriptorsLeft() { ::setrlimit(RLIMIT_NOFILE, &before_); }
  DescriptorsLeft(const DescriptorsLeft&) = delete;
  DescriptorsLeft& operator=(const DescriptorsLeft&) = delete;

 private:
  rlimit before_{};
};

class TcpWorld : public ServiceWorld {
 protected:
  TcpWorld() { serve({}); }
  ~TcpWorld() override { cancel_all(); }  // before the listener goes

  // A listener on a port that the system chooses.
  void listen(const TcpPolicy& policy = {}) {
    ListenPoint point;
    point.endpoint.address = wire::IpAddress::parse("127.0.0.1").value();
    point.stream = true;
    auto opened = open_listen_sockets(point, 1);
    EXPECT_EQ(opened.error, "");
    Fd fd = std::move(opened.sockets.fds.at(0));
    if (small_buffers) {
      const int octets = 4096;  // which the connections inherit
      ::setsockopt(fd.get(), SOL_SOCKET, SO_SNDBUF, &octets, sizeof octets);
    }
    server = local_endpoint(fd.get()).value();
    const TcpListener::Services around{loop, *service, tcp_limits, clock, timers, counters, log};
    listener = std::make_unique<TcpListener>(around, policy, std::move(fd), server, false);
    loop.at_turn_end([this] { listener->flush(); });
  }
  Fd connect() const {
    Fd made(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (small_buffers) {
      const int octets = 2048;
      ::setsockopt(made.get(), SOL_SOCKET, SO_RCVBUF, &octets, sizeof octets);
    }
    const SocketAddress address(server);
    EXPECT_EQ(::connect(made.get(), address.get(), address.size()), 0);
    return made;
  }
  // A connection that has more to read than its share of a turn has it in the next.
  void turn() {
    for (int i = 0; i < 4; ++i) loop.turn(EventLoop::Patience::none);
  }
  // The octets that have come, or nothing; `over`: the connection has ended.
  struct Read {
    std::size_t octets = 0;
    bool over = false;
  };
  static Read read(const Fd& fd) {
    std::uint8_t buffer[4096];
    const auto size = ::recv(fd.get(), buffer, sizeof buffer, MSG_DONTWAIT);
    return {size > 0 ? static_cast<std::size_t>(size) : 0, size == 0};
  }
  static void send(const Fd& fd, std::string_view name) {
    std::vector<std::uint8_t> frame;
    append_frame(frame, QueryMaker(name).octets());
    EXPECT_EQ(::send(fd.get(), frame.data(), frame.size(), 0), static_cast<ssize_t>(frame.size()));
  }

  // Asks until the buffers of the kernel have no room for the answers.
  void ask_without_reading(const Fd& client) {
    upstream.silent = false;
    const auto before = tcp_limits.unsent_octets();
    for (int i = 0; i < 40 && tcp_limits.unsent_octets() == before; ++i) {
      for (int j = 0; j < 50; ++j) send(client, "a.example.");
      turn();
      if (counters.tcp_closed_stalled.get() > 0) return;
    }
  }

  // UBSan opens a pipe at its first look at an object of each type, so all of them are met before
  // descriptors are scarce.
  void meet_every_type() {
    {
      const Fd client = connect();
      turn();
      send(client, "a.example.");
      turn();
      advance(0ms);
    }
    turn();
    EXPECT_EQ(tcp_limits.open(), 0u);
  }

  bool small_buffers = false;
  WorkerTimers no_timers{clock};
  EventLoop loop{no_timers};
  TcpLimits tcp_limits{hash};
  wire::Endpoint server;
  std::unique_ptr<TcpListener> listener;
};

TEST_F(TcpWorld, a_walk_that_ends_at_once_leaves_the_connection_idle) {
  upstream.silent = false;
  listen();
  const Fd client = connect();
  turn();
  send(client, "a.example.");
  turn();
  EXPECT_GT(read(client).octets, 12u);
  advance(10s);
  turn();
  EXPECT_TRUE(read(client).over);
  EXPECT_TRUE(listener->is_quiet());
  EXPECT_EQ(tcp_limits.open(), 0u);
}

TEST_F(TcpWorld, when_too_much_is_unsent_the_slowest_reader_is_ended) {
  small_buffers = true;
  TcpPolicy policy;
  policy.maxima.unsent_octets = 0;
  listen(policy);
  const Fd other = connect(), client = connect();
  turn();
  ask_without_reading(client);
  EXPECT_EQ(counters.tcp_closed_stalled.get(), 1u);
  EXPECT_EQ(tcp_limits.open(), 1u);
  EXPECT_EQ(tcp_limits.unsent_octets(), 0u);
}

// What lies in a buffer of ours is nobody's answer yet.
TEST_F(TcpWorld, an_answer_counts_when_it_is_sent_and_is_dropped_with_its_connection) {
  small_buffers = true;
  listen();
  const auto sum = [this] {
    return counters.queries_answered.get() + dropped() + counters.queries_waiting.get();
  };
  Fd client = connect();
  turn();
  ask_without_reading(client);
  const auto unsent = counters.queries_waiting.get();
  EXPECT_GT(unsent, 0u);
  EXPECT_EQ(counters.queries_received.get(), sum());
  std::size_t taken = 0;
  for (int i = 0; i < 3; ++i) {
    taken += read(client).octets;
    turn();
    EXPECT_EQ(counters.queries_received.get(), sum());
  }
  EXPECT_GT(taken, 0u);
  const auto left = counters.queries_waiting.get();
  const auto answered = counters.queries_answered.get();
  ASSERT_GT(left, 0u);
  client.reset();
  turn();
  EXPECT_TRUE(listener->is_quiet());
  EXPECT_EQ(counters.queries_answered.get(), answered);
  EXPECT_EQ(counters.drops[static_cast<std::size_t>(DropCause::client_gone)].get(), left);
  EXPECT_EQ(counters.queries_waiting.get(), 0u);
  EXPECT_EQ(counters.queries_received.get(), sum());
}

// Below and at the limit nobody is ended for what others leave in the buffers.
TEST_F(TcpWorld, what_is_unsent_may_be_as_much_as_the_limit) {
  small_buffers = true;
  listen();
  const Fd client = connect();
  turn();
  ask_without_reading(client);
  const auto unsent = tcp_limits.unsent_octets();
  ASSERT_GT(unsent, 0u);
  const Fd other = connect();
  const auto ask_more_with = [&](std::size_t octets_max) {
    TcpPolicy policy;
    policy.maxima.unsent_octets = octets_max;
    listener->set_policy(policy);
    listener->drain();
    return counters.tcp_closed_stalled.get();
  };
  EXPECT_EQ(ask_more_with(unsent + 1), 0u);
  EXPECT_EQ(ask_more_with(unsent), 0u);
  EXPECT_EQ(ask_more_with(unsent - 1), 1u);
  EXPECT_EQ(tcp_limits.unsent_octets(), 0u);
}

TEST_F(TcpWorld, with_nobody_idle_a_slow_reader_makes_room) {
  small_buffers = true;
  TcpPolicy policy;
  policy.maxima.connections = 1;
  listen(policy);
  const Fd slow = connect();
  turn();
  ask_without_reading(slow);
  EXPECT_GT(tcp_limits.unsent_octets(), 0u);
  const Fd too_early = connect();
  turn();
  EXPECT_EQ(counters.tcp_refused.get(), 1u);
  advance(1s);
  const Fd next = connect();
  turn();
  EXPECT_EQ(counters.tcp_closed_stalled.get(), 1u);
  EXPECT_EQ(tcp_limits.open(), 1u);
  EXPECT_EQ(tcp_limits.unsent_octets(), 0u);
}

TEST_F(TcpWorld, who_takes_the_last_descriptor_keeps_it_while_nobody_waits) {
  upstream.silent = false;
  listen();
  meet_every_type();
  const Fd client = connect();
  {
    const DescriptorsLeft left(1);
    turn();
    EXPECT_EQ(tcp_limits.open(), 1u);
    send(client, "a.example.");
    turn();
  }
  EXPECT_GT(read(client).octets, 12u);
  EXPECT_EQ(counters.tcp_closed_idle.get(), 0u);
}

TEST_F(TcpWorld, for_want_of_descriptors_the_idle_make_room_for_who_waits) {
  upstream.silent = false;
  listen();
  meet_every_type();
  const auto accepted_before = counters.tcp_accepted.get();
  const Fd idle = connect(), next = connect();
  const DescriptorsLeft left(1);
  turn();
  EXPECT_EQ(counters.tcp_closed_idle.get(), 1u);
  advance(100ms);
  turn();
  EXPECT_TRUE(read(idle).over);
  EXPECT_FALSE(read(next).over);
  EXPECT_EQ(tcp_limits.open(), 1u);
  EXPECT_EQ(counters.tcp_accepted.get(), accepted_before + 2);
}

// Whoever came while there was room is looked at, though nothing of theirs happens.
TEST_F(TcpWorld, the_idle_time_falls_for_those_who_were_there_before) {
  TcpPolicy policy;
  policy.maxima.connections = 4;
  listen(policy);
  std::array<Fd, 4> clients;
  for (auto& client : clients) client = connect();
  turn();
  EXPECT_EQ(tcp_limits.open(), 4u);
  advance(1s);
  EXPECT_EQ(tcp_limits.open(), 3u);
  EXPECT_EQ(counters.tcp_closed_idle.get(), 1u);
}

// The answers come from a timer, so outside of a turn of the loop, and make room in the pipeline
// for queries that are answered inside the same update, while the peer is gone already.
TEST_F(TcpWorld, queries_that_end_inside_an_update_do_not_pull_the_connection_away) {
  listen();
  Fd client = connect();
  turn();
  for (int i = 0; i < 40; ++i) send(client, "n" + std::to_string(i) + ".example.");
  turn();
  EXPECT_EQ(service->waiting(), 32u);
  upstream.silent = false;
  const linger reset{1, 0};
  ::setsockopt(client.get(), SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
  client.reset();
  advance(5s);
  turn();
  EXPECT_TRUE(listener->is_quiet());
  cancel_all();
  EXPECT_EQ(service->waiting(), 0u);
  EXPECT_EQ(counters.queries_received.get(), counters.queries_answered.get() + dropped());
}

}  // namespace
}  // namespace godwit::daemon
