// `propagation`: every server of a zone asked for one name, and what that means beside the cache.
#include <algorithm>
#include <memory>
#include <optional>
#include <vector>

#include "daemon/control_arguments.h"
#include "daemon/control_rooms.h"
#include "daemon/propagation_findings.h"
#include "iterator/survey.h"
#include "wire/name_text.h"
#include "wire/rdata_text.h"

namespace godwit::daemon {
namespace {

constexpr std::chrono::seconds survey_time_default{10};
constexpr std::chrono::seconds survey_time_max{60};
// Beyond that: for the resolution that is under way when it is over, and for its turn.
constexpr std::chrono::seconds survey_time_beside{5};
constexpr std::size_t lines_of_report_per_piece = 32;

// "192.0.2.1,2001:db8::1"; nothing: one of them is no address, or they are too many.
std::optional<std::vector<wire::IpAddress>> read_addresses(std::string_view text) {
  std::vector<wire::IpAddress> out;
  while (!text.empty()) {
    const auto end = std::min(text.find(','), text.size());
    const auto address = wire::IpAddress::parse(text.substr(0, end));
    if (!address || out.size() == iterator::survey_against_max) return std::nullopt;
    out.push_back(*address);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

boost::json::object line_of(const PropagationFinding& finding) {
  boost::json::object out{{"kind", to_text(finding.kind)},
                          {"state", to_text(finding.severity)},
                          {"agrees", !finding.is_disagreement},
                          {"about", finding.about},
                          {"text", finding.text},
                          {"remedy", nullptr},
                          {"at", nullptr},
                          {"in-seconds", nullptr}};
  if (!finding.remedy.empty()) out["remedy"] = finding.remedy;
  if (finding.at) {
    out["at"] = *finding.at;
    out["in-seconds"] = finding.in_seconds;
  }
  return out;
}

boost::json::object line_of(const PropagationRow& row) {
  return {{"server", row.name},
          {"address", row.address},
          {"state", row.state},
          {"serial", row.serial},
          {"answer", row.answer}};
}

// What was found, a few lines at a time.
class ReportTeller {
 public:
  ReportTeller(const iterator::PropagationSurvey& survey, const CachedCopy& copy)
      : report_(judge_propagation(survey, copy)) {}

  bool tell(ControlAnswer& answer) {
    const std::size_t rows = report_.servers.size(), lines = rows + report_.findings.size();
    const std::size_t end = std::min(lines, next_ + lines_of_report_per_piece);
    for (; next_ < end; ++next_)
      answer.line(next_ < rows ? line_of(report_.servers[next_])
                               : line_of(report_.findings[next_ - rows]));
    if (next_ < lines) return true;
    if (!report_.agrees()) answer.fail(ControlFailure::negative, "not all agree");
    return false;
  }

 private:
  const PropagationReport report_;
  std::size_t next_ = 0;
};

// It is judged when the reader has room for it, on the main thread.
ControlPiece tell(iterator::PropagationSurveyPtr survey, CachedCopy copy) {
  return [survey = std::move(survey), copy = std::move(copy),
          teller = std::shared_ptr<ReportTeller>()](ControlAnswer& answer) mutable {
    if (!teller) teller = std::make_shared<ReportTeller>(*survey, copy);
    return teller->tell(answer);
  };
}

iterator::Task<void> survey_on(WorkerReach reach, iterator::SurveyRequest request,
                               ControlContinuation later) {
  const iterator::Question question = request.question;
  const iterator::PropagationSurveyPtr survey = co_await iterator::survey_propagation(
      reach.shared, reach.seams, reach.options, std::move(request));
  later.go_on(tell(survey, look_at_copy(reach, question, survey->zone)));
}

}  // namespace

void control_propagation(ControlSubject& subject, const ControlRequest& request,
                         ControlAnswer& answer) {
  const auto name = read_name(request, answer);
  std::optional type = wire::RrType::a;
  if (!name || !read_type(request, type, answer)) return;
  if (wire::is_meta(*type))
    return answer.fail(ControlFailure::request,
                       wire::to_text(*type) + " is no type of records that a zone has");
  auto against = read_addresses(request.text("against"));
  if (!against)
    return answer.fail(ControlFailure::request, "against is to be up to " +
                                                    std::to_string(iterator::survey_against_max) +
                                                    " IP addresses with commas between them");
  const auto given = request.number("timeout");
  const bool is_bad = !given && !request.text("timeout").empty();
  const auto time =
      std::chrono::seconds(given.value_or(static_cast<std::uint64_t>(survey_time_default.count())));
  if (is_bad || time < std::chrono::seconds(1) || time > survey_time_max)
    return answer.fail(ControlFailure::request, "timeout is to be 1 to 60 seconds");
  iterator::SurveyRequest wanted;
  wanted.question = iterator::Question(*name, *type);
  wanted.against = std::move(*against);
  wanted.time = time;
  const auto wait = time + survey_time_beside + subject.config().resolver.limits.resolution_time;
  const auto later = answer.wait(wait);
  subject.do_errand(
      [wanted, later](WorkerReach reach) { return survey_on(std::move(reach), wanted, later); });
}

}  // namespace godwit::daemon
