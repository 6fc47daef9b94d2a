// Answers of one turn leave in one write. Reading stops while the session says so, and the kernel's
// window tells the peer.
#include "daemon/tcp_connection.h"

#include <netinet/tcp.h>

#include <algorithm>
#include <cerrno>
#include <new>

namespace godwit::daemon {
namespace {

// A timer that finds nothing to do comes back no sooner.
constexpr std::chrono::milliseconds timer_min{50};
// The idle time falls while places run out, on whichever worker they are taken.
constexpr std::chrono::milliseconds timer_max{1000};

}  // namespace

TcpListener::Connection::Connection(TcpListener& owner, std::uint64_t token, Fd fd,
                                    const wire::Endpoint& peer)
    : owner_(owner),
      token_(token),
      fd_(std::move(fd)),
      peer_(peer),
      session_(owner.policy_.session, owner.services_.clock.now()) {}

TcpListener::Connection::~Connection() {
  if (timer_ != 0) owner_.services_.timers.cancel(timer_);
  owner_.services_.loop.forget(*this);
  owner_.services_.limits.count_unsent(unsent_told_, 0);
  auto& counters = owner_.services_.counters;
  counters.queries_waiting.subtract(session_.answers_left());
  counters.dropped(DropCause::client_gone, session_.answers_left());
}

bool TcpListener::Connection::start() {
  const int on = 1;
  ::setsockopt(fd_.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  // A peer that has vanished takes nothing, and acknowledges nothing (RFC 5482).
  const auto user_timeout_ms =
      static_cast<int>(owner_.policy_.session.write_stall / std::chrono::milliseconds(1));
  ::setsockopt(fd_.get(), IPPROTO_TCP, TCP_USER_TIMEOUT, &user_timeout_ms, sizeof user_timeout_ms);
  watched_ = EPOLLIN;
  if (!owner_.services_.loop.add(fd_.get(), watched_, *this)) return false;
  arm(owner_.services_.clock.now());
  return true;
}

void TcpListener::Connection::on_events(std::uint32_t events) {
  if ((events & (EPOLLERR | EPOLLHUP)) != 0) broken_ = true;
  if (!broken_ && (events & EPOLLIN) != 0 && session_.wants_read()) read();
  update();
}

void TcpListener::Connection::read() {
  auto& buffer = owner_.buffer_;
  const auto size = ::recv(fd_.get(), buffer.data(), buffer.size(), MSG_DONTWAIT);
  const auto now = owner_.services_.clock.now();
  if (size > 0) {
    session_.received(wire::Bytes(buffer).first(static_cast<std::size_t>(size)), now);
    take_queries();
  } else if (size == 0) {
    session_.peer_finished();
  } else if (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR) {
    broken_ = true;
  }
}

void TcpListener::Connection::take_queries() {
  const auto now = owner_.services_.clock.now();
  Client client;
  client.peer = peer_;
  client.over_tcp = true;
  if (owner_.policy_.keepalive) {
    const auto units = owner_.idle_timeout() / std::chrono::milliseconds(100);
    client.keepalive_units = static_cast<std::uint16_t>(std::clamp<std::int64_t>(units, 1, 65535));
  }
  ReplyRoute route;
  route.sink = &owner_;
  route.token = token_;
  while (const auto query = session_.next_query(now)) {
    // Its end may come before handle() returns: a walk that need not wait for anything.
    session_.query_waits();
    const auto handled =
        owner_.services_.queries.handle(*query, false, client, route, owner_.answer_);
    if (handled.fate != QueryService::Fate::waiting) session_.query_ended(now);
    if (handled.fate == QueryService::Fate::answered) put(handled.answer, handled.rcode, now);
  }
}

void TcpListener::Connection::reply(wire::Bytes message, wire::Rcode rcode) {
  const auto now = owner_.services_.clock.now();
  session_.query_ended(now);
  if (!message.empty()) put(message, rcode, now);
}

void TcpListener::Connection::put(wire::Bytes message, wire::Rcode rcode, cache::Time now) {
  auto& counters = owner_.services_.counters;
  if (broken_) return counters.dropped(DropCause::client_gone);
  try {
    session_.answer(message, rcode, now);
    counters.queries_waiting.add();  // for the client to take the answer
  } catch (const std::bad_alloc&) {
    counters.dropped(DropCause::internal);
    broken_ = true;
  }
}

void TcpListener::Connection::update() {
  if (!broken_) take_queries();
  if (!broken_ && session_.wants_write()) broken_ = !write();
  if (broken_) return owner_.end(*this);
  const auto now = owner_.services_.clock.now();
  // Nothing more is read when draining, so the rest of a message will not come.
  const auto idle = owner_.draining_ ? cache::Duration{} : owner_.idle_timeout();
  const auto end = session_.end(now, idle);
  if (end != TcpEnd::open) return end_as(end);
  tell_unsent();
  if (session_.wants_write() && owner_.end_slowest_if_full(*this)) return;
  watch();
  arm(now);
}

void TcpListener::Connection::tell_unsent() noexcept {
  const auto unsent = session_.unsent().size();
  if (unsent == unsent_told_) return;
  owner_.services_.limits.count_unsent(unsent_told_, unsent);
  unsent_told_ = unsent;
}

void TcpListener::Connection::end_as(TcpEnd end) {
  auto& counters = owner_.services_.counters;
  if (end == TcpEnd::idle) counters.tcp_closed_idle.add();
  if (end == TcpEnd::stalled) {
    counters.tcp_closed_stalled.add();
    // Else the kernel keeps what was not taken, and goes on offering it for minutes.
    const linger reset_at_close{1, 0};
    ::setsockopt(fd_.get(), SOL_SOCKET, SO_LINGER, &reset_at_close, sizeof reset_at_close);
  }
  if (end == TcpEnd::garbage) counters.tcp_closed_garbage.add();
  owner_.end(*this);
}

bool TcpListener::Connection::write() {
  while (session_.wants_write()) {
    const auto octets = session_.unsent();
    const auto sent = ::send(fd_.get(), octets.data(), octets.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0) return errno == EAGAIN || errno == EWOULDBLOCK || errno == ENOBUFS;
    session_.sent(static_cast<std::size_t>(sent), owner_.services_.clock.now());
    count_sent_answers();
  }
  return true;
}

void TcpListener::Connection::count_sent_answers() noexcept {
  auto& counters = owner_.services_.counters;
  while (const auto rcode = session_.next_sent_answer()) {
    counters.queries_waiting.subtract();
    counters.answered(static_cast<std::uint16_t>(*rcode));
  }
}

void TcpListener::Connection::watch() {
  std::uint32_t wanted = session_.wants_read() ? std::uint32_t{EPOLLIN} : 0u;
  if (session_.wants_write()) wanted |= EPOLLOUT;
  if (wanted == watched_) return;
  watched_ = wanted;
  owner_.services_.loop.change(fd_.get(), watched_, *this);
}

// The timer is set once and looks again when it fires, rather than anew for every message.
void TcpListener::Connection::arm(cache::Time now) {
  const auto wanted =
      std::clamp(session_.deadline(owner_.idle_timeout()), now + timer_min, now + timer_max);
  if (timer_ != 0 && armed_for_ <= wanted) return;
  if (timer_ != 0) owner_.services_.timers.cancel(timer_);
  armed_for_ = wanted;
  timer_ = owner_.services_.timers.at(wanted, [this] {
    timer_ = 0;
    owner_.touch(token_);
  });
}

}  // namespace godwit::daemon
