#include "daemon/explained_policy.h"

#include <array>

#include "daemon/policy_answer.h"
#include "wire/codes_text.h"
#include "wire/name_text.h"

namespace godwit::daemon {
namespace {

constexpr std::array<std::uint8_t, 4> this_host{127, 0, 0, 1};

std::string ruled_text(const local::Verdict& verdict, const iterator::Question& question) {
  return "clients get " + std::string(action_text(verdict.action().kind)) + ", by the list " +
         verdict.list->name + " (" + verdict.place() + "): godwitctl policy test " +
         wire::to_text(question.name) + " " + wire::to_text(question.type);
}

// As the query of a client is judged: by its name alone, then by what its answer has.
local::Verdict verdict_on(const local::Policy& policy, const iterator::Question& question,
                          const iterator::Answer* answer) {
  const auto client = wire::IpAddress::v4(this_host);
  auto verdict = policy.judge({{&question.name, 1}, {}}, client);
  if (verdict || answer == nullptr || !may_be_rewritten(*answer)) return verdict;
  const AnswerPath path = path_of(question, *answer);
  return policy.judge(path.subject(), client);
}

}  // namespace

std::string what_takes_its_place(const AnswerPolicy& policy, const iterator::Question& question,
                                 const iterator::Answer* answer) {
  const bool is_own =
      policy.local_data &&
      policy.local_data->find(question.name, question.type).kind != local::LocalData::Kind::none;
  if (is_own) return {};
  if (policy.policy) {
    const auto verdict = verdict_on(*policy.policy, question, answer);
    if (verdict && verdict.action().kind != local::ActionKind::pass)
      return ruled_text(verdict, question);
  }
  const bool may_withhold = policy.rebinding && answer != nullptr && may_be_rewritten(*answer) &&
                            !answer->authoritative && !policy.rebinding->allows(question.name);
  if (!may_withhold) return {};
  iterator::Answer without = *answer;
  if (!policy.rebinding->withhold(question, without)) return {};
  return "clients do not get its private addresses: local.rebinding.protect withholds them";
}

}  // namespace godwit::daemon
