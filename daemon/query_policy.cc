// Queries that a rule of the block lists decides: before they are resolved, or by what their answer
// has. Declared in query_service.h.
#include "daemon/policy_answer.h"
#include "daemon/query_slot.h"

namespace godwit::daemon {

using Outcome = PolicyOutcome::Kind;

namespace {

bool is_subject(const AnswerPolicy& policy, const iterator::Question& question) noexcept {
  return policy.policy && question.rr_class == wire::RrClass::in;
}

// Over TCP, what a rule sends there goes on as if it were let through.
void count(const local::Verdict& verdict, const Client& client, WorkerCounters& counters) {
  auto kind = verdict.action().kind;
  if (kind == local::ActionKind::truncate && client.over_tcp) kind = local::ActionKind::pass;
  counters.policy_hits[static_cast<std::size_t>(kind)].add();
}

}  // namespace

PolicyOutcome QueryService::withheld(const AnswerPolicy& policy, const iterator::Question& question,
                                     const iterator::Answer& answer) {
  auto without = without_private(policy, question, answer);
  if (!without) return {};
  services_.counters.rebinding_withheld.add();
  return {Outcome::answer, std::move(*without)};
}

std::optional<QueryService::Handled> QueryService::rule_before(RequestContext& context,
                                                               const Client& client,
                                                               const ReplyRoute& route,
                                                               wire::MutableBytes out) {
  const AnswerPolicy& policy = services_.requests.policy();
  const auto& question = context.question;
  if (!is_subject(policy, question)) return std::nullopt;
  context.is_exempt = policy.has_own(question.name, question.type);
  if (context.is_exempt) return std::nullopt;
  const auto verdict = policy.policy->judge({{&question.name, 1}, {}}, client.peer.address);
  if (!verdict) return std::nullopt;
  auto outcome = apply_policy(verdict, question, nullptr, client.over_tcp);
  count(verdict, client, services_.counters);
  context.is_exempt = outcome.kind == Outcome::untouched;
  if (context.is_exempt) return std::nullopt;
  return take(std::move(outcome), context, client, route, out);
}

// What takes the place of an answer; of one that says that there is none nothing does.
PolicyOutcome QueryService::outcome_of(const RequestContext& context, const Client& client,
                                       const iterator::Answer& answer) {
  const AnswerPolicy& policy = services_.requests.policy();
  const auto& question = context.question;
  if (!may_be_rewritten(answer)) return {};
  if (is_subject(policy, question) && !context.is_exempt) {
    const AnswerPath path = path_of(question, answer);
    const auto verdict = policy.policy->judge(path.subject(), client.peer.address);
    if (verdict) {
      count(verdict, client, services_.counters);
      auto outcome = apply_policy(verdict, question, &answer, client.over_tcp);
      if (outcome.kind != Outcome::untouched) return outcome;
    }
  }
  return withheld(policy, question, answer);
}

std::optional<QueryService::Handled> QueryService::rule_after(RequestContext& context,
                                                              const iterator::Answer& answer,
                                                              const Client& client,
                                                              const ReplyRoute& route,
                                                              wire::MutableBytes out) {
  auto outcome = outcome_of(context, client, answer);
  if (outcome.kind == Outcome::untouched) return std::nullopt;
  return take(std::move(outcome), context, client, route, out);
}

QueryService::Handled QueryService::take(PolicyOutcome outcome, RequestContext& context,
                                         const Client& client, const ReplyRoute& route,
                                         wire::MutableBytes out) {
  if (outcome.kind == Outcome::drop) return drop(DropCause::policy);
  context.is_cut_off = outcome.kind == Outcome::truncated;
  if (outcome.kind != Outcome::redirect) return answer_now(context, outcome.answer, client, out);
  context.prefix = std::make_shared<const iterator::Answer>(std::move(outcome.answer));
  const auto behind =
      services_.resolver.try_cache(question_behind(context.question, *context.prefix));
  if (behind) return answer_now(context, joined(*context.prefix, *behind), client, out);
  return wait(context, behind.error(), client, route, out);
}

bool QueryService::is_same_for_all(const iterator::Question& question,
                                   const iterator::Answer& answer) const {
  const auto& policy = services_.requests.policy().policy;
  return !policy || !policy->touches(path_of(question, answer).subject());
}

bool QueryService::rule_waiting(Ticket ticket, iterator::Answer& answer) {
  Slot& slot = *slots_[ticket.index];
  RequestContext& context = slot.context;
  if (context.prefix) {
    answer = joined(*context.prefix, answer);
    return false;
  }
  auto outcome = outcome_of(context, slot.client, answer);
  switch (outcome.kind) {
    case Outcome::untouched:
      return false;
    case Outcome::drop:
      abandon(slot, DropCause::policy);
      return true;
    case Outcome::truncated:
    case Outcome::answer:
      context.is_cut_off = outcome.kind == Outcome::truncated;
      answer = std::move(outcome.answer);
      return false;
    case Outcome::redirect:
      break;
  }
  context.prefix = std::make_shared<const iterator::Answer>(std::move(outcome.answer));
  const auto question = question_behind(context.question, *context.prefix);
  const auto behind = services_.resolver.try_cache(question);
  if (!behind) {
    start(ticket, question, behind.error());
    return true;
  }
  answer = joined(*context.prefix, *behind);
  return false;
}

}  // namespace godwit::daemon
