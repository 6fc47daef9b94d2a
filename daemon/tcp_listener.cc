// Accepting, and the connections as a group.
#include "daemon/tcp_listener.h"

#include <poll.h>

#include <cerrno>
#include <cstring>

#include "daemon/tcp_connection.h"

namespace godwit::daemon {
namespace {

constexpr unsigned accepts_per_event = 16;
// Out of descriptors: the queue of the kernel keeps them for a while.
constexpr std::chrono::milliseconds tcp_accept_pause{100};
// Who has not taken an answer for this long makes room for others.
constexpr std::chrono::milliseconds slow_reader_after{1000};

// Of the connection that was to be accepted, which is gone: accept(2) says to take the next.
bool is_of_the_peer(int error) noexcept {
  switch (error) {
    case ECONNABORTED:
    case EINTR:
    case EPROTO:
    case EPERM:
    case ENETDOWN:
    case ENOPROTOOPT:
    case EHOSTDOWN:
    case ENONET:
    case EHOSTUNREACH:
    case ENETUNREACH:
      return true;
    default:
      return false;
  }
}

// accept(2) takes a descriptor before it looks whether anybody waits.
bool somebody_waits(int fd) noexcept {
  pollfd listening{fd, POLLIN, 0};
  return ::poll(&listening, 1, 0) > 0;
}

}  // namespace

TcpListener::TcpListener(const Services& services, const TcpPolicy& policy, Fd fd,
                         const wire::Endpoint& local, bool shared)
    : services_(services),
      policy_(policy),
      fd_(std::move(fd)),
      shared_(shared),
      buffer_(stream_read_octets),
      answer_(wire::message_octets_max) {
  if (!watch())
    services_.log.error("listen-failed",
                        {{"address", local.to_text()}, {"reason", std::strerror(errno)}});
}

TcpListener::~TcpListener() {
  close();
}

bool TcpListener::watch() noexcept {
  const std::uint32_t exclusive = shared_ ? std::uint32_t{EPOLLEXCLUSIVE} : 0u;
  return services_.loop.add(fd_.get(), EPOLLIN | exclusive, *this);
}

cache::Duration TcpListener::idle_timeout() const {
  return idle_timeout_at(policy_.maxima, services_.limits.open());
}

void TcpListener::on_events(std::uint32_t) {
  for (unsigned i = 0; i < accepts_per_event && !draining_; ++i) {
    SocketAddress peer;
    socklen_t size = SocketAddress::capacity();
    Fd fd(::accept4(fd_.get(), peer.get(), &size, SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (fd.valid()) {
      accept_one(std::move(fd), peer);
      continue;
    }
    const int error = errno;
    if (is_of_the_peer(error)) continue;
    if (error == EAGAIN || error == EWOULDBLOCK) return;
    // Else who was accepted with the last descriptor would make room for nobody.
    if (is_for_want_of_resources(error) && !somebody_waits(fd_.get())) return;
    return pause_accepting(error);
  }
}

// With no descriptor left the socket stays ready, and the loop would spin on it.
void TcpListener::pause_accepting(int error) {
  services_.log.noisy("accept-failed", {{"reason", std::strerror(error)}});
  if (is_for_want_of_resources(error)) (void)make_room();
  if (resume_accepting_ != 0) return;
  services_.loop.remove(fd_.get(), *this);
  resume_accepting_ = services_.timers.at(services_.clock.now() + tcp_accept_pause, [this] {
    resume_accepting_ = 0;
    if (fd_.valid() && !draining_) (void)watch();
  });
}

void TcpListener::accept_one(Fd fd, const SocketAddress& address) {
  const auto peer = address.endpoint();
  if (!peer) return services_.counters.tcp_refused.add();
  auto verdict = services_.limits.enter(peer->address, policy_.maxima);
  if (verdict == TcpLimits::Verdict::total_full && make_room())
    verdict = services_.limits.enter(peer->address, policy_.maxima);
  if (verdict != TcpLimits::Verdict::admitted) return services_.counters.tcp_refused.add();
  const auto token = next_token_++;
  Connection* connection = nullptr;
  try {
    auto made = std::make_unique<Connection>(*this, token, std::move(fd), *peer);
    connection = connections_.emplace(token, std::move(made)).first->second.get();
  } catch (...) {
    services_.limits.leave(peer->address);
    throw;
  }
  services_.counters.tcp_accepted.add();
  services_.counters.tcp_open.add();
  if (!connection->start()) end(*connection);
}

// Ends the connection that has been idle the longest or, with none idle, a slow reader; false when
// there is neither.
bool TcpListener::make_room() {
  Connection* longest = nullptr;
  for (const auto& [token, connection] : connections_) {
    if (!connection->session().is_idle()) continue;
    if (longest == nullptr ||
        connection->session().last_active() < longest->session().last_active())
      longest = connection.get();
  }
  if (longest != nullptr) {
    longest->end_as(TcpEnd::idle);
    return true;
  }
  auto* const slow = slowest();
  if (slow == nullptr ||
      services_.clock.now() - slow->session().backlog_began() < slow_reader_after)
    return false;
  slow->end_as(TcpEnd::stalled);
  return true;
}

TcpListener::Connection* TcpListener::slowest() const {
  Connection* out = nullptr;
  for (const auto& [token, connection] : connections_) {
    const auto& session = connection->session();
    if (session.wants_write() &&
        (out == nullptr || session.backlog_began() < out->session().backlog_began()))
      out = connection.get();
  }
  return out;
}

bool TcpListener::end_slowest_if_full(const Connection& writer) {
  if (services_.limits.unsent_octets() <= policy_.maxima.unsent_octets) return false;
  auto* const slow = slowest();
  const bool is_writer = slow == &writer;
  if (slow != nullptr) slow->end_as(TcpEnd::stalled);
  return is_writer;
}

void TcpListener::end(Connection& connection) {
  services_.limits.leave(connection.peer().address);
  services_.counters.tcp_open.subtract();
  connections_.erase(connection.token());
}

void TcpListener::reply(const ReplyRoute& route, wire::Bytes message, wire::Rcode rcode) {
  const auto found = connections_.find(route.token);
  if (found == connections_.end()) {
    if (!message.empty()) services_.counters.dropped(DropCause::client_gone);
    return;
  }
  found->second->reply(message, rcode);
  touch(route.token);
}

void TcpListener::touch(std::uint64_t token) {
  touched_.push_back(token);
  if (!services_.loop.in_turn()) flush();
}

// An update takes queries, which may end others that wait, of any connection: these are updated
// here in their turn and never below another update, whose connection they could take away.
void TcpListener::flush() {
  if (flushing_) return;
  struct Flushing {
    explicit Flushing(TcpListener& l) : listener(l) { listener.flushing_ = true; }
    ~Flushing() {
      listener.touched_.clear();
      listener.flushing_ = false;
    }
    TcpListener& listener;
  } const flushing(*this);
  for (std::size_t i = 0; i < touched_.size(); ++i) {
    const auto found = connections_.find(touched_[i]);
    if (found != connections_.end()) found->second->update();
  }
}

void TcpListener::drain() {
  if (!draining_ && fd_.valid()) services_.loop.remove(fd_.get(), *this);
  draining_ = true;
  fd_.reset();
  for (const auto& [token, connection] : connections_) touched_.push_back(token);
  flush();
}

void TcpListener::close() {
  drain();
  if (resume_accepting_ != 0) services_.timers.cancel(resume_accepting_);
  resume_accepting_ = 0;
  while (!connections_.empty()) end(*connections_.begin()->second);
  touched_.clear();
}

}  // namespace godwit::daemon
