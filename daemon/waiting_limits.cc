// Keys are keyed hashes: a collision would only count two together, and nobody can make one.
#include "daemon/waiting_limits.h"

#include "daemon/access_control.h"

namespace godwit::daemon {
namespace {
constexpr unsigned ipv6_client_bits = 64;
}

wire::IpAddress counted_client(const wire::IpAddress& address) noexcept {
  return address.is_v4() ? address : network_of(address, ipv6_client_bits);
}

WaitingKey WaitingLimits::key_of(const wire::IpAddress& client,
                                 const iterator::Question& question) const noexcept {
  WaitingKey out;
  out.client = hash_(counted_client(client));
  const auto name = hash_(question.name, question.type);
  out.question = out.client ^ (name << 1 | name >> 63);
  return out;
}

WaitingVerdict WaitingLimits::enter(const WaitingKey& key, const WaitingMaxima& maxima) {
  const std::lock_guard lock(mutex_);
  if (total_ >= maxima.total) return WaitingVerdict::total_full;
  const auto client = clients_.find(key.client);
  if (client != clients_.end() && client->second >= maxima.per_client)
    return WaitingVerdict::client_full;
  const auto question = questions_.find(key.question);
  if (question != questions_.end() && question->second >= maxima.per_question)
    return WaitingVerdict::question_full;
  // Both places first, which may take memory; then the counting, which cannot fail.
  auto& of_client = clients_[key.client];
  auto& of_question = questions_[key.question];
  ++total_;
  ++of_client;
  ++of_question;
  return WaitingVerdict::admitted;
}

void WaitingLimits::leave(const WaitingKey& key) noexcept {
  const std::lock_guard lock(mutex_);
  --total_;
  take_one(clients_, key.client);
  take_one(questions_, key.question);
}

void WaitingLimits::take_one(Counts& counts, std::uint64_t key) noexcept {
  const auto found = counts.find(key);
  if (found != counts.end() && --found->second == 0) counts.erase(found);
}

}  // namespace godwit::daemon
