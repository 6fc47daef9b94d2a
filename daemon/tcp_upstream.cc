// The query is written as soon as the connection stands, the first message that comes back must be
// the response: over TCP nobody off the path can have sent it, so anything else is the server's
// failure.
#include "daemon/tcp_upstream.h"

#include <netinet/in.h>
#include <netinet/tcp.h>

#include <cerrno>
#include <optional>

#include "daemon/tcp_framing.h"

namespace godwit::daemon {

using iterator::Exchange;
using iterator::ExchangeOutcome;

class TcpUpstream::Connection final : public EventHandler {
 public:
  explicit Connection(TcpUpstream& owner) : owner_(owner) {}
  void on_events(std::uint32_t events) override;
  [[nodiscard]] bool connect();
  void write();
  void read();
  void fail(ExchangeOutcome outcome) { owner_.finish(*this, Exchange(outcome)); }

  TcpUpstream& owner_;
  Fd fd;
  iterator::UpstreamRequest request;
  std::optional<Resume> resume;
  std::vector<std::uint8_t> unsent;
  std::size_t sent_octets = 0;
  FrameReader frames;
  iterator::Time began{};
  iterator::Timers::Token timer = 0;
  int error = 0;
};

TcpUpstream::TcpUpstream(const UpstreamServices& services)
    : services_(services), buffer_(stream_read_octets) {}

TcpUpstream::~TcpUpstream() = default;

iterator::Task<Exchange> TcpUpstream::exchange(iterator::UpstreamRequest request) {
  return iterator::suspend<Exchange>([this, request = std::move(request)](Resume resume) mutable {
    begin(std::move(request), std::move(resume));
  });
}

void TcpUpstream::begin(iterator::UpstreamRequest request, Resume resume) {
  if (free_.empty() && all_.size() < connections_max) {
    all_.push_back(std::make_unique<Connection>(*this));
    free_.reserve(all_.capacity());
    free_.push_back(all_.back().get());
  }
  if (cancelled_) return resume(Exchange(ExchangeOutcome::cancelled));
  if (free_.empty()) {
    services_.counters.upstream_tcp_full.add();
    return resume(Exchange(ExchangeOutcome::cancelled));
  }
  auto& connection = *free_.back();
  free_.pop_back();
  connection.request = std::move(request);
  connection.resume.emplace(std::move(resume));
  connection.unsent.clear();
  append_frame(connection.unsent, connection.request.message);
  connection.sent_octets = 0;
  services_.clock.look_again();
  connection.began = services_.clock.now();
  connection.timer = 0;
  services_.counters.upstream_tcp.add();
  if (!connection.connect()) {
    if (is_for_want_of_resources(connection.error) || connection.error == EADDRNOTAVAIL) {
      services_.counters.upstream_no_descriptor.add();
      return connection.fail(ExchangeOutcome::cancelled);
    }
    return connection.fail(ExchangeOutcome::unreachable);
  }
  connection.timer = services_.timers.at(connection.request.deadline, [&connection] {
    connection.timer = 0;
    connection.fail(ExchangeOutcome::timed_out);
  });
}

bool TcpUpstream::Connection::connect() {
  const SocketAddress address(request.server);
  fd = Fd(::socket(address.family(), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_TCP));
  if (fd.valid()) {
    const int on = 1;
    ::setsockopt(fd.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    const int connected = ::connect(fd.get(), address.get(), address.size());
    if ((connected == 0 || errno == EINPROGRESS) &&
        owner_.services_.loop.add(fd.get(), EPOLLIN | EPOLLOUT | EPOLLET, *this)) {
      if (!owner_.refuse_own_ || request.server.port != dns_port) return true;
      const auto local = local_endpoint(fd.get());
      if (!local || local->address != request.server.address) return true;
      errno = ENETUNREACH;
    }
  }
  error = errno;
  return false;
}

void TcpUpstream::Connection::on_events(std::uint32_t events) {
  if (!resume) return;
  if ((events & EPOLLOUT) != 0 && sent_octets < unsent.size()) write();
  if (resume && (events & (EPOLLIN | EPOLLERR | EPOLLHUP)) != 0) read();
}

void TcpUpstream::Connection::write() {
  while (sent_octets < unsent.size()) {
    const auto sent =
        ::send(fd.get(), unsent.data() + sent_octets, unsent.size() - sent_octets, MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == ENOTCONN)) return;
    if (sent < 0) return fail(ExchangeOutcome::unreachable);
    sent_octets += static_cast<std::size_t>(sent);
  }
}

void TcpUpstream::Connection::read() {
  auto& buffer = owner_.buffer_;
  for (;;) {
    const auto size = ::recv(fd.get(), buffer.data(), buffer.size(), 0);
    if (size < 0 && errno == EINTR) continue;
    if (size < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == ENOTCONN)) return;
    if (size <= 0) return fail(ExchangeOutcome::unreachable);
    frames.append(wire::Bytes(buffer).first(static_cast<std::size_t>(size)));
    if (const auto message = frames.next()) {
      if (iterator::judge(request.expected, *message, true) != iterator::MatchVerdict::accepted)
        return fail(ExchangeOutcome::unreachable);
      Exchange answered(ExchangeOutcome::answered);
      answered.response.assign(message->begin(), message->end());
      return owner_.finish(*this, std::move(answered));
    }
    if (frames.has_bad_length()) return fail(ExchangeOutcome::unreachable);
  }
}

void TcpUpstream::finish(Connection& connection, Exchange exchange) {
  exchange.elapsed = services_.clock.now() - connection.began;
  if (connection.timer != 0) services_.timers.cancel(connection.timer);
  services_.loop.forget(connection);
  connection.fd.reset();
  // A large response must not stay behind in each place of the table.
  connection.frames = FrameReader();
  Resume resume = std::move(*connection.resume);
  connection.resume.reset();
  free_.push_back(&connection);
  resume(std::move(exchange));
}

void TcpUpstream::cancel_all() {
  cancelled_ = true;
  for (std::size_t i = 0; i < all_.size(); ++i)
    if (all_[i]->resume) finish(*all_[i], Exchange(ExchangeOutcome::cancelled));
}

}  // namespace godwit::daemon
