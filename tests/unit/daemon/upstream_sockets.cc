// The population of upstream sockets: where ports come from, how long they serve, and for whom.
#include "daemon/upstream_sockets.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <bitset>
#include <cmath>
#include <set>

#include "service_world.h"

namespace godwit::daemon {
namespace {

struct Nobody final : EventHandler {
  void on_events(std::uint32_t) override {}
};

// One worker's sockets.
struct Sockets {
  Sockets() = default;
  wire::Endpoint open(const wire::Endpoint& server) {
    last = made.open(server, nobody);
    EXPECT_NE(last.lease, nullptr);
    return local_endpoint(last.lease->fd()).value();
  }
  wire::Endpoint ask(const wire::Endpoint& server) {
    const auto from = open(server);
    made.give_back(last.lease);
    return from;
  }
  void pass(std::chrono::milliseconds time) {
    clock.time += time;
    timers.table.run_due(clock.time);
  }
  Nobody nobody;
  VirtualClock clock;
  VirtualTimers timers;
  WorkerTimers no_timers{clock};
  EventLoop loop{no_timers};
  SystemEntropy entropy;
  UpstreamSockets made{{loop, clock, entropy, timers}};
  UpstreamSockets::Opened last;
};

wire::Endpoint server(unsigned host) {
  const std::array<std::uint8_t, 4> octets{127, 0, 1, static_cast<std::uint8_t>(host)};
  return {wire::IpAddress::v4(octets), 5353};
}

TEST(UpstreamSockets, with_a_wildcard_listener_only_port_53_of_this_host_is_ours) {
  Sockets sockets;
  sockets.made.refuse_own_addresses(true);
  const auto here = wire::IpAddress::parse("127.0.0.1").value();
  EXPECT_EQ(sockets.made.open({here, 53}, sockets.nobody).fault, OpenFault::unreachable);
  const auto opened = sockets.made.open({here, 5353}, sockets.nobody);
  ASSERT_NE(opened.lease, nullptr);
  sockets.made.close(opened.lease);
}

TEST(UpstreamSockets, a_server_is_asked_from_one_port_as_often_as_stated) {
  Sockets sockets;
  const auto first = sockets.ask(server(1));
  for (std::size_t use = 2; use <= UpstreamSockets::uses_max; ++use)
    EXPECT_EQ(sockets.ask(server(1)), first) << use;
  EXPECT_EQ(sockets.made.idle(), 0u);
  EXPECT_NE(sockets.ask(server(1)), first);
}

TEST(UpstreamSockets, another_server_is_asked_from_another_port) {
  Sockets sockets;
  std::set<std::uint16_t> ports;
  for (unsigned host = 1; host <= 50; ++host) ports.insert(sockets.ask(server(host)).port);
  EXPECT_GE(ports.size(), 48u);  // two of fifty may be drawn alike
  EXPECT_EQ(sockets.made.idle(), 50u);
}

TEST(UpstreamSockets, queries_at_the_same_time_have_ports_of_their_own) {
  Sockets sockets;
  const auto first = sockets.open(server(1));
  auto* const lease = sockets.last.lease;
  EXPECT_NE(sockets.open(server(1)), first);
  sockets.made.give_back(sockets.last.lease);
  sockets.made.give_back(lease);
  EXPECT_EQ(sockets.made.idle(), 2u);
}

TEST(UpstreamSockets, an_idle_port_is_closed_after_its_time) {
  Sockets sockets;
  const auto first = sockets.ask(server(1));
  sockets.pass(UpstreamSockets::idle_time - std::chrono::milliseconds(1));
  EXPECT_EQ(sockets.made.idle(), 1u);
  EXPECT_EQ(sockets.ask(server(1)), first);
  sockets.pass(UpstreamSockets::idle_time / 2);
  EXPECT_EQ(sockets.made.idle(), 1u);
  sockets.pass(UpstreamSockets::idle_time);
  EXPECT_EQ(sockets.made.idle(), 0u);
}

// Clients wait while sockets are closed.
TEST(UpstreamSockets, many_idle_ports_are_closed_a_few_at_a_time) {
  Sockets sockets;
  constexpr auto at_once = UpstreamSockets::sweep_sockets_max;
  for (unsigned host = 1; host <= 3 * at_once; ++host) (void)sockets.ask(server(host));
  sockets.pass(UpstreamSockets::idle_time / 2);
  ASSERT_EQ(sockets.made.idle(), 3 * at_once);
  for (std::size_t left = 3; left-- > 0;) {
    sockets.pass(left == 2 ? UpstreamSockets::idle_time : UpstreamSockets::sweep_pause);
    EXPECT_EQ(sockets.made.idle(), left * at_once);
  }
  for (int sweep = 0; sweep < 20 && sockets.made.spare() > 0; ++sweep) {
    const std::size_t before = sockets.made.spare();
    sockets.pass(UpstreamSockets::idle_time / 2);
    EXPECT_LE(before - sockets.made.spare(), at_once);
  }
  EXPECT_EQ(sockets.made.spare(), 0u);
}

// The timer alone would take 1 ms for each few; a busy worker has many turns in that time.
TEST(UpstreamSockets, each_turn_goes_on_closing_what_is_due) {
  Sockets sockets;
  constexpr auto at_once = UpstreamSockets::sweep_sockets_max;
  for (unsigned host = 1; host <= 3 * at_once; ++host) (void)sockets.ask(server(host));
  sockets.made.end_turn();
  sockets.pass(UpstreamSockets::idle_time / 2);
  sockets.made.end_turn();
  ASSERT_EQ(sockets.made.idle(), 3 * at_once);
  sockets.pass(UpstreamSockets::idle_time);
  for (std::size_t left = 3; left-- > 0; sockets.made.end_turn())
    EXPECT_EQ(sockets.made.idle(), left * at_once);
}

TEST(UpstreamSockets, no_port_serves_longer_than_its_lifetime) {
  for (const int later : {-1, 0, 1}) {
    Sockets sockets;
    (void)sockets.open(server(1));
    sockets.clock.time += UpstreamSockets::lifetime + std::chrono::milliseconds(later);
    sockets.made.give_back(sockets.last.lease);
    EXPECT_EQ(sockets.made.idle(), later < 0 ? 1u : 0u) << later;
  }
}

TEST(UpstreamSockets, no_more_sockets_are_kept_than_stated) {
  Sockets sockets;
  std::vector<UpstreamSockets::Lease*> leases;
  rlimit files{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &files), 0);
  const auto wanted = UpstreamSockets::idle_max + 2;
  if (files.rlim_cur < wanted + 64) {
    files.rlim_cur = std::min<rlim_t>(files.rlim_max, wanted + 64);
    ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &files), 0);
  }
  if (files.rlim_cur < wanted + 64) GTEST_SKIP() << "too few descriptors";
  for (std::size_t i = 0; i < wanted; ++i) {
    (void)sockets.open(server(1));
    leases.push_back(sockets.last.lease);
  }
  for (auto* const lease : leases) sockets.made.give_back(lease);
  EXPECT_EQ(sockets.made.idle(), UpstreamSockets::idle_max);
  // The newest are kept.
  const auto newest = local_endpoint(leases.back()->fd()).value();
  EXPECT_EQ(sockets.open(server(1)), newest);
}

TEST(UpstreamSockets, a_server_with_many_idle_ports_gives_each_of_them_back) {
  Sockets sockets;
  std::vector<UpstreamSockets::Lease*> leases;
  for (unsigned i = 0; i < 40; ++i) {
    (void)sockets.open(server(i % 2));
    leases.push_back(sockets.last.lease);
  }
  for (auto* const lease : leases) sockets.made.give_back(lease);
  // From the middle, the newest and the oldest of the server's.
  for (unsigned i = 0; i < 10; ++i) (void)sockets.open(server(0));
  EXPECT_EQ(sockets.made.idle(), 30u);
  sockets.made.refuse_own_addresses(false);
  EXPECT_EQ(sockets.made.idle(), 0u);
  EXPECT_NE(sockets.open(server(1)).port, 0);
}

TEST(UpstreamSockets, idle_ones_have_a_quarter_of_what_there_is) {
  EXPECT_EQ(UpstreamSockets::idle_max_of(1, 65536), UpstreamSockets::idle_max);
  EXPECT_EQ(UpstreamSockets::idle_max_of(2, 8192), 1024u);
  EXPECT_EQ(UpstreamSockets::idle_max_of(64, 1 << 20), (65535 - 1023u) / 4 / 64);
  EXPECT_EQ(UpstreamSockets::idle_max_of(1000, 1024), 16u);
  EXPECT_EQ(UpstreamSockets::idle_max_of(0, 1024), 256u);
}

// Ports as workers draw them: no worker's are told from another's, and each is hard to foretell.
struct Draws {
  static constexpr unsigned count = 1'000'000;
  explicit Draws(iterator::Entropy& entropy) : times(65536) {
    for (unsigned i = 0; i < count; ++i) ++times[draw_source_port(entropy)];
  }
  [[nodiscard]] unsigned distinct() const {
    unsigned sum = 0;
    for (const unsigned n : times) sum += n > 0;
    return sum;
  }
  // In bits, with Miller and Madow's correction for the finite sample.
  [[nodiscard]] double entropy() const {
    double bits = (distinct() - 1.0) / (2.0 * count * std::log(2.0));
    for (const unsigned n : times)
      if (n > 0) bits -= double(n) / count * std::log2(double(n) / count);
    return bits;
  }
  std::vector<unsigned> times;
};

TEST(SourcePort, each_worker_draws_from_the_whole_population) {
  constexpr unsigned population = 65536 - 1024 - 4;
  for (int worker = 0; worker < 2; ++worker) {
    SystemEntropy entropy;
    const Draws draws(entropy);
    EXPECT_GE(draws.distinct(), population - 10);
    EXPECT_NEAR(draws.entropy(), std::log2(population), 0.01);
    for (std::size_t port = 0; port < draws.times.size(); ++port) {
      const bool allowed =
          port >= source_port_min && !is_avoided_port(static_cast<std::uint16_t>(port));
      EXPECT_EQ(allowed || draws.times[port] == 0, true) << port;
    }
  }
}

// Real sockets of two workers. Of 3,000 ports each, some 136 are drawn by both.
TEST(UpstreamSockets, the_ports_of_two_workers_are_of_one_population) {
  std::bitset<65536> ports[2];
  std::array<unsigned, 8> octile{};
  for (auto& mine : ports) {
    Sockets sockets;
    for (unsigned i = 0; i < 3000; ++i) {
      const auto port = sockets.open(server(1)).port;
      mine.set(port);
      ++octile[port / 8192u];
      sockets.made.close(sockets.last.lease);
    }
  }
  EXPECT_GT((ports[0] & ports[1]).count(), 68u);
  EXPECT_LT((ports[0] & ports[1]).count(), 272u);
  for (std::size_t i = 0; i < octile.size(); ++i) {
    const double expected = 6000.0 * (i == 0 ? 7168 : 8192) / 64512;
    EXPECT_NEAR(octile[i], expected, 6 * std::sqrt(expected)) << i;
  }
}

}  // namespace
}  // namespace godwit::daemon
