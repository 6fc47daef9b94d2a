#include "local/policy.h"

#include <tuple>

namespace godwit::local {

Policy::Policy(std::vector<PolicyList> lists) : lists_(std::move(lists)) {}

// What one list says at one name of the chain; true: a rule of it.
bool Policy::judge_list(const PolicyList& list, const PolicySubject& subject, std::size_t position,
                        const wire::IpAddress* client, Verdict& out) const {
  const auto take = [&](const BlockList::Rule& rule, TriggeredBy by) {
    if (!rule) return false;
    out.list = &list;
    out.rule = rule;
    out.by = by;
    out.position = position;
    out.list_index = static_cast<std::size_t>(&list - lists_.data());
    return true;
  };
  const BlockList& rules = *list.rules;
  if (position == 0 && client != nullptr && rules.has_client_rules() &&
      take(rules.of_client(*client).rule, TriggeredBy::client))
    return true;
  if (take(rules.of_name(subject.chain[position]), TriggeredBy::name)) return true;
  const bool has_addresses = subject.is_answered && position + 1 == subject.chain.size();
  if (!has_addresses || !rules.has_answer_rules()) return false;
  BlockList::AddressRule best;
  const auto rank = [](const BlockList::AddressRule& one) {
    return std::tuple(-int{one.prefix.length}, one.prefix.address);
  };
  for (const wire::IpAddress& address : subject.addresses) {
    const BlockList::AddressRule found = rules.of_answer(address);
    if (found.rule && (!best.rule || rank(found) < rank(best))) best = found;
  }
  return take(best.rule, TriggeredBy::answer);
}

Verdict Policy::judge(const PolicySubject& subject, const wire::IpAddress& client,
                      std::size_t from_list) const {
  Verdict out;
  const std::size_t positions = subject.is_answered ? subject.chain.size() : 1;
  for (std::size_t position = 0; position < positions; ++position) {
    for (std::size_t i = from_list; i < lists_.size(); ++i) {
      const PolicyList& list = lists_[i];
      if (!list.is_for(client)) continue;
      if (judge_list(list, subject, position, &client, out)) return out;
      // What a later list says of the name counts only if this one says nothing of the addresses.
      if (!subject.is_answered && list.rules->has_answer_rules()) {
        out.is_open = true;
        return out;
      }
    }
  }
  out.is_open = !subject.is_answered;
  return out;
}

bool Policy::touches(const PolicySubject& subject) const {
  Verdict ignored;
  for (std::size_t position = 0; position < subject.chain.size(); ++position)
    for (const PolicyList& list : lists_)
      if (judge_list(list, subject, position, nullptr, ignored)) return true;
  return false;
}

bool Policy::has_rule_for(const wire::IpAddress& client) const noexcept {
  for (const PolicyList& list : lists_)
    if (list.rules->has_client_rules() && list.is_for(client) && list.rules->of_client(client).rule)
      return true;
  return false;
}

}  // namespace godwit::local
