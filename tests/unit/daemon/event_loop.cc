// Turns of the event loop, by hand.
#include "daemon/event_loop.h"

#include <gtest/gtest.h>
#include <sys/eventfd.h>

#include <boost/asio/io_context.hpp>

#include "daemon/fd.h"

namespace godwit::daemon {
namespace {

struct Bell final : EventHandler {
  void on_events(std::uint32_t) override {
    ++rung;
    if (broken) throw std::bad_alloc();
  }
  void ring() const { EXPECT_EQ(::eventfd_write(fd.get(), 1), 0); }
  Fd fd{::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)};
  int rung = 0;
  bool broken = false;
};

TEST(EventLoop, one_handler_that_throws_costs_no_other_its_edge) {
  boost::asio::io_context io{1};
  EventLoop loop(io);
  loop.start();
  int turn_ends = 0;
  loop.at_turn_end([&] { ++turn_ends; });
  std::array<Bell, 3> bells;
  for (auto& bell : bells) ASSERT_TRUE(loop.add(bell.fd.get(), EPOLLIN | EPOLLET, bell));
  bells[0].broken = true;
  for (const auto& bell : bells) bell.ring();
  EXPECT_THROW(io.poll(), std::bad_alloc);
  for (const auto& bell : bells) EXPECT_EQ(bell.rung, 1);
  EXPECT_EQ(turn_ends, 1);
  EXPECT_FALSE(loop.in_turn());

  io.restart();
  loop.start();
  bells[2].ring();
  io.poll();
  EXPECT_EQ(bells[2].rung, 2);
  loop.stop();
  io.poll();
}

}  // namespace
}  // namespace godwit::daemon
