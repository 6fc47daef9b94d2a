// Which rule decides a question of a client: access, data of the operator's own, block lists; what
// it does, and what would happen without it. Of an answer it knows what the caches have: nothing
// is asked of servers.
#include "daemon/control_arguments.h"
#include "daemon/control_rooms.h"
#include "daemon/policy_answer.h"
#include "daemon/settings.h"
#include "daemon/system_seams.h"
#include "iterator/cached_answer.h"
#include "wire/codes_text.h"
#include "wire/name_text.h"
#include "wire/rdata_text.h"

namespace godwit::daemon {
namespace {

using iterator::Question;
using local::LocalData;

std::string_view to_text(local::TriggeredBy by) noexcept {
  switch (by) {
    case local::TriggeredBy::client:
      return "client";
    case local::TriggeredBy::name:
      return "name";
    case local::TriggeredBy::answer:
      break;
  }
  return "address of the answer";
}

std::string_view to_text(LocalData::Kind kind) noexcept {
  switch (kind) {
    case LocalData::Kind::name_error:
      return "NXDOMAIN";
    case LocalData::Kind::nodata:
      return "no data";
    case LocalData::Kind::refused:
      return "REFUSED";
    case LocalData::Kind::alias:
      return "an alias, which is followed";
    case LocalData::Kind::flattened:
      return "the addresses of another name";
    case LocalData::Kind::data:
    case LocalData::Kind::none:
      break;
  }
  return "records of your own";
}

void tell(std::string_view stage, std::string rule, std::string says, ControlAnswer& answer) {
  answer.line({{"stage", stage}, {"rule", std::move(rule)}, {"says", std::move(says)}});
}

void tell(std::string_view stage, const local::Verdict& verdict, const AnswerPath& path,
          ControlAnswer& answer) {
  const std::string_view action = action_text(verdict.action().kind);
  std::string says = "list " + verdict.list->name + ": " + std::string(action) + ", by " +
                     std::string(to_text(verdict.by));
  if (verdict.position > 0) says += " " + wire::to_text(path.chain[verdict.position]);
  answer.line({{"stage", stage},
               {"rule", verdict.place()},
               {"list", verdict.list->name},
               {"trigger", to_text(verdict.by)},
               {"name", wire::to_text(path.chain[verdict.position])},
               {"action", action},
               {"says", std::move(says)}});
}

// What is remembered of the question; nothing: not enough for an answer.
std::optional<iterator::Answer> remembered(const ControlSubject& subject,
                                           const Question& question) {
  const auto& options = *subject.settings().resolver;
  iterator::AnswerInProgress progress(question, options);
  const auto outcome = iterator::continue_from_cache(progress, subject.caches(), options,
                                                     SystemClock().now(), nullptr);
  if (outcome != iterator::CacheOutcome::complete) return std::nullopt;
  iterator::finish_flattening(progress);
  return std::move(progress.answer);
}

struct Test {
  Question question;
  wire::IpAddress client;
};

std::optional<Test> read_test(const ControlRequest& request, ControlAnswer& answer) {
  Test out;
  const auto name = read_name(request, answer);
  std::optional type = wire::RrType::a;
  if (!name || !read_type(request, type, answer)) return std::nullopt;
  const auto client =
      wire::IpAddress::parse(request.text("client").empty() ? "127.0.0.1" : request.text("client"));
  if (!client) {
    answer.fail(ControlFailure::request, "that is no address of a client");
    return std::nullopt;
  }
  out.question = {*name, *type};
  out.client = *client;
  return out;
}

// True: a list decides.
bool tell_lists(const local::Policy& policy, const Test& test,
                const std::optional<iterator::Answer>& known, ControlAnswer& answer) {
  const auto [path, verdict] =
      ruling_on(policy, test.question, known ? &*known : nullptr, test.client);
  if (!verdict) {
    tell("lists", "-",
         verdict.is_open ? "no rule for the name; the answer, to which others may apply, is not "
                           "known yet"
                         : "no rule applies",
         answer);
    return false;
  }
  tell("decides", verdict, path, answer);
  const auto next = policy.judge(path.subject(), test.client, verdict.list_index + 1);
  if (next)
    tell("else", next, path, answer);
  else
    tell("else", "-", "no other list has a rule", answer);
  return true;
}

}  // namespace

void control_policy_test(ControlSubject& subject, const ControlRequest& request,
                         ControlAnswer& answer) {
  const auto test = read_test(request, answer);
  if (!test) return;
  const AnswerPolicy& policy = *subject.settings().answers;
  if (!policy.access.allows(test->client))
    return tell("decides", "access-control", "REFUSED: this client may not ask here", answer);
  if (policy.local_data) {
    const auto found = policy.local_data->find(test->question.name, test->question.type);
    if (found.kind != LocalData::Kind::none)
      return tell("decides", policy.local_data->place_of(found.source),
                  std::string(to_text(found.kind)), answer);
  }
  const auto known = remembered(subject, test->question);
  if (!policy.policy)
    tell("lists", "-", "there are no block lists", answer);
  else
    (void)tell_lists(*policy.policy, *test, known, answer);
  std::string says = "resolved as usual; the answer is not remembered";
  if (known) {
    says = "remembered: " + wire::to_text(known->rcode);
    for (const auto& set : known->answer) says += "; " + wire::to_text(*set.set);
  }
  tell("resolved", "-", std::move(says), answer);
}

}  // namespace godwit::daemon
