// `explain`: a resolution made on a worker for the sake of its steps, as a client's would be, with
// the caches alone, or without them.
#include <algorithm>
#include <optional>

#include "daemon/control_arguments.h"
#include "daemon/control_explanation.h"
#include "daemon/control_rooms.h"
#include "daemon/explained_policy.h"
#include "daemon/settings.h"
#include "iterator/forgetful_resolver.h"
#include "iterator/question_policy.h"
#include "iterator/step_log.h"
#include "wire/name_text.h"
#include "wire/rdata_text.h"

namespace godwit::daemon {
namespace {

// Beyond the time for a resolution: for the last packet's timeout, and for its turn.
constexpr std::chrono::seconds time_beside{5};

enum class Sight : std::uint8_t { live, caches_only, without_caches };

// A resolution that is to be explained, and what it goes by beside the resolver.
struct Explained {
  Explained(iterator::Question asked, ControlSubject& subject)
      : question(std::move(asked)),
        policy(subject.settings().answers),
        recorder(subject.recorder_to_fill()) {}
  iterator::Question question;
  std::shared_ptr<const AnswerPolicy> policy;
  FlightRecorder& recorder;
  iterator::StepList steps;
  std::optional<iterator::Answer> answer;
};

// To whoever explains it, and to the recorder: what fails is remembered, so that clients may get
// the failure with no resolution of their own to be recorded.
class ReadAndRecorded final : public iterator::Trace {
 public:
  ReadAndRecorded(Explained& explained, const iterator::Clock& clock)
      : steps_(explained.steps), flight_(explained.recorder, logs_, clock) {}
  void on(iterator::trace::Told step) override {
    steps_.on(step);
    flight_.on(step);
  }
  [[nodiscard]] bool wants_details() const noexcept override { return true; }

 private:
  iterator::StepList& steps_;
  StepLogs logs_;
  FlightTrace flight_;
};

std::vector<boost::json::object> lines_of(const iterator::Answer& answer) {
  std::vector<boost::json::object> out;
  const auto add = [&out](const char* section, const iterator::AnswerRRset& part) {
    const std::string before = wire::to_text(part.set->owner()) + " " + std::to_string(part.ttl) +
                               " " + wire::to_text(part.set->rr_class()) + " " +
                               wire::to_text(part.set->type()) + " ";
    for (const wire::Bytes record : part.set->records())
      out.push_back({{"section", section},
                     {"record", before + wire::rdata_to_text(part.set->type(), record)}});
  };
  for (const auto& part : answer.answer) add("answer", part);
  for (const auto& part : answer.authority) add("authority", part);
  for (const auto& error : answer.errors)
    out.push_back({{"ede", static_cast<unsigned>(error.code)}, {"reason", error.text}});
  return out;
}

// Of a failure that is remembered: what tells more of it.
std::string where_told(const Explained& explained) {
  const auto is_remembered = [](const auto& error) {
    return error.code == wire::EdeCode::cached_error;
  };
  if (!explained.answer || std::ranges::none_of(explained.answer->errors, is_remembered)) return {};
  const iterator::Question& question = explained.question;
  const std::string asked = wire::to_text(question.name) + " " + wire::to_text(question.type);
  for (const FlightRecord& record : explained.recorder.list(&question.name))
    if (record.type == question.type && record.rcode == explained.answer->rcode)
      return "that attempt, step by step: godwitctl why " + asked;
  return "a new attempt: godwitctl explain --no-cache " + asked;
}

bool finish(const Explained& explained, ControlAnswer& answer) {
  ToldExplanation told;
  const auto& question = explained.question;
  told.head = {{"name", wire::to_text(question.name)}, {"type", wire::to_text(question.type)}};
  told.head["rcode"] = nullptr;
  told.explanation = iterator::explain(explained.steps.steps());
  if (explained.answer) {
    told.head["rcode"] = wire::to_text(explained.answer->rcode);
    told.tail = lines_of(*explained.answer);
  }
  const bool is_answered = explained.answer && (explained.answer->rcode == wire::Rcode::noerror ||
                                                explained.answer->rcode == wire::Rcode::nxdomain);
  told.head["answered"] = is_answered;
  const iterator::Answer* const found = explained.answer ? &*explained.answer : nullptr;
  std::string instead = what_takes_its_place(*explained.policy, question, found);
  auto& headline = told.explanation.headline;
  if (!instead.empty()) headline.insert(headline.begin(), std::move(instead));
  if (std::string where = where_told(explained); !where.empty())
    headline.push_back(std::move(where));
  if (headline.size() > iterator::headline_lines_max) headline.resize(iterator::headline_lines_max);
  if (!is_answered) told.failure = "there is no answer";
  answer.go_on(tell(std::move(told)));
  return true;
}

void tell_policy(Explained& explained, const iterator::Answer& answer) {
  const auto& question = explained.question;
  explained.steps.on(iterator::trace::Started{question.name, question.type, 0});
  explained.steps.on(iterator::trace::Finished{
      question.name, question.type, answer.rcode, iterator::ResolveError::none, 0, {}});
}

iterator::Task<void> explain_on(WorkerReach reach, std::shared_ptr<Explained> explained,
                                Sight sight, ControlContinuation later) {
  const iterator::Question& question = explained->question;
  ReadAndRecorded recorded(*explained, reach.seams.clock);
  const bool is_recorded = sight == Sight::live && explained->recorder.is_on();
  iterator::Trace* trace = &explained->steps;
  if (is_recorded) trace = &recorded;
  auto by_policy = iterator::answer_by_policy(question, {}, reach.options->special_names.get(),
                                              reach.options->local_data.get());
  std::unique_ptr<iterator::ForgetfulResolver> own;
  iterator::Resolver* resolver = reach.resolver;
  if (sight == Sight::without_caches) {
    own = std::make_unique<iterator::ForgetfulResolver>(*reach.shared, reach.seams, reach.options);
    resolver = &own->resolver();
  }
  if (by_policy) {
    tell_policy(*explained, *by_policy);
    explained->answer = std::move(by_policy);
  } else if (sight == Sight::caches_only) {
    explained->answer = resolver->look_into_caches(question, *trace);
  } else {
    const iterator::AnswerPtr answer = co_await resolver->resolve_apart(question, trace);
    explained->answer = *answer;
  }
  later.go_on([explained](ControlAnswer& answer) { return finish(*explained, answer); });
}

}  // namespace

void control_explain(ControlSubject& subject, const ControlRequest& request,
                     ControlAnswer& answer) {
  const auto name = read_name(request, answer);
  std::optional type = wire::RrType::a;
  if (!name || !read_type(request, type, answer)) return;
  Sight sight = Sight::live;
  if (request.flag("cache-only")) sight = Sight::caches_only;
  if (request.flag("no-cache")) {
    if (sight == Sight::caches_only)
      return answer.fail(ControlFailure::request, "either cache-only or no-cache");
    sight = Sight::without_caches;
  }
  const auto explained = std::make_shared<Explained>(iterator::Question(*name, *type), subject);
  const auto later = answer.wait(subject.config().resolver.limits.resolution_time + time_beside);
  subject.do_errand([explained, sight, later](WorkerReach reach) {
    return explain_on(std::move(reach), explained, sight, later);
  });
}

}  // namespace godwit::daemon
