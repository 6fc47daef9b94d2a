#include "daemon/policy_answer.h"

#include <algorithm>

#include "wire/rdata.h"

namespace godwit::daemon {

using local::Action;
using local::ActionKind;
using wire::RrType;

namespace {

using Outcome = PolicyOutcome::Kind;

// The aliases of an answer up to the name at `position` of its chain.
std::vector<iterator::AnswerRRset> aliases_before(const iterator::Answer* answered,
                                                  std::size_t position) {
  std::vector<iterator::AnswerRRset> out;
  if (answered == nullptr) return out;
  for (const auto& part : answered->answer) {
    if (position == 0) break;
    out.push_back(part);
    if (part.set->type() == RrType::cname) --position;
  }
  return out;
}

void explain(iterator::Answer& answer, const local::Verdict& verdict, bool is_forged) {
  const std::string& list = verdict.list->name;
  if (is_forged)
    answer.errors.push_back({wire::EdeCode::forged_answer, "from the list " + list});
  else
    answer.errors.push_back({verdict.list->reason, "by the list " + list});
}

void deny(iterator::Answer& answer, const wire::Name& owner) {
  const auto soa = local::made_soa(owner, 60);
  answer.authority.push_back({soa, soa->ttl()});
}

// The CNAME of a rule, whose target may begin with what was asked for. Nothing: it grows too long.
wire::RRsetPtr alias_of(const Action& action, const wire::Name& owner) {
  const wire::RRsetPtr& set = action.sets.front();
  if (!action.expands) return local::with_owner(set, owner);
  const auto pattern = wire::target_name(RrType::cname, set->records().front());
  const auto target =
      pattern ? owner.with_suffix_replaced(wire::Name(), pattern->parent()) : wire::Name();
  if (!target) return nullptr;
  wire::RRsetBuilder builder(owner, RrType::cname);
  builder.add(target->wire(), set->ttl());
  return builder.build();
}

PolicyOutcome with_data(const Action& action, const wire::Name& owner, RrType type,
                        PolicyOutcome out) {
  const bool is_alias = !action.sets.empty() && action.sets.front()->type() == RrType::cname;
  if (is_alias) {
    const auto alias = alias_of(action, owner);
    if (!alias) {
      out.answer.rcode = wire::Rcode::yxdomain;
      return out;
    }
    out.answer.answer.push_back({alias, alias->ttl()});
    if (type != RrType::cname && type != RrType::any) out.kind = Outcome::redirect;
    return out;
  }
  const std::size_t before = out.answer.answer.size();
  for (const auto& set : action.sets)
    if (set->type() == type || type == RrType::any)
      out.answer.answer.push_back({local::with_owner(set, owner), set->ttl()});
  if (out.answer.answer.size() == before) deny(out.answer, owner);
  return out;
}

}  // namespace

AnswerPath path_of(const iterator::Question& question, const iterator::Answer& answer) {
  AnswerPath out;
  out.is_answered = true;
  out.chain.push_back(question.name);
  for (const auto& part : answer.answer) {
    const RrType type = part.set->type();
    if (type == RrType::cname && question.type != RrType::cname) {
      if (const auto target = wire::target_name(type, part.set->records().front()))
        out.chain.push_back(*target);
    }
    for (const wire::Bytes rdata : part.set->records()) {
      if (type == RrType::a && rdata.size() == 4)
        out.addresses.push_back(wire::IpAddress::v4(rdata.first<4>()));
      if (type == RrType::aaaa && rdata.size() == 16)
        out.addresses.push_back(wire::IpAddress::v6(rdata.first<16>()));
    }
  }
  return out;
}

Ruling ruling_on(const local::Policy& policy, const iterator::Question& question,
                 const iterator::Answer* answer, const wire::IpAddress& client) {
  Ruling out;
  out.path.chain.push_back(question.name);
  out.verdict = policy.judge(out.path.subject(), client);
  if (out.verdict || answer == nullptr || !may_be_rewritten(*answer)) return out;
  out.path = path_of(question, *answer);
  out.verdict = policy.judge(out.path.subject(), client);
  return out;
}

std::string_view action_text(ActionKind kind) noexcept {
  switch (kind) {
    case ActionKind::name_error:
      return "NXDOMAIN";
    case ActionKind::nodata:
      return "no data";
    case ActionKind::refuse:
      return "REFUSED";
    case ActionKind::drop:
      return "no answer at all";
    case ActionKind::truncate:
      return "over UDP, that it be asked over TCP";
    case ActionKind::pass:
      return "no list applies";
    case ActionKind::data:
      break;
  }
  return "the list's own records";
}

std::optional<iterator::Answer> without_private(const AnswerPolicy& policy,
                                                const iterator::Question& question,
                                                const iterator::Answer& answer) {
  if (!policy.rebinding || question.rr_class != wire::RrClass::in) return std::nullopt;
  const bool is_own = answer.authoritative || policy.has_own(question.name, RrType::a);
  if (is_own || policy.rebinding->allows(question.name)) return std::nullopt;
  iterator::Answer out = answer;
  if (!policy.rebinding->withhold(question, out)) return std::nullopt;
  return out;
}

PolicyOutcome apply_policy(const local::Verdict& verdict, const iterator::Question& question,
                           const iterator::Answer* answered, bool over_tcp) {
  PolicyOutcome out;
  const Action& action = verdict.action();
  wire::Name owner = question.name;
  out.answer.answer = aliases_before(answered, verdict.position);
  if (verdict.position > 0)
    owner = wire::target_name(RrType::cname, out.answer.answer.back().set->records().front())
                .value_or(owner);
  out.answer.security = cache::Security::insecure;
  out.kind = Outcome::answer;
  switch (action.kind) {
    case ActionKind::pass:
      return {};
    case ActionKind::drop:
      out.kind = Outcome::drop;
      return out;
    case ActionKind::truncate:
      if (over_tcp) return {};
      out.kind = Outcome::truncated;
      out.answer.answer.clear();
      return out;
    case ActionKind::refuse:
      out.answer.answer.clear();
      out.answer.rcode = wire::Rcode::refused;
      break;
    case ActionKind::name_error:
      out.answer.rcode = wire::Rcode::nxdomain;
      [[fallthrough]];
    case ActionKind::nodata:
      deny(out.answer, owner);
      break;
    case ActionKind::data:
      explain(out.answer, verdict, true);
      return with_data(action, owner, question.type, std::move(out));
  }
  explain(out.answer, verdict, false);
  return out;
}

iterator::Question question_behind(const iterator::Question& question,
                                   const iterator::Answer& prefix) {
  iterator::Question out = question;
  out.name = wire::target_name(RrType::cname, prefix.answer.back().set->records().front())
                 .value_or(question.name);
  return out;
}

iterator::Answer joined(const iterator::Answer& prefix, const iterator::Answer& behind) {
  iterator::Answer out = prefix;
  out.rcode = behind.rcode;
  out.answer.insert(out.answer.end(), behind.answer.begin(), behind.answer.end());
  out.authority = behind.authority;
  out.errors.insert(out.errors.end(), behind.errors.begin(), behind.errors.end());
  out.security = cache::Security::insecure;
  return out;
}

}  // namespace godwit::daemon
