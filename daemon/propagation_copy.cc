#include "daemon/propagation_copy.h"

#include <algorithm>

#include "iterator/classify.h"
#include "iterator/scrub.h"

namespace godwit::daemon {
namespace {

using iterator::Answer;
using iterator::AnswerRRset;
using iterator::Question;
using State = CachedCopy::State;

void take_answer(const Answer& answer, const Question& question, cache::Time now,
                 CachedCopy& copy) {
  if (answer.is_local || answer.authoritative) {
    copy.state = State::local;
    return;
  }
  const auto own = std::ranges::find_if(
      answer.answer, [&](const AnswerRRset& part) { return part.set->owner() == question.name; });
  if (own != answer.answer.end()) {
    copy.state = State::data;
    copy.set = own->set;
    copy.left = own->expires - now;
    return;
  }
  const bool is_denial = answer.rcode == wire::Rcode::noerror;
  copy.state = is_denial ? State::nodata : State::nxdomain;
  for (const AnswerRRset& part : answer.authority)
    if (part.set->type() == wire::RrType::soa) copy.left = part.expires - now;
}

void take_failure(const WorkerReach& reach, const Question& question, cache::Time now,
                  CachedCopy& copy) {
  copy.state = State::failure;
  const auto failure = reach.shared->caches.failures.find(question.name, question.type, now);
  if (failure) copy.left = cache::Seconds(failure->seconds_left);
}

// The kept octets are of a message whose question ends where they begin.
std::vector<std::uint8_t> message_of(const cache::ReadyAnswer& ready, const Question& question,
                                     cache::Time now) {
  const wire::Bytes name = question.name.wire();
  const std::size_t type_at = wire::header_octets + name.size();
  const std::size_t body_at = type_at + 4;
  std::vector<std::uint8_t> message(body_at + ready.body_octets());
  message[2] = 0x81;
  message[3] = static_cast<std::uint8_t>(ready.rcode());
  wire::store_u16(message.data() + 4, 1);
  wire::store_u16(message.data() + 6, ready.answer_count());
  wire::store_u16(message.data() + 8, ready.authority_count());
  std::ranges::copy(name, message.begin() + wire::header_octets);
  wire::store_u16(message.data() + type_at, static_cast<std::uint16_t>(question.type));
  wire::store_u16(message.data() + type_at + 2, static_cast<std::uint16_t>(wire::RrClass::in));
  ready.write(message.data() + body_at, 0, now);
  return message;
}

// An answer that is kept ready outlives the sets that it was made of where these had to make room.
// Its end is known to the second only: what is remembered besides tells it better.
void take_ready(const WorkerReach& reach, const Question& question, cache::Time now,
                CachedCopy& copy) {
  const wire::Name name = question.name.to_lower();
  const std::uint64_t hash = reach.shared->hash.owner(name.wire());
  cache::PackedBuffer buffer;
  for (std::uint8_t variant = 0; variant < 4; ++variant) {
    const cache::PackedKey key{hash, name.wire(), static_cast<std::uint16_t>(question.type),
                               variant};
    const auto ready = reach.shared->caches.answers.find(key, now, buffer);
    if (!ready) continue;
    const iterator::Duration left = cache::Seconds(ready->seconds_left(now));
    if (copy.state != State::none && left <= copy.left + cache::Seconds(1)) continue;
    const auto message = message_of(*ready, question, now);
    const auto parsed = iterator::parse_response(message);
    if (!parsed) continue;
    iterator::AskedQuestion asked;
    asked.name = name;
    asked.type = question.type;
    asked.forwarded = true;
    const auto response = iterator::digest(*parsed, message, asked, reach.options->limits, 0);
    copy.left = left;
    copy.set = nullptr;
    for (const wire::RRsetPtr& set : response.answer)
      if (!copy.set && set->owner() == name) copy.set = set;
    const bool is_denied = ready->rcode() == wire::Rcode::nxdomain;
    copy.state = is_denied ? State::nxdomain : State::nodata;
    if (copy.set) copy.state = State::data;
  }
}

}  // namespace

CachedCopy look_at_copy(const WorkerReach& reach, const Question& question,
                        const wire::Name& zone) {
  CachedCopy copy;
  reach.seams.clock.look_again();
  const cache::Time now = reach.seams.clock.now();
  copy.taken_at = reach.seams.clock.wall();
  const auto answer = reach.resolver->try_cache(question);
  const bool is_answer =
      answer && !answer->stale &&
      (answer->rcode == wire::Rcode::noerror || answer->rcode == wire::Rcode::nxdomain);
  if (is_answer) {
    take_answer(*answer, question, now, copy);
  } else if (answer) {
    take_failure(reach, question, now, copy);
  }
  if (copy.state != State::local) take_ready(reach, question, now, copy);
  if (const auto held = reach.shared->caches.delegations.find(zone, now)) {
    copy.delegation = held->ns;
    copy.delegation_left = held->expires - now;
  }
  return copy;
}

}  // namespace godwit::daemon
