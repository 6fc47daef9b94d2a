// recvmmsg around QueryService: the queries of a batch are first all read and their answers looked
// for in memory, then answered one after the other where they are sent from.
#include "daemon/udp_listener.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

namespace godwit::daemon {
namespace {

constexpr std::size_t batch = 64;
constexpr unsigned batches_per_event = 8;  // then other sockets have their turn
// Longer queries are no use to anybody; their beginning is enough to say so.
constexpr std::size_t query_octets_max = 4096;

}  // namespace

struct UdpListener::Batch {
  struct In {
    std::array<std::uint8_t, query_octets_max> octets;
    SocketAddress peer;
    alignas(cmsghdr) std::array<std::uint8_t, control_octets_max> control;
  };
  std::array<mmsghdr, batch> headers;
  std::array<iovec, batch> vectors;
  std::array<ReadyQuery, batch> queries;
  std::array<In, batch> in;

  [[nodiscard]] wire::Bytes message(std::size_t index) const noexcept {
    return wire::Bytes(in[index].octets).first(headers[index].msg_len);
  }
  [[nodiscard]] bool is_cut_off(std::size_t index) const noexcept {
    return (headers[index].msg_hdr.msg_flags & MSG_TRUNC) != 0;
  }
};

UdpListener::UdpListener(const Services& services, Fd fd, const wire::Endpoint& local, bool shared)
    : services_(services),
      fd_(std::move(fd)),
      packet_info_(is_wildcard(local.address)),
      in_(std::make_unique<Batch>()),
      outgoing_(fd_.get(), services.counters, services.log) {
  for (std::size_t i = 0; i < batch; ++i) {
    auto& in = in_->in[i];
    in_->vectors[i] = {in.octets.data(), query_octets_max};
    auto& header = in_->headers[i].msg_hdr;
    header.msg_name = in.peer.get();
    header.msg_namelen = SocketAddress::capacity();
    header.msg_iov = &in_->vectors[i];
    header.msg_iovlen = 1;
    if (packet_info_) header.msg_control = in.control.data();
    if (packet_info_) header.msg_controllen = control_octets_max;
  }
  const std::uint32_t exclusive = shared ? std::uint32_t{EPOLLEXCLUSIVE} : 0u;
  if (!services_.loop.add(fd_.get(), EPOLLIN | exclusive, *this)) {
    services_.log.error("listen-failed",
                        {{"address", local.to_text()}, {"reason", std::strerror(errno)}});
    reading_ = false;
  }
}

UdpListener::~UdpListener() {
  close();
}

void UdpListener::stop_reading() {
  if (!reading_) return;
  on_events(EPOLLIN);
  services_.loop.remove(fd_.get(), *this);
  reading_ = false;
  flush();
}

void UdpListener::close() {
  if (reading_) services_.loop.remove(fd_.get(), *this);
  reading_ = false;
  if (fd_.valid()) flush();
  fd_.reset();
}

void UdpListener::on_events(std::uint32_t) {
  for (unsigned i = 0; i < batches_per_event; ++i)
    if (receive() < batch) return;
}

std::size_t UdpListener::receive() {
  // An error is of a datagram sent before (ICMP) and says nothing about those that wait.
  const int received = ::recvmmsg(fd_.get(), in_->headers.data(), batch, MSG_DONTWAIT, nullptr);
  if (received <= 0) return 0;
  const auto count = static_cast<std::size_t>(received);
  answer_ready(count);
  for (std::size_t i = 0; i < count; ++i) {
    auto& header = in_->headers[i].msg_hdr;
    if (!in_->queries[i].answered) take(i);
    // As the next call is to find it: the kernel has written what it used.
    header.msg_namelen = SocketAddress::capacity();
    if (packet_info_) header.msg_controllen = control_octets_max;
  }
  return count;
}

// Those whose answers are ready made.
void UdpListener::answer_ready(std::size_t count) {
  auto& queries = services_.queries;
  for (std::size_t i = 0; i < count; ++i)
    queries.prepare(in_->message(i), in_->is_cut_off(i), in_->queries[i]);
  for (std::size_t i = 0; i < count; ++i)
    if (in_->queries[i].may_be_ready) queries.fetch(in_->queries[i]);
  const auto moment = queries.moment();
  std::size_t answered = 0;
  if (hits_unsent_ == 0) read_at_ = moment.now;
  for (std::size_t i = 0; i < count; ++i) {
    auto& query = in_->queries[i];
    const auto& peer = in_->in[i].peer;
    if (!query.may_be_ready) continue;
    const auto from = peer.endpoint();
    if (!from) continue;
    if (!outgoing_.has_room()) flush();
    const Client client{*from};
    const auto answer = queries.answer_ready(query, client, moment, outgoing_.room());
    if (answer.message.empty()) continue;
    const auto info = packet_info_ ? read_packet_info(in_->headers[i].msg_hdr) : PacketInfo();
    outgoing_.add(answer.message.size(), answer.rcode, peer, info);
    query.answered = true;
    ++answered;
    ++hits_unsent_;
  }
  services_.counters.queries_received.add(answered);
  services_.counters.hits[static_cast<std::size_t>(HitKind::ready)].add(answered);
  services_.counters.answered_at_once.add(answered);
}

void UdpListener::take(std::size_t index) {
  auto& in = in_->in[index];
  const auto peer = in.peer.endpoint();
  if (!peer) {
    services_.counters.queries_received.add();
    services_.counters.asked(false, no_type);
    services_.counters.dropped(DropCause::unreadable_sender);
    return;
  }
  ReplyRoute route;
  route.sink = this;
  route.peer = in.peer;
  if (packet_info_) route.info = read_packet_info(in_->headers[index].msg_hdr);
  Client client;
  client.peer = *peer;
  if (!outgoing_.has_room()) flush();
  // An answer may be given before handle() returns, but only if one is owed.
  ++owed_;
  const auto handled = services_.queries.handle_unready(in_->message(index), in_->is_cut_off(index),
                                                        client, route, outgoing_.room());
  if (handled.fate != QueryService::Fate::waiting) --owed_;
  if (handled.is_hit) ++hits_unsent_;
  if (handled.fate == QueryService::Fate::answered)
    outgoing_.add(handled.answer.size(), handled.rcode, route.peer, route.info);
}

void UdpListener::reply(const ReplyRoute& route, wire::Bytes message, wire::Rcode rcode) {
  if (!fd_.valid() || message.size() > udp_answer_octets_max) {
    if (!message.empty()) services_.counters.dropped(DropCause::send_failed);
  } else if (!message.empty()) {
    if (!outgoing_.has_room()) flush();
    std::memcpy(outgoing_.room().data(), message.data(), message.size());
    outgoing_.add(message.size(), rcode, route.peer, route.info);
  }
  --owed_;
  if (!services_.loop.in_turn()) flush();
}

void UdpListener::flush() {
  outgoing_.flush();
  if (hits_unsent_ > 0) services_.queries.note_hits_sent(read_at_, std::exchange(hits_unsent_, 0));
  if (!reading_ && owed_ == 0) fd_.reset();
}

}  // namespace godwit::daemon
