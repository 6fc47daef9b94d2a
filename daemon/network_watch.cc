// Two descriptors: an rtnetlink socket with the groups of links, addresses and routes, and a timer
// that never goes off but is cancelled when the wall clock is set, which waking up does, too.
#include "daemon/network_watch.h"

#include <linux/rtnetlink.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <time.h>

#include <cerrno>
#include <cstring>

namespace godwit::daemon {
namespace {

// A message is at most a page or 8 KiB, whichever is more; the kernel packs several in 32 KiB.
constexpr std::size_t datagram_octets_max = 32 * 1024;
// Of the answer to one request; a machine has no such number of links.
constexpr unsigned datagrams_per_answer_max = 4096;
// In one turn of the main thread.
constexpr unsigned datagrams_per_turn_max = 256;

std::string why(const char* what) {
  return std::string(what) + ": " + std::strerror(errno);
}

std::chrono::nanoseconds read_clock(clockid_t which) noexcept {
  timespec at{};
  ::clock_gettime(which, &at);
  return std::chrono::seconds(at.tv_sec) + std::chrono::nanoseconds(at.tv_nsec);
}

// The wall clock is read as late as others: the less is between them, the less they differ.
ClockReading read_clocks() noexcept {
  ClockReading out;
  out.running = read_clock(CLOCK_MONOTONIC);
  out.passed = read_clock(CLOCK_BOOTTIME);
  out.wall = read_clock(CLOCK_REALTIME);
  return out;
}

}  // namespace

NetworkWatch::NetworkWatch(boost::asio::io_context& io, Log& log)
    : log_(log), netlink_(io), clock_(io), timer_(io), buffer_(datagram_octets_max) {}

void NetworkWatch::open() {
  if (const auto error = open_netlink(); !error.empty())
    log_.warning("network-watch-off", {{"reason", error}});
  if (const auto error = open_clock(); !error.empty())
    log_.warning("clock-watch-off", {{"reason", error}});
  clocks_ = read_clocks();
}

std::string NetworkWatch::open_netlink() {
  Fd fd(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_ROUTE));
  if (!fd.valid()) return why("socket");
  sockaddr_nl address{};
  address.nl_family = AF_NETLINK;
  address.nl_groups =
      RTMGRP_LINK | RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR | RTMGRP_IPV4_ROUTE | RTMGRP_IPV6_ROUTE;
  if (::bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    return why("bind");
  netlink_.assign(fd.release());
  look_at_present(RTM_GETLINK);
  look_at_present(RTM_GETADDR);
  return {};
}

// The kernel makes the answer as it is read, so that nothing is waited for. Whatever is missing of
// it is news when it is heard of.
void NetworkWatch::look_at_present(std::uint16_t request) {
  struct {
    nlmsghdr head;
    rtgenmsg body;
  } message{};
  message.head.nlmsg_len = sizeof message;
  message.head.nlmsg_type = request;
  message.head.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
  message.body.rtgen_family = AF_UNSPEC;
  if (::send(netlink_.native_handle(), &message, sizeof message, 0) < 0) return;
  NetworkNews no_news;
  for (unsigned i = 0; i < datagrams_per_answer_max; ++i)
    if (receive(no_news) != Heard::something) return;
}

std::string NetworkWatch::open_clock() {
  Fd fd(::timerfd_create(CLOCK_REALTIME, TFD_NONBLOCK | TFD_CLOEXEC));
  if (!fd.valid()) return why("timerfd_create");
  clock_.assign(fd.release());
  arm_clock();
  return {};
}

void NetworkWatch::arm_clock() noexcept {
  constexpr time_t far_away = 60L * 60 * 24 * 365;
  itimerspec at{};
  at.it_value.tv_sec =
      std::chrono::duration_cast<std::chrono::seconds>(read_clock(CLOCK_REALTIME)).count() +
      far_away;
  constexpr int flags = TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET;
  (void)::timerfd_settime(clock_.native_handle(), flags, &at, nullptr);
}

void NetworkWatch::start(OnHappened on_happened) {
  on_happened_ = std::move(on_happened);
  if (netlink_.is_open()) await_events();
  if (clock_.is_open()) await_clock();
}

void NetworkWatch::stop() noexcept {
  boost::system::error_code ignored;
  timer_.cancel();
  netlink_.close(ignored);
  clock_.close(ignored);
}

// One datagram. Others than the kernel may send to the socket, too, and are not listened to.
NetworkWatch::Heard NetworkWatch::receive(NetworkNews& news) {
  sockaddr_nl from{};
  socklen_t from_octets = sizeof from;
  const auto count = ::recvfrom(netlink_.native_handle(), buffer_.data(), buffer_.size(), 0,
                                reinterpret_cast<sockaddr*>(&from), &from_octets);
  if (count < 0 && errno == ENOBUFS) news.lost = true;
  if (count < 0) return errno == ENOBUFS || errno == EINTR ? Heard::something : Heard::nothing_more;
  if (from.nl_pid != 0) return Heard::something;
  const auto read = read_netlink(wire::Bytes(buffer_).first(static_cast<std::size_t>(count)));
  malformed_ += read.malformed;
  news.lost = news.lost || read.lost;
  for (const auto& event : read.events) state_.take(event, news);
  return read.is_end ? Heard::end : Heard::something;
}

void NetworkWatch::await_events() {
  netlink_.async_wait(Descriptor::wait_read, [this](const boost::system::error_code& error) {
    if (error) return;
    NetworkNews news;
    for (unsigned i = 0; i < datagrams_per_turn_max; ++i)
      if (receive(news) == Heard::nothing_more) break;
    if (news.any()) {
      gather();
      auto& so_far = gathered_->network;
      so_far.links += news.links;
      so_far.addresses += news.addresses;
      so_far.routes += news.routes;
      so_far.lost = so_far.lost || news.lost;
      look_at_clocks();
    }
    await_events();
  });
}

void NetworkWatch::await_clock() {
  clock_.async_wait(Descriptor::wait_read, [this](const boost::system::error_code& error) {
    if (error) return;
    std::uint64_t ignored = 0;
    (void)!::read(clock_.native_handle(), &ignored, sizeof ignored);
    arm_clock();
    look_at_clocks();
    await_clock();
  });
}

void NetworkWatch::look_at_clocks() {
  const auto now = read_clocks();
  const auto news = compare_clocks(clocks_, now);
  clocks_ = now;
  if (!news.any()) return;
  gather();
  gathered_->clocks.asleep += news.asleep;
  gathered_->clocks.jump += news.jump;
}

void NetworkWatch::gather() {
  if (gathered_) return;
  gathered_.emplace();
  timer_.expires_after(gathering_time);
  timer_.async_wait([this](const boost::system::error_code& error) {
    if (!error) tell();
  });
}

void NetworkWatch::tell() {
  const auto happened = *gathered_;
  gathered_.reset();
  on_happened_(happened);
}

}  // namespace godwit::daemon
