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

}  // namespace

std::string what_takes_its_place(const AnswerPolicy& policy, const iterator::Question& question,
                                 const iterator::Answer* answer) {
  if (policy.has_own(question.name, question.type)) return {};
  if (policy.policy) {
    const auto client = wire::IpAddress::v4(this_host);
    const local::Verdict verdict = ruling_on(*policy.policy, question, answer, client).verdict;
    if (verdict && verdict.action().kind != local::ActionKind::pass)
      return ruled_text(verdict, question);
  }
  const bool is_withheld =
      answer != nullptr && may_be_rewritten(*answer) && without_private(policy, question, *answer);
  if (!is_withheld) return {};
  return "clients do not get its private addresses: local.rebinding.protect withholds them";
}

}  // namespace godwit::daemon
