// Answers leave together or one by one, and each is counted once: over loopback sockets.
#include "daemon/reply_batch.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <vector>

#include "daemon/fd.h"

namespace godwit::daemon {
namespace {

using Octets = std::vector<std::uint8_t>;

Fd make_socket() {
  Fd fd(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  const SocketAddress any({wire::IpAddress::parse("127.0.0.1").value(), 0});
  EXPECT_EQ(::bind(fd.get(), any.get(), any.size()), 0);
  return fd;
}

class ReplyBatchTest : public testing::Test {
 protected:
  void add(std::uint8_t first, std::size_t octets, const SocketAddress& to) {
    ASSERT_TRUE(batch.has_room());
    std::memset(batch.room().data(), 0, octets);
    batch.room()[0] = first;
    batch.add(octets, wire::Rcode::noerror, to, {});
  }
  // First octet and length of all that has come.
  std::vector<std::pair<int, std::size_t>> received() const {
    std::vector<std::pair<int, std::size_t>> out;
    std::uint8_t buffer[4096];
    for (;;) {
      const auto size = ::recv(client.get(), buffer, sizeof buffer, MSG_DONTWAIT);
      if (size < 0) return out;
      out.emplace_back(buffer[0], static_cast<std::size_t>(size));
    }
  }
  [[nodiscard]] std::uint64_t failed() const {
    return counters.drops[static_cast<std::size_t>(DropCause::send_failed)].get();
  }

  Fd server = make_socket();
  Fd client = make_socket();
  SocketAddress peer{local_endpoint(client.get()).value()};
  // No address of this family can be sent to by this socket.
  SocketAddress unreachable{{wire::IpAddress::parse("2001:db8::1").value(), 5300}};
  WorkerCounters counters;
  Log log{-1, false};
  ReplyBatch batch{server.get(), counters, log};
};

TEST_F(ReplyBatchTest, answers_of_one_length_and_a_shorter_one_arrive_apart) {
  add(1, 60, peer);
  add(2, 60, peer);
  add(3, 40, peer);
  add(4, 90, peer);
  batch.flush();
  auto got = received();
  std::ranges::sort(got);
  EXPECT_EQ(got, (std::vector<std::pair<int, std::size_t>>{{1, 60}, {2, 60}, {3, 40}, {4, 90}}));
  EXPECT_EQ(counters.queries_answered.get(), 4u);
  EXPECT_TRUE(batch.empty());
}

TEST_F(ReplyBatchTest, what_the_system_does_not_take_is_dropped_and_the_rest_goes_on) {
  add(1, 60, unreachable);
  add(2, 60, peer);
  add(3, 60, unreachable);
  add(4, 60, peer);
  batch.flush();
  EXPECT_EQ(received().size(), 2u);
  EXPECT_EQ(counters.queries_answered.get(), 2u);
  EXPECT_EQ(failed(), 2u);
}

// Without checksums the kernel cuts nothing.
TEST_F(ReplyBatchTest, what_the_kernel_does_not_cut_is_sent_one_by_one) {
  const int on = 1;
  ASSERT_EQ(::setsockopt(server.get(), SOL_SOCKET, SO_NO_CHECK, &on, sizeof on), 0);
  for (unsigned round = 0; round < 20; ++round) {
    for (std::uint8_t i = 0; i < 5; ++i) add(i, 60, peer);
    batch.flush();
    EXPECT_EQ(received().size(), 5u);
  }
  EXPECT_EQ(counters.queries_answered.get(), 100u);
  EXPECT_EQ(failed(), 0u);
}

TEST_F(ReplyBatchTest, has_room_for_many_small_answers_or_some_large_ones) {
  for (int i = 0; i < 64; ++i) add(1, 60, peer);
  EXPECT_FALSE(batch.has_room());
  batch.flush();
  int large = 0;
  for (; batch.has_room(); ++large) add(1, udp_answer_octets_max, peer);
  EXPECT_EQ(large, 16);
  batch.flush();
  EXPECT_EQ(counters.queries_answered.get() + failed(), 80u);
}

}  // namespace
}  // namespace godwit::daemon
