#include "iterator/survey_ask.h"

#include <algorithm>

#include "iterator/ask_zone.h"
#include "iterator/scrub.h"

namespace godwit::iterator {
namespace {

// What of the response belongs to the name asked for itself.
void take_response(Response&& response, const wire::Name& name, SurveyReply& reply) {
  reply.kind = response.kind;
  reply.authoritative = response.authoritative;
  for (const wire::RRsetPtr& set : response.answer)
    if (!reply.set && set->owner() == name) reply.set = set;
  reply.soa = std::move(response.soa);
  reply.referral = std::move(response.referral);
  reply.ds = std::move(response.ds);
}

}  // namespace

std::optional<SendPlan> SurveyAsker::read_response(std::vector<std::uint8_t>& message,
                                                   const SendPlan& plan, const AskedQuestion& asked,
                                                   SurveyReply& reply) const {
  reply = SurveyReply();
  reply.heard = Heard::response;
  restore_case(message, asked.name);
  const auto header = wire::Header::parse(message);
  if (header && announces_too_many(*header, options_->limits)) {
    reply.kind = ResponseKind::too_many_records;
    return std::nullopt;
  }
  const wire::Result<ParsedResponse> parsed = parse_response(message);
  if (!parsed) return std::nullopt;
  const ResponseKind kind = classify(*parsed, asked);
  auto next = next_plan(plan, ExchangeOutcome::answered, &*parsed, kind);
  take_response(digest(*parsed, message, asked, options_->limits, 0), asked.name, reply);
  return next;
}

std::optional<SendPlan> SurveyAsker::read(Exchange& exchange, const SendPlan& plan,
                                          const AskedQuestion& asked, SurveyReply& reply) {
  switch (exchange.outcome) {
    case ExchangeOutcome::answered:
      return read_response(exchange.response, plan, asked, reply);
    case ExchangeOutcome::timed_out:
      reply.heard = Heard::silence;
      break;
    case ExchangeOutcome::unreachable:
      reply.heard = Heard::unreachable;
      break;
    case ExchangeOutcome::near_miss:
      reply.heard = Heard::nonsense;
      break;
    case ExchangeOutcome::cancelled:
      is_stopped_ = true;
      return std::nullopt;
  }
  const bool is_lost =
      exchange.outcome == ExchangeOutcome::timed_out && plan.transport == Transport::udp;
  return is_lost ? std::optional(plan) : next_plan(plan, exchange.outcome, nullptr, reply.kind);
}

Task<SurveyReply> SurveyAsker::ask(wire::Endpoint server, AskedQuestion asked) {
  SurveyReply reply;
  std::optional<SendPlan> plan = SendPlan();
  unsigned lost = 0;
  for (unsigned sends = 0; plan && sends < sends_max && !is_over(); ++sends) {
    UpstreamRequest request = make_request(server, *plan, asked, *options_, seams_.entropy);
    request.deadline = std::min(seams_.clock.now() + send_time, ends_);
    Exchange exchange = co_await seams_.upstream.exchange(std::move(request));
    plan = read(exchange, *plan, asked, reply);
    // Two that are lost are enough to tell silence.
    if (exchange.outcome == ExchangeOutcome::timed_out && ++lost == 2) break;
  }
  co_return reply;
}

}  // namespace godwit::iterator
