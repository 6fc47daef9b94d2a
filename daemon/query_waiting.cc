// Queries that wait for the walk: admitted within limits, answered when it is done or when the time
// for an answer is over, while the walk goes on for the cache's sake.
#include "daemon/query_slot.h"
#include "wire/name_text.h"
#include "wire/rdata_text.h"

namespace godwit::daemon {
namespace {

// A full table makes room for a new query at the cost of the oldest, once that has had this long:
// names that are slow to resolve must not lock the others out.
constexpr std::chrono::milliseconds jostle_after{200};

constexpr Refusal too_many{wire::Rcode::servfail, wire::EdeCode::other,
                           "too many queries are waiting"};
constexpr Refusal too_many_yours{wire::Rcode::servfail, wire::EdeCode::other,
                                 "too many queries of this client are waiting"};
constexpr Refusal too_late{wire::Rcode::servfail, wire::EdeCode::no_reachable_authority,
                           "no answer within the time for one; the search goes on"};
constexpr Refusal internal_error{wire::Rcode::servfail, wire::EdeCode::other, "internal error"};

}  // namespace

QueryService::Handled QueryService::wait(const RequestContext& context, iterator::CachedPart cached,
                                         const Client& client, const ReplyRoute& route,
                                         wire::MutableBytes out) {
  const auto key = services_.limits.key_of(client.peer.address, context.question);
  auto maxima = policy_.maxima;
  const bool proven = client.over_tcp || is_loopback(client.peer.address) ||
                      context.cookie_verdict == CookieVerdict::valid ||
                      context.cookie_verdict == CookieVerdict::valid_but_old;
  // Ten for a question bound what a forged sender is made to receive; the host that a forwarder
  // runs on, or many users behind one address, ask the same name at once with good reason.
  if (proven) maxima.per_client = maxima.per_question = policy_.per_client_proven;
  switch (admit(key, maxima)) {
    case WaitingVerdict::admitted:
      break;
    case WaitingVerdict::total_full:
      return refuse(context, too_many, client, out);
    case WaitingVerdict::client_full:
      // A forged sender gets nothing at all, one that proved itself learns why.
      return proven ? refuse(context, too_many_yours, client, out)
                    : drop(DropCause::waiting_client);
    case WaitingVerdict::question_full:
      return proven ? refuse(context, too_many_yours, client, out)
                    : drop(DropCause::waiting_question);
  }
  Ticket ticket;
  try {
    note_miss(context.question);
    ticket = take_slot(context, client, route);
  } catch (...) {
    services_.limits.leave(key);
    throw;
  }
  auto& slot = *slots_[ticket.index];
  slot.key = key;
  try {
    if (deadline_ == 0) arm_deadline();
    arm_stale();
    start(ticket,
          context.prefix ? question_behind(context.question, *context.prefix) : context.question,
          cached);
  } catch (const std::exception& error) {
    services_.counters.exceptions.add();
    break_off(ticket, error.what());
  }
  return {Fate::waiting, {}, {}};
}

WaitingVerdict QueryService::admit(const WaitingKey& key, const WaitingMaxima& maxima) {
  auto verdict = services_.limits.enter(key, maxima);
  if (verdict == WaitingVerdict::total_full && oldest_ != nullptr &&
      services_.clock.now() - oldest_->received >= jostle_after &&
      running_ < 2 * std::size_t{maxima.total}) {
    // The new one is in before the oldest is out: nobody is given up for one that is refused, and
    // nothing is sent before a refusal that is being written.
    auto one_more = maxima;
    ++one_more.total;
    verdict = services_.limits.enter(key, one_more);
    if (verdict == WaitingVerdict::admitted && !answer_stale(*oldest_)) give_up(*oldest_, too_many);
  }
  return verdict;
}

QueryService::Ticket QueryService::take_slot(const RequestContext& context, const Client& client,
                                             const ReplyRoute& route) {
  if (free_.empty()) {
    free_.reserve(slots_.size() + 1);
    slots_.push_back(std::make_unique<Slot>());
    slots_.back()->index = static_cast<std::uint32_t>(slots_.size() - 1);
    free_.push_back(slots_.back()->index);
  }
  // All that may throw comes before the slot is in the list: what is there is answered.
  auto& slot = *slots_[free_.back()];
  slot.client = client;
  slot.route = route;
  slot.context = context;
  free_.pop_back();
  slot.in_use = true;
  slot.received = services_.clock.now();
  slot.older = newest_;
  slot.newer = nullptr;
  (newest_ != nullptr ? newest_->newer : oldest_) = &slot;
  newest_ = &slot;
  if (next_for_stale_ == nullptr) next_for_stale_ = &slot;
  ++waiting_;
  services_.counters.queries_waiting.add();
  return {slot.index, slot.generation};
}

void QueryService::release(Slot& slot) {
  (slot.older != nullptr ? slot.older->newer : oldest_) = slot.newer;
  (slot.newer != nullptr ? slot.newer->older : newest_) = slot.older;
  if (next_for_stale_ == &slot) next_for_stale_ = slot.newer;
  slot.in_use = false;
  slot.trace = nullptr;
  ++slot.generation;
  services_.limits.leave(slot.key);
  services_.counters.queries_waiting.subtract();
  --waiting_;
  free_.push_back(slot.index);
}

void QueryService::start(Ticket ticket, const iterator::Question& question,
                         iterator::CachedPart cached) {
  auto task = resolve(ticket, question, cached);
  ++running_;
  try {
    iterator::spawn(std::move(task), [this, ticket](const std::exception_ptr& error) {
      --running_;
      if (error) break_off(ticket, "exception");
    });
  } catch (...) {
    --running_;
    throw;
  }
}

bool QueryService::is_waiting(Ticket ticket) const noexcept {
  const auto& slot = *slots_[ticket.index];
  return slot.in_use && slot.generation == ticket.generation;
}

// The client hears of it, if there is memory for that much.
void QueryService::break_off(Ticket ticket, const char* reason) noexcept {
  services_.log.noisy("resolution-failed", {{"reason", reason}});
  auto& slot = *slots_[ticket.index];
  try {
    if (is_waiting(ticket)) give_up(slot, internal_error);
  } catch (const std::exception&) {
    try {
      if (is_waiting(ticket)) abandon(slot, DropCause::internal);
    } catch (const std::exception&) {
      services_.counters.exceptions.add();
    }
  }
}

void QueryService::WalkTrace::write(iterator::trace::Told step) const {
  log_.debug("walk", {{"question", question_}, {"step", iterator::trace::to_text(step.kept())}});
}

// Null if nobody listens.
std::unique_ptr<QueryService::WalkTrace> QueryService::make_trace(
    const iterator::Question& question) {
  const bool is_logged = services_.log.shows(LogSeverity::debug);
  if (!is_logged && !services_.recorder.is_on()) return nullptr;
  std::string shown;
  if (is_logged) shown = wire::to_text(question.name) + " " + wire::to_text(question.type);
  return std::make_unique<WalkTrace>(services_, step_logs_, std::move(shown));
}

iterator::Task<void> QueryService::resolve(Ticket ticket, iterator::Question question,
                                           iterator::CachedPart cached) {
  const std::unique_ptr<WalkTrace> trace = make_trace(question);
  iterator::Trace* const listener = trace.get();
  const iterator::Time began = services_.clock.now();
  wire::IpAddress client;
  if (is_waiting(ticket)) {
    slots_[ticket.index]->trace = trace.get();
    client = slots_[ticket.index]->client.peer.address;
  }
  iterator::AnswerPtr answer = co_await services_.resolver.resolve(question, listener, cached);
  if (is_waiting(ticket)) slots_[ticket.index]->trace = nullptr;
  note_walk(question.name, client, *answer, services_.clock.now() - began);
  finish(ticket, *answer);
}

// Whoever joined another's walk has waited for the zone as well.
void QueryService::note_walk(const wire::Name& name, const wire::IpAddress& client,
                             const iterator::Answer& answer, iterator::Duration took) {
  const bool has_failed = answer.stale || answer.rcode == wire::Rcode::servfail;
  services_.sketch.note({name, services_.resolver.zone_of(name, answer), client, has_failed, took},
                        services_.clock.now());
}

void QueryService::finish(Ticket ticket, const iterator::Answer& found) {
  if (!is_waiting(ticket)) return;
  auto& slot = *slots_[ticket.index];
  iterator::Answer ruled;
  const bool has_rules = services_.requests.policy().has_rules() || slot.context.prefix;
  if (has_rules) {
    ruled = found;
    if (rule_waiting(ticket, ruled)) return;
  }
  const auto& answer = has_rules ? ruled : found;
  if (policy_.log_queries) log_query(slot.context, slot.client, answer.rcode);
  if (answer.stale) services_.counters.answers_stale.add();
  if (answer.is_local) services_.counters.answers_local.add();
  const auto route = slot.route;
  wire::Bytes message;
  if (may_answer(slot.client, answer.rcode))
    message = services_.requests.render(slot.context, answer, scratch_);
  else
    services_.counters.dropped(DropCause::error_to_server);
  if (!message.empty()) note_resolved(slot, answer, message.size());
  release(slot);
  route.sink->reply(route, message, answer.rcode);
}

void QueryService::give_up(Slot& slot, const Refusal& refusal) {
  if (policy_.log_queries) log_query(slot.context, slot.client, refusal.rcode);
  const auto route = slot.route;
  wire::Bytes message;
  if (may_answer(slot.client, refusal.rcode))
    message = services_.requests.render_refusal(slot.context, refusal, scratch_);
  else
    services_.counters.dropped(DropCause::error_to_server);
  services_.counters.miss_times.add(services_.clock.now() - slot.received);
  release(slot);
  route.sink->reply(route, message, refusal.rcode);
}

void QueryService::arm_deadline() {
  if (oldest_ == nullptr || closed_) return;
  deadline_ = services_.timers.at(oldest_->received + policy_.answer_time, [this] { expire(); });
}

void QueryService::expire() {
  deadline_ = 0;
  const auto now = services_.clock.now();
  while (oldest_ != nullptr && oldest_->received + policy_.answer_time <= now) {
    if (answer_stale(*oldest_)) continue;
    services_.counters.answers_late.add();
    give_up(*oldest_, too_late);
  }
  if (deadline_ == 0) arm_deadline();
}

void QueryService::drop_all(DropCause cause) {
  closed_ = true;
  while (oldest_ != nullptr) abandon(*oldest_, cause);
}

void QueryService::abandon(Slot& slot, DropCause cause) {
  const auto route = slot.route;
  services_.counters.dropped(cause);
  release(slot);
  route.sink->reply(route, {}, wire::Rcode::servfail);
}

}  // namespace godwit::daemon
