// Sockets that go from port to port: the port is the one that was drawn, whoever has it, and
// nothing of the old one is met at the new.
#include <gtest/gtest.h>

#include <cerrno>
#include <deque>
#include <fstream>

#include "daemon/upstream_sockets.h"
#include "service_world.h"

namespace godwit::daemon {
namespace {

struct Nobody final : EventHandler {
  void on_events(std::uint32_t) override {}
};

// Draws the ports that the test wants, then others.
struct WantedPorts final : iterator::Entropy {
  void fill(wire::MutableBytes out) noexcept override {
    if (ports.empty() || out.size() != 4) return chance.fill(out);
    constexpr std::uint32_t population = source_port_max - source_port_min + 1;
    const std::uint32_t value = population + ports.front() - source_port_min;
    ports.pop_front();
    for (std::size_t i = 0; i < 4; ++i) out[i] = static_cast<std::uint8_t>(value >> (24 - 8 * i));
  }
  std::deque<std::uint16_t> ports;
  SystemEntropy chance;
};

// A socket of somebody else.
struct Other {
  explicit Other(const wire::Endpoint& at)
      : fd(::socket(at.address.is_v4() ? AF_INET : AF_INET6, SOCK_DGRAM | SOCK_NONBLOCK, 0)) {
    const SocketAddress address(at);
    bound = ::bind(fd.get(), address.get(), address.size()) == 0;
  }
  bool send_to(const wire::Endpoint& peer) const {
    const SocketAddress address(peer);
    return ::sendto(fd.get(), "late", 4, 0, address.get(), address.size()) == 4;
  }
  [[nodiscard]] wire::Endpoint at() const { return local_endpoint(fd.get()).value(); }
  Fd fd;
  bool bound = false;
};

class LentPortsTest : public testing::TestWithParam<const char*> {
 protected:
  LentPortsTest() {
    std::ifstream file("/proc/sys/net/ipv4/ip_local_port_range");
    file >> first >> last;
  }
  void SetUp() override {
    if (last < first + 2000u || first <= source_port_min) GTEST_SKIP() << "no range to test with";
    if (!Other({here, 0}).bound) GTEST_SKIP() << "no such address";
    lent = static_cast<std::uint16_t>(first + 777);
    bound = static_cast<std::uint16_t>(first - 7);
    (void)open({lent});
    ASSERT_NE(last_opened.lease, nullptr);
    sockets.close(last_opened.lease);
    if (sockets.spare() == 0) GTEST_SKIP() << "this kernel lends no ports";
  }
  // The port that was taken; the first that is drawn is the first of these.
  std::uint16_t open(std::deque<std::uint16_t> ports, std::uint16_t server_port = 5353) {
    entropy.ports = std::move(ports);
    last_opened = sockets.open_new({here, server_port}, nobody);
    if (last_opened.lease == nullptr) return 0;
    return local_endpoint(last_opened.lease->fd()).value().port;
  }
  void pass(std::chrono::milliseconds time) {
    clock.time += time;
    timers.table.run_due(clock.time);
  }
  const wire::IpAddress here = wire::IpAddress::parse(GetParam()).value();
  unsigned first = 0, last = 0;
  std::uint16_t lent = 0, bound = 0;
  Nobody nobody;
  VirtualClock clock;
  VirtualTimers timers;
  WorkerTimers no_timers{clock};
  EventLoop loop{no_timers};
  WantedPorts entropy;
  UpstreamSockets sockets{{loop, clock, entropy, timers}};
  UpstreamSockets::Opened last_opened;
};

INSTANTIATE_TEST_SUITE_P(Addresses, LentPortsTest, testing::Values("127.0.0.1", "::1"));

TEST_P(LentPortsTest, any_port_that_is_drawn_is_the_one_that_is_taken) {
  const auto low = static_cast<std::uint16_t>(first), high = static_cast<std::uint16_t>(last);
  for (const int port :
       {+low, low - 1, low + 1, high - 1, +high, high + 1, 1024, 65535, low + 999}) {
    EXPECT_EQ(open({static_cast<std::uint16_t>(port)}), port);
    sockets.close(last_opened.lease);
  }
  EXPECT_EQ(sockets.spare(), 1u);
}

TEST_P(LentPortsTest, one_socket_serves_with_one_lent_port_after_the_other) {
  EXPECT_EQ(open({lent}), lent);
  const int fd = last_opened.lease->fd();
  sockets.close(last_opened.lease);
  const auto next = static_cast<std::uint16_t>(lent + 1);
  EXPECT_EQ(open({next}), next);
  EXPECT_EQ(last_opened.lease->fd(), fd);
  EXPECT_EQ(sockets.spare(), 0u);
}

TEST_P(LentPortsTest, a_port_of_ones_own_is_drawn_anew) {
  for (const std::uint16_t port : {lent, bound}) {
    const auto next = static_cast<std::uint16_t>(port - 1);
    EXPECT_EQ(open({port}), port);
    EXPECT_EQ(open({port, next}), next);
    EXPECT_EQ(last_opened.retries, 1u);
  }
}

TEST_P(LentPortsTest, a_port_of_another_process_is_drawn_anew) {
  for (const std::uint16_t port : {lent, bound}) {
    const Other other({here, port});
    ASSERT_TRUE(other.bound);
    const auto next = static_cast<std::uint16_t>(port - 1);
    EXPECT_EQ(open({port, next}), next);
    EXPECT_EQ(last_opened.retries, 1u);
  }
}

TEST_P(LentPortsTest, a_port_that_another_process_has_is_lent_again_when_that_is_over) {
  {
    const Other other({here, lent});
    EXPECT_NE(open({lent}), lent);
    sockets.close(last_opened.lease);
  }
  EXPECT_EQ(open({lent}), lent);
  const auto spare = sockets.spare();
  sockets.close(last_opened.lease);
  EXPECT_EQ(sockets.spare(), spare + 1);
}

TEST_P(LentPortsTest, a_port_that_is_given_back_is_closed) {
  for (const std::uint16_t port : {lent, bound}) {
    EXPECT_EQ(open({port}), port);
    sockets.close(last_opened.lease);
    EXPECT_TRUE(Other({here, port}).bound);
  }
}

TEST_P(LentPortsTest, what_came_for_the_old_port_is_not_read_at_the_new) {
  const Other server({here, 0});
  EXPECT_EQ(open({lent}, server.at().port), lent);
  const int fd = last_opened.lease->fd();
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(server.send_to(local_endpoint(fd).value()));
  sockets.close(last_opened.lease);
  (void)open({static_cast<std::uint16_t>(lent + 1)}, server.at().port);
  ASSERT_EQ(last_opened.lease->fd(), fd);
  char octet = 0;
  EXPECT_EQ(::recv(fd, &octet, 1, 0), -1);
  EXPECT_EQ(errno, EAGAIN);
}

TEST_P(LentPortsTest, a_socket_with_much_unread_is_not_used_again) {
  const Other server({here, 0});
  EXPECT_EQ(open({lent}, server.at().port), lent);
  const auto from = local_endpoint(last_opened.lease->fd()).value();
  for (int i = 0; i < 20; ++i) EXPECT_TRUE(server.send_to(from));
  sockets.close(last_opened.lease);
  (void)open({static_cast<std::uint16_t>(lent + 1)}, server.at().port);
  char octet = 0;
  EXPECT_EQ(::recv(last_opened.lease->fd(), &octet, 1, 0), -1);
  EXPECT_EQ(errno, EAGAIN);
}

TEST_P(LentPortsTest, an_error_of_the_old_port_is_not_met_at_the_new) {
  std::uint16_t closed = 0;
  {
    const Other gone({here, 0});
    closed = gone.at().port;
  }
  EXPECT_EQ(open({lent}, closed), lent);
  const int fd = last_opened.lease->fd();
  EXPECT_EQ(::send(fd, "?", 1, MSG_NOSIGNAL), 1);
  sockets.close(last_opened.lease);
  const Other server({here, 0});
  (void)open({static_cast<std::uint16_t>(lent + 1)}, server.at().port);
  ASSERT_EQ(last_opened.lease->fd(), fd);
  EXPECT_EQ(::send(fd, "?", 1, MSG_NOSIGNAL), 1);
  EXPECT_EQ(::send(fd, "?", 1, MSG_NOSIGNAL), 1);
}

TEST_P(LentPortsTest, where_the_kernel_lends_no_ports_each_has_a_socket_of_its_own) {
  sockets.borrow_no_ports();
  EXPECT_EQ(open({lent}), lent);
  sockets.close(last_opened.lease);
  EXPECT_EQ(sockets.spare(), 1u);  // of before
}

TEST_P(LentPortsTest, sockets_that_nobody_needs_are_closed) {
  std::array<UpstreamSockets::Lease*, 3> leases{};
  for (unsigned i = 0; i < 3; ++i) {
    (void)open({static_cast<std::uint16_t>(lent + i)});
    leases[i] = last_opened.lease;
  }
  for (auto* const lease : leases) sockets.close(lease);
  EXPECT_EQ(sockets.spare(), 3u);
  pass(UpstreamSockets::idle_time / 2);  // has seen them, but not for how long
  EXPECT_EQ(sockets.spare(), 3u);
  (void)open({lent});
  sockets.close(last_opened.lease);
  pass(UpstreamSockets::idle_time / 2);
  EXPECT_EQ(sockets.spare(), 1u);
  pass(UpstreamSockets::idle_time / 2);
  EXPECT_EQ(sockets.spare(), 0u);
}

TEST_P(LentPortsTest, no_more_spare_sockets_are_kept_than_stated) {
  std::vector<UpstreamSockets::Lease*> leases;
  for (std::size_t i = 0; i < UpstreamSockets::spare_max + 40; ++i) {
    (void)open({static_cast<std::uint16_t>(first + 800 + i)});
    if (last_opened.lease == nullptr) GTEST_SKIP() << "too few descriptors";
    leases.push_back(last_opened.lease);
  }
  for (auto* const lease : leases) sockets.close(lease);
  EXPECT_EQ(sockets.spare(), UpstreamSockets::spare_max);
}

TEST_P(LentPortsTest, for_want_of_descriptors_spare_ones_are_closed) {
  std::vector<Fd> held;
  for (;;) {
    Fd fd(::dup(0));
    if (!fd.valid()) break;
    held.push_back(std::move(fd));
  }
  EXPECT_EQ(open({bound}), bound);
  EXPECT_EQ(sockets.spare(), 0u);
}

TEST(PortClaim, is_held_by_one_until_it_is_given_back) {
  auto claim = PortClaim::make(40000);
  EXPECT_EQ(claim.port(), 40000);
  EXPECT_EQ(PortClaim::make(40000).port(), 0);
  EXPECT_EQ(PortClaim::make(40001).port(), 40001);
  PortClaim moved = std::move(claim);
  EXPECT_EQ(PortClaim::make(40000).port(), 0);
  moved.reset();
  EXPECT_EQ(PortClaim::make(40000).port(), 40000);
  EXPECT_EQ(PortClaim::make(40000).port(), 40000);
}

TEST(LentPorts, the_range_is_learnt_from_what_is_given) {
  LentPorts ports;
  EXPECT_TRUE(ports.may_have(1024) && ports.may_have(65535));
  ports.learn(30000, 41000);
  ports.learn(61000, 33000);
  EXPECT_FALSE(ports.may_have(30000) || ports.may_have(1024));
  EXPECT_FALSE(ports.may_have(61000) || ports.may_have(65535));
  EXPECT_TRUE(ports.may_have(30001) && ports.may_have(60999));
  ports.leave_out(45000);
  EXPECT_FALSE(ports.may_have(45000));
  EXPECT_TRUE(ports.may_have(44999) && ports.may_have(45001));
  ports.give_up();
  EXPECT_FALSE(ports.may_have(44999));
}

}  // namespace
}  // namespace godwit::daemon
