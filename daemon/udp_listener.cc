// recvmmsg and sendmmsg around QueryService::handle. Answers given at once are written where they
// are sent from.
#include "daemon/udp_listener.h"

#include <array>
#include <cerrno>
#include <cstring>

namespace godwit::daemon {
namespace {

constexpr std::size_t batch = 32;
constexpr unsigned batches_per_event = 8;  // then other sockets have their turn
// Longer queries are no use to anybody; their beginning is enough to say so.
constexpr std::size_t query_octets_max = 4096;
constexpr std::size_t answer_octets_max = 4096;
constexpr std::size_t control_octets = 64;

template <class Info>
void put_packet_info(msghdr& header, int level, int type, const Info& info) noexcept {
  header.msg_controllen = CMSG_SPACE(sizeof(Info));
  auto* const control = CMSG_FIRSTHDR(&header);
  control->cmsg_level = level;
  control->cmsg_type = type;
  control->cmsg_len = CMSG_LEN(sizeof(Info));
  std::memcpy(CMSG_DATA(control), &info, sizeof info);
}

// The address that a datagram was sent to, from its control message.
void read_packet_info(msghdr& header, ReplyRoute& route) noexcept {
  for (auto* c = CMSG_FIRSTHDR(&header); c != nullptr; c = CMSG_NXTHDR(&header, c)) {
    if (c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_PKTINFO) {
      in_pktinfo info;
      std::memcpy(&info, CMSG_DATA(c), sizeof info);
      sockaddr_in address{};
      address.sin_family = AF_INET;
      address.sin_addr = info.ipi_spec_dst;
      std::memcpy(route.local.get(), &address, sizeof address);
      route.has_local = true;
    } else if (c->cmsg_level == IPPROTO_IPV6 && c->cmsg_type == IPV6_PKTINFO) {
      in6_pktinfo info;
      std::memcpy(&info, CMSG_DATA(c), sizeof info);
      sockaddr_in6 address{};
      address.sin6_family = AF_INET6;
      address.sin6_addr = info.ipi6_addr;
      std::memcpy(route.local.get(), &address, sizeof address);
      // Elsewhere routing chooses the interface, which need not be the one that was asked.
      if (IN6_IS_ADDR_LINKLOCAL(&info.ipi6_addr)) route.interface_index = info.ipi6_ifindex;
      route.has_local = true;
    }
  }
}

void write_packet_info(const ReplyRoute& route, msghdr& header) noexcept {
  if (route.local.family() == AF_INET) {
    sockaddr_in address;
    std::memcpy(&address, route.local.get(), sizeof address);
    in_pktinfo info{};
    info.ipi_spec_dst = address.sin_addr;
    put_packet_info(header, IPPROTO_IP, IP_PKTINFO, info);
  } else {
    sockaddr_in6 address;
    std::memcpy(&address, route.local.get(), sizeof address);
    in6_pktinfo info{};
    info.ipi6_addr = address.sin6_addr;
    info.ipi6_ifindex = route.interface_index;
    put_packet_info(header, IPPROTO_IPV6, IPV6_PKTINFO, info);
  }
}

}  // namespace

struct UdpListener::Batches {
  struct In {
    SocketAddress peer;
    std::array<std::uint8_t, query_octets_max> octets;
    alignas(cmsghdr) std::array<std::uint8_t, control_octets> control;
  };
  struct Out {
    SocketAddress peer;
    std::uint16_t rcode;
    std::array<std::uint8_t, answer_octets_max> octets;
    alignas(cmsghdr) std::array<std::uint8_t, control_octets> control;
  };
  std::array<mmsghdr, batch> in_headers;
  std::array<iovec, batch> in_vectors;
  std::array<mmsghdr, batch> out_headers;
  std::array<iovec, batch> out_vectors;
  std::array<In, batch> in;
  std::array<Out, batch> out;
};

UdpListener::UdpListener(const Services& services, Fd fd, const wire::Endpoint& local, bool shared)
    : services_(services),
      fd_(std::move(fd)),
      packet_info_(is_wildcard(local.address)),
      batches_(std::make_unique<Batches>()) {
  for (std::size_t i = 0; i < batch; ++i) {
    batches_->in_vectors[i] = {batches_->in[i].octets.data(), query_octets_max};
    batches_->out_vectors[i].iov_base = batches_->out[i].octets.data();
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
  auto& headers = batches_->in_headers;
  for (std::size_t i = 0; i < batch; ++i) {
    auto& header = headers[i].msg_hdr;
    header = {};
    header.msg_name = batches_->in[i].peer.get();
    header.msg_namelen = SocketAddress::capacity();
    header.msg_iov = &batches_->in_vectors[i];
    header.msg_iovlen = 1;
    if (packet_info_) {
      header.msg_control = batches_->in[i].control.data();
      header.msg_controllen = control_octets;
    }
  }
  // An error is of a datagram sent before (ICMP) and says nothing about those that wait.
  const int count = ::recvmmsg(fd_.get(), headers.data(), batch, MSG_DONTWAIT, nullptr);
  if (count <= 0) return 0;
  for (std::size_t i = 0; i < static_cast<std::size_t>(count); ++i) take(i);
  return static_cast<std::size_t>(count);
}

void UdpListener::take(std::size_t index) {
  auto& in = batches_->in[index];
  auto& header = batches_->in_headers[index];
  const auto peer = in.peer.endpoint();
  if (!peer) {
    services_.counters.queries_received.add();
    services_.counters.dropped(DropCause::unreadable_sender);
    return;
  }
  ReplyRoute route;
  route.sink = this;
  route.peer = in.peer;
  if (packet_info_) read_packet_info(header.msg_hdr, route);
  Client client;
  client.peer = *peer;
  const auto message = wire::Bytes(in.octets).first(header.msg_len);
  const bool cut_off = (header.msg_hdr.msg_flags & MSG_TRUNC) != 0;
  if (outgoing_ == batch) flush();
  auto& out = batches_->out[outgoing_];
  // An answer may be given before handle() returns, but only if one is owed.
  ++owed_;
  const auto handled = services_.queries.handle(message, cut_off, client, route, out.octets);
  if (handled.fate != QueryService::Fate::waiting) --owed_;
  if (handled.fate == QueryService::Fate::answered) push(route, handled.answer, handled.rcode);
}

void UdpListener::push(const ReplyRoute& route, wire::Bytes message, wire::Rcode rcode) {
  auto& out = batches_->out[outgoing_];
  out.peer = route.peer;
  out.rcode = static_cast<std::uint16_t>(rcode);
  batches_->out_vectors[outgoing_].iov_len = message.size();
  auto& header = batches_->out_headers[outgoing_].msg_hdr;
  header = {};
  header.msg_name = out.peer.get();
  header.msg_namelen = out.peer.size();
  header.msg_iov = &batches_->out_vectors[outgoing_];
  header.msg_iovlen = 1;
  if (route.has_local) {
    header.msg_control = out.control.data();
    write_packet_info(route, header);
  }
  if ((message[2] & 0x02) != 0) services_.counters.answers_truncated.add();
  ++outgoing_;
}

void UdpListener::reply(const ReplyRoute& route, wire::Bytes message, wire::Rcode rcode) {
  if (!fd_.valid() || message.size() > answer_octets_max) {
    if (!message.empty()) services_.counters.dropped(DropCause::send_failed);
  } else if (!message.empty()) {
    if (outgoing_ == batch) flush();
    std::memcpy(batches_->out[outgoing_].octets.data(), message.data(), message.size());
    push(route, message, rcode);
  }
  --owed_;
  if (!services_.loop.in_turn()) flush();
}

// A reply that the system refuses is dropped, the rest of the batch goes on.
void UdpListener::flush() {
  auto& counters = services_.counters;
  std::size_t done = 0;
  while (done < outgoing_) {
    const int sent = ::sendmmsg(fd_.get(), batches_->out_headers.data() + done,
                                static_cast<unsigned>(outgoing_ - done), MSG_DONTWAIT);
    if (sent < 0 && errno == EINTR) continue;
    if (sent <= 0) {
      counters.dropped(DropCause::send_failed);
      services_.log.noisy("reply-failed", {{"reason", std::strerror(errno)}});
      ++done;
      continue;
    }
    for (int i = 0; i < sent; ++i) counters.answered(batches_->out[done++].rcode);
  }
  outgoing_ = 0;
  if (!reading_ && owed_ == 0) fd_.reset();
}

}  // namespace godwit::daemon
