// The system calls of one UDP exchange, but for send and receive.
#include "daemon/upstream_sockets.h"

#include <netinet/in.h>

#include <algorithm>
#include <cerrno>

namespace godwit::daemon {
namespace {

constexpr std::uint16_t dns_port = 53;

bool set_option(int fd, int level, int option, int value) noexcept {
  return ::setsockopt(fd, level, option, &value, sizeof value) == 0;
}

// Fragments are what forged answers are smuggled in by, and path MTU is what ICMP lies about: send
// small, never fragment for IPv6, do not learn (RFC 9715 §3.1).
void set_fragmentation(int fd, int family) noexcept {
  if (family == AF_INET) {
    if (!set_option(fd, IPPROTO_IP, IP_MTU_DISCOVER, IP_PMTUDISC_OMIT))
      set_option(fd, IPPROTO_IP, IP_MTU_DISCOVER, IP_PMTUDISC_DONT);
  } else {
    set_option(fd, IPPROTO_IPV6, IPV6_MTU_DISCOVER, IPV6_PMTUDISC_OMIT);
    set_option(fd, IPPROTO_IPV6, IPV6_DONTFRAG, 1);
  }
}

bool is_taken(int error) noexcept {
  return error == EADDRINUSE || error == EAGAIN || error == EACCES;
}

bool is_for_want_of_descriptors(int error) noexcept {
  return error == EMFILE || error == ENFILE;
}

OpenFault fault_of(int error) noexcept {
  return is_for_want_of_descriptors(error) || error == ENOMEM || error == ENOBUFS || is_taken(error)
             ? OpenFault::no_resources
             : OpenFault::unreachable;
}

// Zero, or the error of the system.
int bind_to(int fd, int family, std::uint16_t port) noexcept {
  wire::Endpoint local;
  static constexpr std::array<std::uint8_t, 16> any{};
  if (family == AF_INET6) local.address = wire::IpAddress::v6(any);
  local.port = port;
  const SocketAddress address(local);
  return ::bind(fd, address.get(), address.size()) == 0 ? 0 : errno;
}

}  // namespace

bool UpstreamSockets::Lease::had_id(std::uint16_t id) const noexcept {
  const auto before = ids_.begin() + static_cast<std::ptrdiff_t>(uses_ - 1);
  return std::find(ids_.begin(), before, id) != before;
}

// What comes when nothing is owed is late, or not of the server: the port has done its service.
void UpstreamSockets::Lease::on_events(std::uint32_t events) {
  if (handler_ != nullptr) return handler_->on_events(events);
  owner_.unlink(*this);
  owner_.close(this);
}

UpstreamSockets::UpstreamSockets(const Surroundings& around)
    : around_(around), bucket_salt_(around.entropy.u64() | 1), buckets_(bucket_count) {}

UpstreamSockets::~UpstreamSockets() {
  if (sweep_ != 0) around_.timers.cancel(sweep_);
  for (const auto& lease : all_)
    if (lease->fd_.valid()) around_.loop.forget(*lease);
}

// Salted, since servers' addresses are chosen by those who own zones.
std::size_t UpstreamSockets::bucket_of(const wire::Endpoint& server) const noexcept {
  std::uint64_t hash = server.port;
  for (const std::uint8_t octet : server.address.octets()) {
    hash = (hash ^ octet) * bucket_salt_;
    hash ^= hash >> 29;
  }
  return hash % bucket_count;
}

UpstreamSockets::Lease* UpstreamSockets::take_idle(const wire::Endpoint& server) noexcept {
  for (auto* lease = buckets_[bucket_of(server)]; lease != nullptr;
       lease = lease->next_in_bucket_) {
    if (lease->server_ != server) continue;
    unlink(*lease);
    return lease;
  }
  return nullptr;
}

// Takes it out of the idle ones.
void UpstreamSockets::unlink(Lease& lease) noexcept {
  auto** place = &buckets_[bucket_of(lease.server_)];
  while (*place != &lease) place = &(*place)->next_in_bucket_;
  *place = lease.next_in_bucket_;
  (lease.older_ != nullptr ? lease.older_->newer_ : oldest_idle_) = lease.newer_;
  (lease.newer_ != nullptr ? lease.newer_->older_ : newest_idle_) = lease.older_;
  --idle_count_;
}

UpstreamSockets::Lease& UpstreamSockets::bare_lease() {
  if (bare_.empty()) {
    all_.push_back(std::make_unique<Lease>(*this));
    bare_.reserve(all_.capacity());  // close() may not fail
    bare_.push_back(all_.back().get());
  }
  return *bare_.back();
}

int UpstreamSockets::make_socket(Lease& lease, const SocketAddress& server) {
  constexpr int type = SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC;
  lease.fd_ = Fd(::socket(server.family(), type, IPPROTO_UDP));
  if (!lease.fd_.valid() && is_for_want_of_descriptors(errno) && idle_count_ > 0) {
    close_idle(iterator::Time::max());
    lease.fd_ = Fd(::socket(server.family(), type, IPPROTO_UDP));
  }
  if (!lease.fd_.valid()) return errno;
  set_fragmentation(lease.fd(), server.family());
  const int error = bind_to(lease.fd(), server.family(), draw_source_port(around_.entropy));
  if (error != 0) return error;
  if (::connect(lease.fd(), server.get(), server.size()) != 0) return errno;
  return around_.loop.add(lease.fd(), EPOLLIN | EPOLLET, lease) ? 0 : errno;
}

UpstreamSockets::Opened UpstreamSockets::open(const wire::Endpoint& server, EventHandler& handler) {
  auto* const lease = take_idle(server);
  if (lease == nullptr) return open_new(server, handler);
  ++lease->uses_;
  lease->handler_ = &handler;
  return {lease, OpenFault::none, 0};
}

UpstreamSockets::Opened UpstreamSockets::open_new(const wire::Endpoint& server,
                                                  EventHandler& handler) {
  const SocketAddress address(server);
  Opened out;
  for (; out.retries < port_draws_max; ++out.retries) {
    auto& lease = bare_lease();
    int error = make_socket(lease, address);
    if (error == 0 && refuse_own_ && leads_to_self(lease, server)) error = ENETUNREACH;
    if (error == 0) {
      bare_.pop_back();
      lease.server_ = server;
      lease.handler_ = &handler;
      lease.uses_ = 1;
      lease.opened_ = around_.clock.now();
      out.lease = &lease;
      return out;
    }
    lease.fd_.reset();
    out.fault = fault_of(error);
    if (!is_taken(error)) return out;
  }
  return out;
}

// A route to an address of this host gives the socket that same address as its own.
bool UpstreamSockets::leads_to_self(const Lease& lease, const wire::Endpoint& server) const {
  if (server.port != dns_port) return false;
  const auto local = local_endpoint(lease.fd());
  return local && local->address == server.address;
}

void UpstreamSockets::refuse_own_addresses(bool refuse) noexcept {
  refuse_own_ = refuse;
  close_idle(iterator::Time::max());
}

void UpstreamSockets::give_back(Lease* lease) noexcept {
  const auto now = around_.clock.now();
  if (lease->uses_ >= uses_max || now - lease->opened_ >= lifetime || idle_count_ >= idle_max)
    return close(lease);
  try {
    if (sweep_ == 0) sweep_ = around_.timers.at(now + idle_time / 2, [this] { sweep(); });
  } catch (const std::bad_alloc&) {
    return close(lease);
  }
  lease->handler_ = nullptr;
  lease->idle_since_ = now;
  auto*& first = buckets_[bucket_of(lease->server_)];
  lease->next_in_bucket_ = first;
  first = lease;
  lease->older_ = newest_idle_;
  lease->newer_ = nullptr;
  (newest_idle_ != nullptr ? newest_idle_->newer_ : oldest_idle_) = lease;
  newest_idle_ = lease;
  ++idle_count_;
}

void UpstreamSockets::sweep() {
  sweep_ = 0;
  const auto now = around_.clock.now();
  close_idle(now - idle_time);
  if (idle_count_ > 0) sweep_ = around_.timers.at(now + idle_time / 2, [this] { sweep(); });
}

void UpstreamSockets::close_idle(iterator::Time idle_since_before) noexcept {
  while (oldest_idle_ != nullptr && oldest_idle_->idle_since_ <= idle_since_before) {
    auto* const lease = oldest_idle_;
    unlink(*lease);
    close(lease);
  }
}

void UpstreamSockets::close(Lease* lease) noexcept {
  lease->handler_ = nullptr;
  around_.loop.forget(*lease);
  lease->fd_.reset();
  bare_.push_back(lease);
}

}  // namespace godwit::daemon
