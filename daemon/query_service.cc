// Judging, answering at once, and refusing. What waits is in query_waiting.cc, what block lists
// decide in query_policy.cc, what is fetched again before it ends in query_refresh.cc.
#include "daemon/query_service.h"

#include "daemon/policy_answer.h"
#include "daemon/query_slot.h"
#include "wire/name_text.h"
#include "wire/rdata_text.h"

namespace godwit::daemon {
namespace {

// Error replies to queries that anybody can forge, per worker (loops between servers, VU#417980).
// Clients that may ask have as many for themselves: strangers do not spend them.
constexpr std::uint32_t error_replies_per_second = 1000;

// As cookies have it (RFC 9018 §4.3).
std::uint32_t cookie_time(const iterator::Clock& clock) noexcept {
  return static_cast<std::uint32_t>(wall_seconds(clock));
}

}  // namespace

QueryService::QueryService(const Services& services, const WaitingPolicy& policy)
    : services_(services), policy_(policy), scratch_(wire::message_octets_max) {}

QueryService::~QueryService() = default;

QueryService::Handled QueryService::drop(DropCause cause) {
  services_.counters.dropped(cause);
  return {};
}

void QueryService::prepare(wire::Bytes message, bool cut_off, ReadyQuery& out) const noexcept {
  out.may_be_ready = out.answered = false;
  // Every query is to be seen in the log, and none is taken any more at the end.
  if (!cut_off && !policy_.log_queries && !closed_) services_.ready.prepare(message, out);
}

ReadyAnswers::Moment QueryService::moment() const noexcept {
  return {services_.clock.now(), cookie_time(services_.clock)};
}

QueryService::Handled QueryService::handle(wire::Bytes message, bool cut_off, const Client& client,
                                           const ReplyRoute& route, wire::MutableBytes out) {
  ReadyQuery query;
  prepare(message, cut_off, query);
  if (query.may_be_ready) {
    const auto answer = answer_ready(query, client, moment(), out);
    if (!answer.message.empty()) {
      auto& counters = services_.counters;
      counters.queries_received.add();
      if (client.over_tcp) counters.queries_received_tcp.add();
      counters.hits[static_cast<std::size_t>(HitKind::ready)].add();
      counters.answered_at_once.add();
      return {Fate::answered, answer.message, answer.rcode, true};
    }
  }
  return handle_unready(message, cut_off, client, route, out);
}

QueryService::Handled QueryService::handle_unready(wire::Bytes message, bool cut_off,
                                                   const Client& client, const ReplyRoute& route,
                                                   wire::MutableBytes out) {
  auto& counters = services_.counters;
  counters.queries_received.add();
  if (client.over_tcp) counters.queries_received_tcp.add();
  if (closed_) {
    counters.asked(client.over_tcp, no_type);
    return drop(DropCause::shutdown);
  }
  try {
    return judge(message, cut_off, client, route, out);
  } catch (const std::exception& error) {
    // No memory, or a bug: this query is lost, and counted.
    counters.exceptions.add();
    services_.log.noisy("query-failed", {{"reason", error.what()}});
    return drop(DropCause::internal);
  }
}

QueryService::Handled QueryService::judge(wire::Bytes message, bool cut_off, const Client& client,
                                          const ReplyRoute& route, wire::MutableBytes out) {
  // A batch of datagrams is one event, the questions in it are not.
  services_.clock.look_again();
  auto& counters = services_.counters;
  auto request = services_.requests.read(message, cut_off, client, cookie_time(services_.clock));
  counters.asked(client.over_tcp, request.context.has_question
                                      ? query_type_index(request.context.question.type)
                                      : no_type);
  switch (request.verdict) {
    case RequestVerdict::drop:
      return drop(request.drop_cause);
    case RequestVerdict::refuse:
      if (!client.over_tcp && !spend_error_reply(request.client_allowed))
        return drop(DropCause::error_rate);
      return refuse(request.context, request.refusal, client, out);
    case RequestVerdict::local:
    case RequestVerdict::resolve:
      break;
  }
  const bool has_rules = services_.requests.policy().has_rules();
  // What is answered for all types together (RFC 8482) is subject to rules as well.
  const auto& local = request.local_answer;
  if (has_rules && (!local || may_be_rewritten(*local))) {
    const auto ruled = rule_before(request.context, client, route, out);
    if (ruled) return *ruled;
  }
  if (local) return answer_now(request.context, *local, client, out);
  auto before = services_.ready.before();
  const auto& question = request.context.question;
  const auto answer = services_.resolver.try_cache(question, &before.marks);
  if (answer) {
    if (has_rules) {
      const auto ruled = rule_after(request.context, *answer, client, route, out);
      if (ruled) return *ruled;
    }
    if (!may_answer(client, answer->rcode)) return drop(DropCause::error_to_server);
    counters.answered_at_once.add();
    if (answer->stale) counters.answers_stale.add();
    if (answer->is_local) counters.answers_local.add();
    if (policy_.log_queries) log_query(request.context, client, answer->rcode);
    const auto life = services_.resolver.life_of(*answer);
    const ReadyAnswers::Keeping keeping{life.ttl, services_.resolver.keep_ready_until(question)};
    if (!has_rules || is_same_for_all(question, *answer))
      services_.ready.keep(message, *answer, before, keeping, services_.clock.now());
    note_use(question, life);
    const wire::Bytes rendered = services_.requests.render(request.context, *answer, out);
    const bool is_hit = note_hit(request.context, *answer, rendered.size());
    return {Fate::answered, rendered, answer->rcode, is_hit};
  }
  return wait(request.context, answer.error(), client, route, out);
}

QueryService::Handled QueryService::answer_now(const RequestContext& context,
                                               const iterator::Answer& answer, const Client& client,
                                               wire::MutableBytes out) {
  if (!may_answer(client, answer.rcode)) return drop(DropCause::error_to_server);
  services_.counters.answered_at_once.add();
  if (answer.is_local) services_.counters.answers_local.add();
  if (policy_.log_queries) log_query(context, client, answer.rcode);
  return {Fate::answered, services_.requests.render(context, answer, out), answer.rcode};
}

QueryService::Handled QueryService::refuse(const RequestContext& context, const Refusal& refusal,
                                           const Client& client, wire::MutableBytes out) {
  if (!may_answer(client, refusal.rcode)) return drop(DropCause::error_to_server);
  services_.counters.answered_at_once.add();
  if (policy_.log_queries) log_query(context, client, refusal.rcode);
  return {Fate::answered, services_.requests.render_refusal(context, refusal, out), refusal.rcode};
}

bool QueryService::spend_error_reply(bool client_allowed) {
  auto& allowance = client_allowed ? errors_to_clients_ : errors_to_strangers_;
  const auto now = services_.clock.now();
  if (now - allowance.began >= std::chrono::seconds(1)) allowance = {error_replies_per_second, now};
  if (allowance.left == 0) return false;
  --allowance.left;
  return true;
}

void QueryService::log_query(const RequestContext& context, const Client& client,
                             wire::Rcode rcode) {
  if (!services_.log.shows(LogSeverity::info)) return;
  services_.log.info("query", {{"client", client.peer.to_text()},
                               {"transport", client.over_tcp ? "tcp" : "udp"},
                               {"name", wire::to_text(context.question.name)},
                               {"type", wire::to_text(context.question.type)},
                               {"rcode", wire::to_text(rcode)}});
}

}  // namespace godwit::daemon
