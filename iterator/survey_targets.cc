// What an answer points to: along aliases, beside them, and to names of mail and other servers.
#include <algorithm>
#include <array>

#include "iterator/lanes.h"
#include "iterator/survey_walk.h"
#include "wire/rdata.h"

namespace godwit::iterator {

using wire::Name;
using wire::RrType;

namespace {

// The target of the name's own CNAME in an answer.
std::optional<Name> alias_of(const Answer& answer, const Name& name) {
  for (const AnswerRRset& part : answer.answer)
    if (part.set->type() == RrType::cname && part.set->owner() == name)
      return wire::target_name(RrType::cname, part.set->records().front());
  return std::nullopt;
}

bool points_to_names(RrType type) noexcept {
  return type == RrType::mx || type == RrType::srv || type == RrType::ns;
}

}  // namespace

const SurveyedServer* SurveyWalk::one_that_answers() const {
  for (const SurveyedServer& server : survey_->servers)
    if (server.answer.is_usable() && server.answer.authoritative && server.answer.set)
      return &server;
  return nullptr;
}

Task<void> SurveyWalk::follow_chain() {
  const SurveyedServer* const server = one_that_answers();
  if (server == nullptr || server->answer.set->type() != RrType::cname) co_return;
  const std::uint32_t hops_max = options_->limits.alias_hops;
  std::vector<Name>& chain = survey_->chain;
  chain.push_back(survey_->question.name);
  std::optional<Name> target =
      wire::target_name(RrType::cname, server->answer.set->records().front());
  while (target) {
    const bool comes_back = std::ranges::find(chain, *target) != chain.end();
    chain.push_back(*target);
    if (comes_back) survey_->chain_end = ChainEnd::loop;
    if (!comes_back && chain.size() > hops_max + 1) survey_->chain_end = ChainEnd::too_long;
    if (survey_->chain_end != ChainEnd::none) co_return;
    if (is_over()) break;
    const Name name = *target;
    const AnswerPtr answer = co_await resolve(name, RrType::cname);
    target = alias_of(*answer, name);
  }
  co_await end_chain();
}

Task<void> SurveyWalk::end_chain() {
  survey_->chain_end = ChainEnd::unresolved;
  if (is_over()) co_return;
  // Who asks for the alias itself wants to know whether there is anything at its end.
  const bool is_any_type = survey_->question.type == RrType::cname;
  const RrType type = is_any_type ? RrType::a : survey_->question.type;
  const Name last = survey_->chain.back();
  const AnswerPtr answer = co_await resolve(last, type);
  if (answer->rcode == wire::Rcode::nxdomain) survey_->chain_end = ChainEnd::nxdomain;
  if (answer->rcode != wire::Rcode::noerror) co_return;
  const bool has_data = is_any_type || !answer->answer.empty();
  survey_->chain_end = has_data ? ChainEnd::data : ChainEnd::nodata;
}

// One server is asked: whether the others say the same of the name is seen by its answer.
Task<void> SurveyWalk::look_beside_alias() {
  const SurveyedServer* const server = one_that_answers();
  if (server == nullptr || survey_->question.name == survey_->zone) co_return;
  const bool is_alias = server->answer.set->type() == RrType::cname;
  const wire::Endpoint address = server->address;
  const Name name = survey_->question.name;
  if (!is_alias) {
    const SurveyReply reply = co_await ask_if_not(nullptr, address, name, RrType::cname);
    const bool has_both = reply.kind == ResponseKind::answer && reply.set &&
                          reply.set->type() == RrType::cname && reply.authoritative;
    if (has_both) survey_->beside_alias.push_back(survey_->question.type);
    co_return;
  }
  constexpr std::array types{RrType::a, RrType::aaaa, RrType::mx, RrType::txt};
  for (const RrType type : types) {
    if (type == survey_->question.type || is_over()) continue;
    const SurveyReply reply = co_await ask_if_not(nullptr, address, name, type);
    if (reply.kind == ResponseKind::answer && reply.set && reply.set->type() == type)
      survey_->beside_alias.push_back(type);
  }
}

Task<void> SurveyWalk::look_at_targets() {
  const Question& question = survey_->question;
  const bool is_delegation = question.type == RrType::ns && question.name == survey_->zone;
  if (!points_to_names(question.type) || is_delegation) co_return;
  for (const SurveyedServer& server : survey_->servers) {
    const wire::RRsetPtr& set = server.answer.set;
    if (!server.answer.is_usable() || !set || set->type() != question.type) continue;
    for (const wire::Bytes record : set->records()) {
      const std::optional<Name> target = wire::target_name(question.type, record);
      // The root: there is no such service (RFC 7505, RFC 2782).
      if (!target || target->is_root()) continue;
      const bool is_known = std::ranges::find(survey_->targets, *target, &SurveyedTarget::name) !=
                            survey_->targets.end();
      if (!is_known && survey_->targets.size() < survey_targets_max)
        survey_->targets.emplace_back(*target);
    }
  }
  Work work = [this](std::size_t index) { return look_at_target(index); };
  co_await in_lanes(survey_->targets.size(), survey_lanes, std::move(work));
}

Task<void> SurveyWalk::look_at_target(std::size_t index) {
  const Name name = survey_->targets[index].name;
  const Addresses found = co_await look_up_addresses(name);
  survey_->targets[index].pointed = found.pointed;
}

}  // namespace godwit::iterator
