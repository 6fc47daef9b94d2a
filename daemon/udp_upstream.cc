// An exchange ends once: with a response, a near miss, an error of its own socket, its deadline or
// the shutdown, whichever is first.
#include "daemon/udp_upstream.h"

#include <cerrno>
#include <new>
#include <optional>

namespace godwit::daemon {

using iterator::Exchange;
using iterator::ExchangeOutcome;

namespace {
// Reading an error takes it from the socket, and a response may be behind it.
constexpr int errors_per_event = 8;
// Queries that wait for the end of their turn.
constexpr std::size_t unsent_max = 64;
}  // namespace

class UdpUpstream::Waiting final : public EventHandler {
 public:
  explicit Waiting(UdpUpstream& owner) : owner_(owner) {}
  void on_events(std::uint32_t events) override;
  [[nodiscard]] bool answers_earlier_query(wire::Bytes message) const noexcept {
    if (message.size() < wire::header_octets) return false;
    const auto id = wire::load_u16(message.data());
    return id != request.expected.id && lease->had_id(id);
  }

  UdpUpstream& owner_;
  UpstreamSockets::Lease* lease = nullptr;
  iterator::UpstreamRequest request;
  std::optional<Resume> resume;
  iterator::Time sent{};
  iterator::Timers::Token timer = 0;
  bool told_unreachable = false;
  bool is_unsent = false;
};

UdpUpstream::UdpUpstream(const UpstreamServices& services)
    : services_(services),
      sockets_({services.loop, services.clock, services.entropy, services.timers,
                services.idle_sockets_max}),
      buffer_(wire::message_octets_max) {
  services_.loop.at_turn_end([this] {
    flush();
    sockets_.end_turn();
  });
}

UdpUpstream::~UdpUpstream() = default;

iterator::Task<Exchange> UdpUpstream::exchange(iterator::UpstreamRequest request) {
  return iterator::suspend<Exchange>([this, request = std::move(request)](Resume resume) mutable {
    begin(std::move(request), std::move(resume));
  });
}

void UdpUpstream::begin(iterator::UpstreamRequest request, Resume resume) {
  if (cancelled_) return resume(Exchange(ExchangeOutcome::cancelled));
  if (free_.empty()) {
    all_.push_back(std::make_unique<Waiting>(*this));
    free_.reserve(all_.capacity());
    unsent_.reserve(all_.capacity());
    free_.push_back(all_.back().get());
  }
  auto& waiting = *free_.back();
  free_.pop_back();
  waiting.request = std::move(request);
  waiting.resume.emplace(std::move(resume));
  waiting.timer = 0;
  waiting.told_unreachable = false;
  waiting.sent = services_.clock.now();
  if (!services_.loop.in_turn()) return dispatch(waiting);
  waiting.is_unsent = true;
  unsent_.push_back(&waiting);
  if (unsent_.size() >= unsent_max) flush();
}

void UdpUpstream::flush() {
  if (flushes_) return;  // an exchange that ended at once has begun another
  flushes_ = true;
  try {
    for (std::size_t i = 0; i < unsent_.size(); ++i)
      if (unsent_[i]->is_unsent) dispatch(*unsent_[i]);
  } catch (...) {
    flushes_ = false;  // the rest goes out with the next turn's
    throw;
  }
  unsent_.clear();
  flushes_ = false;
}

UpstreamSockets::Opened UdpUpstream::open(Waiting& waiting, Port port) noexcept {
  const auto& server = waiting.request.server;
  try {
    return port == Port::any ? sockets_.open(server, waiting) : sockets_.open_new(server, waiting);
  } catch (const std::bad_alloc&) {
    return {nullptr, OpenFault::no_resources, 0};
  }
}

void UdpUpstream::dispatch(Waiting& waiting) {
  waiting.is_unsent = false;
  const auto opened = open(waiting, Port::any);
  services_.counters.upstream_port_retries.add(opened.retries);
  waiting.lease = opened.lease;
  services_.clock.look_again();
  const auto now = services_.clock.now();
  // The server is given its time whole, however long the query has waited for the others' company.
  const auto deadline = waiting.request.deadline + (now - waiting.sent);
  waiting.sent = now;
  if (waiting.lease == nullptr) {
    // Running out of descriptors is no fault of the server's and must not count against it.
    if (opened.fault == OpenFault::unreachable)
      return finish(waiting, Exchange(ExchangeOutcome::unreachable));
    services_.counters.upstream_no_descriptor.add();
    return finish(waiting, Exchange(ExchangeOutcome::cancelled));
  }
  services_.counters.upstream_udp.add();
  if (!send(waiting)) return finish(waiting, Exchange(ExchangeOutcome::unreachable));
  try {
    arm(waiting, deadline);
  } catch (const std::bad_alloc&) {
    finish(waiting, Exchange(ExchangeOutcome::cancelled));
  }
}

// False: there is no way to the server. A full queue is as good as a lost datagram.
bool UdpUpstream::send(Waiting& waiting) {
  const auto& message = waiting.request.message;
  for (;;) {
    auto& lease = *waiting.lease;
    lease.note_id(waiting.request.expected.id);
    const auto sent = ::send(lease.fd(), message.data(), message.size(), MSG_NOSIGNAL);
    if (sent >= 0 || errno == EAGAIN || errno == ENOBUFS || errno == ENOMEM || errno == EINTR)
      return true;
    if (lease.uses() == 1) return false;
    // An error of an earlier exchange, come late: it says nothing about this one.
    sockets_.close(&lease);
    waiting.lease = nullptr;
    waiting.lease = open(waiting, Port::new_one).lease;
    if (waiting.lease == nullptr) return false;
  }
}

void UdpUpstream::arm(Waiting& waiting, iterator::Time deadline) {
  waiting.timer = services_.timers.at(deadline, [&waiting] {
    waiting.timer = 0;
    waiting.owner_.finish(waiting, Exchange(waiting.told_unreachable ? ExchangeOutcome::unreachable
                                                                     : ExchangeOutcome::timed_out));
  });
}

// Whoever knows the four numbers of the socket can send an ICMP error, without seeing the query. So
// it is believed only when no response comes in the time for one (RFC 5927 §4, RFC 5452 §9).
void UdpUpstream::Waiting::on_events(std::uint32_t) {
  auto& buffer = owner_.buffer_;
  int errors = 0;
  while (resume) {
    SocketAddress from;
    socklen_t from_size = SocketAddress::capacity();
    const auto size =
        ::recvfrom(lease->fd(), buffer.data(), buffer.size(), 0, from.get(), &from_size);
    if (size < 0) {
      if (errno == EINTR) continue;
      if (errno == EAGAIN || errno == EWOULDBLOCK) return;
      told_unreachable = true;
      if (++errors > errors_per_event) return;
      continue;
    }
    const auto message = wire::Bytes(buffer).first(static_cast<std::size_t>(size));
    // What came between bind and connect is not of this server, and what answers an earlier query
    // from this port not this one's.
    if (from.endpoint() != request.server || answers_earlier_query(message)) {
      owner_.services_.counters.upstream_ignored.add();
      continue;
    }
    const auto verdict = iterator::judge(request.expected, message, false);
    if (verdict == iterator::MatchVerdict::ignored) {
      owner_.services_.counters.upstream_ignored.add();
      continue;
    }
    if (verdict == iterator::MatchVerdict::near_miss)
      return owner_.finish(*this, Exchange(ExchangeOutcome::near_miss));
    Exchange answered(ExchangeOutcome::answered);
    answered.response.assign(message.begin(), message.end());
    return owner_.finish(*this, std::move(answered));
  }
}

void UdpUpstream::finish(Waiting& waiting, Exchange exchange) {
  exchange.elapsed = services_.clock.now() - waiting.sent;
  if (waiting.timer != 0) services_.timers.cancel(waiting.timer);
  if (waiting.lease != nullptr) {
    if (exchange.outcome == ExchangeOutcome::answered)
      sockets_.give_back(waiting.lease);
    else
      sockets_.close(waiting.lease);
  }
  waiting.lease = nullptr;
  waiting.is_unsent = false;
  waiting.request.message.clear();
  // The coroutine goes on inside the call and may begin another exchange in the same place.
  Resume resume = std::move(*waiting.resume);
  waiting.resume.reset();
  free_.push_back(&waiting);
  resume(std::move(exchange));
}

void UdpUpstream::cancel_all() {
  cancelled_ = true;
  for (std::size_t i = 0; i < all_.size(); ++i)
    if (all_[i]->resume) finish(*all_[i], Exchange(ExchangeOutcome::cancelled));
}

}  // namespace godwit::daemon
