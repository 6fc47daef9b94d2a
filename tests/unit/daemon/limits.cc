// Who may wait, who may connect: each limit below, at and above its value.
#include <gtest/gtest.h>

#include "daemon/tcp_limits.h"
#include "daemon/waiting_limits.h"
#include "wire/name_text.h"

namespace godwit::daemon {
namespace {

const cache::KeyedHash hash({1, 2, 3});

wire::IpAddress address(std::string_view text) {
  return wire::IpAddress::parse(text).value();
}
iterator::Question question(std::string_view name) {
  return {wire::parse_name(name).value(), wire::RrType::a};
}

TEST(WaitingLimits, total) {
  WaitingLimits limits(hash);
  const WaitingMaxima maxima{2, 10, 10};
  const auto one = limits.key_of(address("192.0.2.1"), question("a."));
  const auto two = limits.key_of(address("192.0.2.2"), question("a."));
  const auto three = limits.key_of(address("192.0.2.3"), question("a."));
  EXPECT_EQ(limits.enter(one, maxima), WaitingVerdict::admitted);
  EXPECT_EQ(limits.enter(two, maxima), WaitingVerdict::admitted);
  EXPECT_EQ(limits.enter(three, maxima), WaitingVerdict::total_full);
  limits.leave(one);
  EXPECT_EQ(limits.enter(three, maxima), WaitingVerdict::admitted);
  EXPECT_EQ(limits.total(), 2u);
}

TEST(WaitingLimits, per_client) {
  WaitingLimits limits(hash);
  const WaitingMaxima maxima{100, 2, 10};
  const auto client = address("192.0.2.1");
  EXPECT_EQ(limits.enter(limits.key_of(client, question("a.")), maxima), WaitingVerdict::admitted);
  EXPECT_EQ(limits.enter(limits.key_of(client, question("b.")), maxima), WaitingVerdict::admitted);
  EXPECT_EQ(limits.enter(limits.key_of(client, question("c.")), maxima),
            WaitingVerdict::client_full);
  EXPECT_EQ(limits.enter(limits.key_of(address("192.0.2.2"), question("c.")), maxima),
            WaitingVerdict::admitted);
}

TEST(WaitingLimits, per_question_of_a_client_not_of_all) {
  WaitingLimits limits(hash);
  const WaitingMaxima maxima{100, 10, 2};
  const auto key = limits.key_of(address("192.0.2.1"), question("a."));
  const auto case_differs = limits.key_of(address("192.0.2.1"), question("A."));
  EXPECT_EQ(limits.enter(key, maxima), WaitingVerdict::admitted);
  EXPECT_EQ(limits.enter(case_differs, maxima), WaitingVerdict::admitted);
  EXPECT_EQ(limits.enter(key, maxima), WaitingVerdict::question_full);
  for (int i = 2; i < 60; ++i) {
    const auto other = address("192.0.2." + std::to_string(i));
    EXPECT_EQ(limits.enter(limits.key_of(other, question("a.")), maxima), WaitingVerdict::admitted);
  }
}

TEST(WaitingLimits, counts_return_to_nothing) {
  WaitingLimits limits(hash);
  const auto key = limits.key_of(address("192.0.2.1"), question("a."));
  for (int i = 0; i < 1000; ++i) {
    ASSERT_EQ(limits.enter(key, {1, 1, 1}), WaitingVerdict::admitted);
    ASSERT_NE(limits.enter(key, {1, 1, 1}), WaitingVerdict::admitted);
    limits.leave(key);
  }
  EXPECT_EQ(limits.total(), 0u);
}

TEST(WaitingLimits, a_whole_ipv6_64_is_one_client) {
  EXPECT_EQ(counted_client(address("2001:db8::1")), counted_client(address("2001:db8::ffff:2")));
  EXPECT_NE(counted_client(address("2001:db8::1")), counted_client(address("2001:db8:0:1::1")));
  EXPECT_NE(counted_client(address("192.0.2.1")), counted_client(address("192.0.2.2")));
}

TEST(TcpLimits, total_and_per_client) {
  TcpLimits limits(hash);
  TcpMaxima maxima;
  maxima.connections = 3;
  maxima.per_client = 2;
  const auto one = address("192.0.2.1"), two = address("192.0.2.2");
  EXPECT_EQ(limits.enter(one, maxima), TcpLimits::Verdict::admitted);
  EXPECT_EQ(limits.enter(one, maxima), TcpLimits::Verdict::admitted);
  EXPECT_EQ(limits.enter(one, maxima), TcpLimits::Verdict::client_full);
  EXPECT_EQ(limits.enter(two, maxima), TcpLimits::Verdict::admitted);
  EXPECT_EQ(limits.enter(two, maxima), TcpLimits::Verdict::total_full);
  limits.leave(one);
  EXPECT_EQ(limits.enter(two, maxima), TcpLimits::Verdict::admitted);
  EXPECT_EQ(limits.open(), 3u);
}

TEST(TcpLimits, unsent_octets_are_of_all_connections) {
  TcpLimits limits(hash);
  limits.count_unsent(0, 1000);
  limits.count_unsent(0, 500);
  limits.count_unsent(1000, 300);
  EXPECT_EQ(limits.unsent_octets(), 800u);
  limits.count_unsent(500, 0);
  limits.count_unsent(300, 0);
  EXPECT_EQ(limits.unsent_octets(), 0u);
}

TEST(TcpLimits, idle_timeout_falls_with_load) {
  TcpMaxima maxima;
  maxima.connections = 1000;
  using std::chrono::milliseconds;
  EXPECT_EQ(idle_timeout_at(maxima, 0), milliseconds(10'000));
  EXPECT_EQ(idle_timeout_at(maxima, 500), milliseconds(10'000));
  EXPECT_LT(idle_timeout_at(maxima, 501), milliseconds(10'000));
  EXPECT_EQ(idle_timeout_at(maxima, 750), milliseconds(200 + 4900));
  EXPECT_EQ(idle_timeout_at(maxima, 1000), milliseconds(200));
  EXPECT_EQ(idle_timeout_at(maxima, 2000), milliseconds(200));
  maxima.idle_timeout = milliseconds(100);
  EXPECT_EQ(idle_timeout_at(maxima, 1000), milliseconds(100));
}

}  // namespace
}  // namespace godwit::daemon
