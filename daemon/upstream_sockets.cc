#include "daemon/upstream_sockets.h"

#include <algorithm>
#include <cerrno>

#include "daemon/udp_socket.h"

namespace godwit::daemon {
namespace {

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

}  // namespace

bool UpstreamSockets::Lease::had_id(std::uint16_t id) const noexcept {
  const auto before = ids_.begin() + static_cast<std::ptrdiff_t>(uses_ - 1);
  return std::find(ids_.begin(), before, id) != before;
}

// What comes when nothing is owed is late, or not of the server: the port has done its service.
void UpstreamSockets::Lease::on_events(std::uint32_t events) {
  if (handler_ != nullptr) return handler_->on_events(events);
  if (port_.port() == 0) return;  // spare: read when it is taken
  owner_.unlink(*this);
  owner_.shut(*this);
}

UpstreamSockets::UpstreamSockets(const Surroundings& around)
    : around_(around), bucket_salt_(around.entropy.u64() | 1), buckets_(bucket_count) {}

std::size_t UpstreamSockets::idle_max_of(std::size_t workers, std::size_t descriptors) noexcept {
  constexpr std::size_t ports = source_port_max - source_port_min + 1;
  constexpr std::size_t share = 4, least = 16;
  return std::clamp(std::min(descriptors, ports) / share / std::max<std::size_t>(workers, 1), least,
                    idle_max);
}

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
  auto* const previous = lease.previous_in_bucket_;
  auto* const next = lease.next_in_bucket_;
  (previous != nullptr ? previous->next_in_bucket_ : buckets_[bucket_of(lease.server_)]) = next;
  if (next != nullptr) next->previous_in_bucket_ = previous;
  (lease.older_ != nullptr ? lease.older_->newer_ : oldest_idle_) = lease.newer_;
  (lease.newer_ != nullptr ? lease.newer_->older_ : newest_idle_) = lease.older_;
  --idle_count_;
}

UpstreamSockets::Lease& UpstreamSockets::bare_lease() {
  if (bare_.empty()) {
    all_.push_back(std::make_unique<Lease>(*this));
    bare_.reserve(all_.capacity());  // neither shut() nor keep_as_spare() may fail
    for (auto& spare : spare_) spare.reserve(std::min(all_.capacity(), spare_max));
    bare_.push_back(all_.back().get());
  }
  return *bare_.back();
}

// Without a port, and in the set of the loop for as long as it is open.
UpstreamSockets::Made UpstreamSockets::new_socket(bool v6) {
  Fd fd = udp_socket(v6);
  if (!fd.valid() && is_for_want_of_descriptors(errno) && idle_count_ + spare() > 0) {
    close_idle(iterator::Time::max(), idle_max);
    for (const bool either : {false, true}) shut_spare(either, spare_max);
    fd = udp_socket(v6);
  }
  if (!fd.valid()) return {nullptr, errno};
  auto& lease = bare_lease();
  if (!around_.loop.add(fd.get(), EPOLLIN | EPOLLET, lease)) return {nullptr, errno};
  bare_.pop_back();
  lease.fd_ = std::move(fd);
  lease.v6_ = v6;
  return {&lease, 0};
}

UpstreamSockets::Made UpstreamSockets::take_spare(bool v6) {
  auto& spare = spare_[v6 ? 1 : 0];
  auto& all_along = spare_all_along_[v6 ? 1 : 0];
  while (!spare.empty()) {
    auto& lease = *spare.back();
    spare.pop_back();
    all_along = std::min(all_along, spare.size());
    if (drain(lease.fd())) return {&lease, 0};
    shut(lease);
  }
  return new_socket(v6);
}

// Neither lease nor error: this port is not lent. `refused`: or is somebody else's just now.
UpstreamSockets::Made UpstreamSockets::borrow(PortClaim& port, const wire::Endpoint& server,
                                              bool& refused) {
  const auto made = take_spare(!server.address.is_v4());
  if (made.lease == nullptr) return made;
  auto& lease = *made.lease;
  if (!ask_for_port(lease.fd(), port.port())) {
    lent_ports_.give_up();
    shut(lease);
    return {};
  }
  lease.lent_ = true;
  int error = connect_to(lease.fd(), server);
  if (error == EAGAIN || error == EADDRINUSE) {
    refused = true;
    keep_as_spare(lease);
    return {};
  }
  const auto local = error == 0 ? local_endpoint(lease.fd()) : std::nullopt;
  if (local && local->port != port.port()) {
    lent_ports_.learn(port.port(), local->port);
    keep_as_spare(lease);
    return {};
  }
  if (error == 0 && !local) error = ENOMEM;
  if (error == 0 && may_be_self(server) && local->address == server.address) error = ENETUNREACH;
  if (error == 0) {
    lease.port_ = std::move(port);
    return made;
  }
  keep_as_spare(lease);
  return {nullptr, error};
}

UpstreamSockets::Made UpstreamSockets::make(PortClaim port, const wire::Endpoint& server) {
  bool refused = false;
  if (lent_ports_.may_have(port.port())) {
    const auto made = borrow(port, server, refused);
    if (made.lease != nullptr || made.error != 0) return made;
  }
  auto made = new_socket(!server.address.is_v4());
  if (made.lease == nullptr) return made;
  auto& lease = *made.lease;
  lease.lent_ = false;
  made.error = bind_to(lease.fd(), lease.v6_, port.port());
  // Free, and yet not lent: reserved. Whose it is just now may give it back.
  if (made.error == 0 && refused) lent_ports_.leave_out(port.port());
  if (made.error == 0) made.error = connect_to(lease.fd(), server);
  if (made.error == 0 && may_be_self(server)) {
    const auto local = local_endpoint(lease.fd());
    if (local && local->address == server.address) made.error = ENETUNREACH;
  }
  if (made.error == 0) {
    lease.port_ = std::move(port);
    return made;
  }
  shut(lease);
  return {nullptr, made.error};
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
  Opened out;
  for (; out.retries < port_draws_max; ++out.retries) {
    auto port = PortClaim::make(draw_source_port(around_.entropy));
    const auto made = port.port() != 0 ? make(std::move(port), server) : Made{nullptr, EADDRINUSE};
    if (made.lease != nullptr) {
      made.lease->server_ = server;
      made.lease->handler_ = &handler;
      made.lease->uses_ = 1;
      made.lease->opened_ = around_.clock.now();
      out.lease = made.lease;
      out.fault = OpenFault::none;
      return out;
    }
    out.fault = fault_of(made.error);
    if (!is_taken(made.error)) return out;
    // Idle sockets of ours may be what holds the ports.
    if (out.retries == port_draws_max / 2) close_idle(iterator::Time::max(), idle_count_ / 2);
  }
  return out;
}

// A route to an address of this host then gives the socket that same address as its own.
bool UpstreamSockets::may_be_self(const wire::Endpoint& server) const noexcept {
  return refuse_own_ && server.port == dns_port;
}

void UpstreamSockets::refuse_own_addresses(bool refuse) noexcept {
  refuse_own_ = refuse;
  close_idle(iterator::Time::max(), idle_max);
}

void UpstreamSockets::give_back(Lease* lease) noexcept {
  const auto now = around_.clock.now();
  if (lease->uses_ >= uses_max || now - lease->opened_ >= lifetime ||
      !plan_sweep(now + idle_time / 2))
    return close(lease);
  if (idle_count_ >= around_.idle_max) close_idle(iterator::Time::max(), 1);
  lease->handler_ = nullptr;
  lease->idle_since_ = now;
  auto*& first = buckets_[bucket_of(lease->server_)];
  lease->next_in_bucket_ = first;
  lease->previous_in_bucket_ = nullptr;
  if (first != nullptr) first->previous_in_bucket_ = lease;
  first = lease;
  lease->older_ = newest_idle_;
  lease->newer_ = nullptr;
  (newest_idle_ != nullptr ? newest_idle_->newer_ : oldest_idle_) = lease;
  newest_idle_ = lease;
  ++idle_count_;
}

// False when there is no memory for it.
bool UpstreamSockets::plan_sweep(iterator::Time when) noexcept {
  if (sweep_ != 0) return true;
  try {
    sweep_ = around_.timers.at(when, [this] { sweep(); });
  } catch (const std::bad_alloc&) {
    return false;
  }
  return true;
}

void UpstreamSockets::sweep() {
  const auto now = around_.clock.now();
  sweep_some(now);
  sweep_ = 0;
  plan_next_sweep(now);
}

void UpstreamSockets::end_turn() noexcept {
  if (!sweeps_on_) return;
  const auto now = around_.clock.now();
  sweep_some(now);
  if (sweeps_on_) return;
  around_.timers.cancel(sweep_);
  sweep_ = 0;
  plan_next_sweep(now);
}

void UpstreamSockets::sweep_some(iterator::Time now) noexcept {
  std::size_t left = sweep_sockets_max;
  left -= close_idle(now - idle_time, left);
  for (const bool v6 : {false, true})
    left -= shut_spare(v6, std::min(left, spare_all_along_[v6 ? 1 : 0]));
  sweeps_on_ = left == 0;
  for (const bool v6 : {false, true})
    if (!sweeps_on_) spare_all_along_[v6 ? 1 : 0] = spare_[v6 ? 1 : 0].size();
}

void UpstreamSockets::plan_next_sweep(iterator::Time now) noexcept {
  if (idle_count_ + spare() == 0) return;
  (void)plan_sweep(now + (sweeps_on_ ? iterator::Duration(sweep_pause) : idle_time / 2));
}

// Those that have been idle longest; returns how many.
std::size_t UpstreamSockets::close_idle(iterator::Time idle_since_before,
                                        std::size_t count_max) noexcept {
  std::size_t count = 0;
  for (; count < count_max && oldest_idle_ != nullptr; ++count) {
    auto* const lease = oldest_idle_;
    if (lease->idle_since_ > idle_since_before) break;
    unlink(*lease);
    close(lease);
  }
  return count;
}

void UpstreamSockets::close(Lease* lease) noexcept {
  if (lease->lent_)
    keep_as_spare(*lease);
  else
    shut(*lease);
}

void UpstreamSockets::keep_as_spare(Lease& lease) noexcept {
  auto& spare = spare_[lease.v6_ ? 1 : 0];
  if (spare.size() >= std::min(spare_max, around_.idle_max) ||
      !plan_sweep(around_.clock.now() + idle_time / 2) || !disconnect(lease.fd()))
    return shut(lease);
  around_.loop.forget(lease);
  lease.handler_ = nullptr;
  lease.port_.reset();
  spare.push_back(&lease);
}

void UpstreamSockets::shut(Lease& lease) noexcept {
  lease.handler_ = nullptr;
  around_.loop.forget(lease);
  lease.fd_.reset();
  lease.port_.reset();
  bare_.push_back(&lease);
}

// The longest unused ones; returns how many.
std::size_t UpstreamSockets::shut_spare(bool v6, std::size_t count_max) noexcept {
  auto& spare = spare_[v6 ? 1 : 0];
  auto& all_along = spare_all_along_[v6 ? 1 : 0];
  const std::size_t count = std::min(count_max, spare.size());
  const auto end = spare.begin() + static_cast<std::ptrdiff_t>(count);
  std::for_each(spare.begin(), end, [this](Lease* lease) { shut(*lease); });
  spare.erase(spare.begin(), end);
  all_along -= std::min(all_along, count);
  return count;
}

}  // namespace godwit::daemon
