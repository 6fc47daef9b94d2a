#include "tests/sim/network.h"

#include <utility>

namespace godwit::sim {

using iterator::Exchange;
using iterator::ExchangeOutcome;
using iterator::MatchVerdict;
using iterator::Transport;

void Network::attach(const wire::IpAddress& address, std::shared_ptr<Server> server) {
  servers_[address] = std::move(server);
}

void Network::detach(const wire::IpAddress& address) {
  servers_.erase(address);
}

void Network::attach_everywhere_else(std::shared_ptr<Server> server) {
  elsewhere_ = std::move(server);
}

iterator::Task<Exchange> Network::exchange(iterator::UpstreamRequest request) {
  return iterator::suspend<Exchange>(
      [this, request = std::move(request)](iterator::Resume<Exchange> resume) mutable {
        start(std::move(request), std::move(resume));
      });
}

void Network::start(iterator::UpstreamRequest request, iterator::Resume<Exchange> resume) {
  const std::uint64_t id = ++last_id_;
  ++queries_sent_;
  ++sent_to_[request.server.address];
  Pending pending{
      {request.server, request.transport, simulation_.now(), std::move(request.message)},
      std::move(request.expected),
      std::move(resume),
      request.deadline};
  if (keep_log_) log_.push_back(pending.arrival);
  count_identical(pending);
  std::vector<Reply> replies = ask_server(pending.arrival);
  pending.timer = simulation_.happen_at(request.deadline,
                                        [this, id] { end(id, ExchangeOutcome::timed_out, {}); });
  pending_.emplace(id, std::move(pending));
  for (Reply& reply : replies) {
    const Time when = simulation_.now() + reply.delay;
    simulation_.happen_at(when, [this, id, r = std::move(reply)] { deliver(id, r); });
  }
}

std::vector<Reply> Network::ask_server(const Arrival& arrival) {
  const auto found = servers_.find(arrival.server.address);
  Server* server = found != servers_.end() ? found->second.get() : elsewhere_.get();
  std::vector<Reply> replies;
  if (server != nullptr) replies = server->respond(arrival);
  if (weather_) weather_(arrival, replies);
  return replies;
}

void Network::count_identical(const Pending& pending) {
  std::size_t same = 1;
  for (const auto& [id, other] : pending_)
    same += other.expected.name == pending.expected.name &&
            other.expected.type == pending.expected.type &&
            other.arrival.server == pending.arrival.server;
  identical_max_ = std::max(identical_max_, same);
}

void Network::deliver(std::uint64_t id, const Reply& reply) {
  const auto found = pending_.find(id);
  if (found == pending_.end() || reply.misdirected) return;
  if (reply.kind == Reply::Kind::unreachable) return end(id, ExchangeOutcome::unreachable, {});
  const bool tcp = found->second.arrival.transport == Transport::tcp;
  switch (iterator::judge(found->second.expected, reply.octets, tcp)) {
    case MatchVerdict::accepted:
      return end(id, ExchangeOutcome::answered, reply.octets);
    case MatchVerdict::near_miss:
      if (!tcp) end(id, ExchangeOutcome::near_miss, {});
      return;
    case MatchVerdict::ignored:
      return;
  }
}

void Network::end(std::uint64_t id, ExchangeOutcome outcome, Octets response) {
  const auto found = pending_.find(id);
  if (found == pending_.end()) return;
  simulation_.cancel(found->second.timer);
  Exchange exchange(outcome);
  exchange.response = std::move(response);
  exchange.elapsed = simulation_.now() - found->second.arrival.at;
  iterator::Resume<Exchange> resume = std::move(found->second.resume);
  pending_.erase(found);
  resume(std::move(exchange));
}

std::uint64_t Network::queries_to(const wire::IpAddress& address) const {
  const auto found = sent_to_.find(address);
  return found == sent_to_.end() ? 0 : found->second;
}

bool Network::deliver_to(const Wanted& wanted, const std::function<Octets(const Arrival&)>& make) {
  for (const auto& [id, pending] : pending_) {
    if (!wanted(pending.arrival)) continue;
    Reply reply(Duration{}, make(pending.arrival));
    deliver(id, reply);
    return true;
  }
  return false;
}

std::optional<Time> Network::earliest_deadline() const {
  std::optional<Time> earliest;
  for (const auto& [id, pending] : pending_)
    if (!earliest || pending.deadline < *earliest) earliest = pending.deadline;
  return earliest;
}

void Network::cancel_all() {
  while (!pending_.empty()) end(pending_.begin()->first, ExchangeOutcome::cancelled, {});
}

}  // namespace godwit::sim
