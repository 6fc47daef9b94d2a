#include "daemon/propagation_findings.h"

#include <algorithm>
#include <ctime>

#include "wire/name_text.h"
#include "wire/rdata.h"
#include "wire/rdata_text.h"

namespace godwit::daemon {

using iterator::Heard;
using iterator::ResponseKind;
using iterator::SurveyReply;

namespace {

constexpr std::size_t records_shown_max = 4;

std::int64_t seconds_since_1970(std::chrono::system_clock::time_point moment) {
  return std::chrono::floor<std::chrono::seconds>(moment.time_since_epoch()).count();
}

std::string formatted(std::int64_t at, const char* format) {
  const std::time_t seconds = at;
  std::tm parts{};
  ::gmtime_r(&seconds, &parts);
  char out[32];
  return {out, std::strftime(out, sizeof out, format, &parts)};
}

}  // namespace

std::string_view to_text(PropagationKind kind) noexcept {
  switch (kind) {
    case PropagationKind::servers:
      return "servers";
    case PropagationKind::behind:
      return "behind";
    case PropagationKind::differs:
      return "differs";
    case PropagationKind::no_answer:
      return "no-answer";
    case PropagationKind::lame:
      return "lame";
    case PropagationKind::cache:
      return "this-cache";
    case PropagationKind::resolver:
      return "resolver";
    case PropagationKind::others:
      return "others";
    case PropagationKind::delegation:
      return "delegation";
    case PropagationKind::server_name:
      return "server-name";
    case PropagationKind::signing:
      return "signing";
    case PropagationKind::alias:
      return "alias";
    case PropagationKind::target:
      return "target";
    case PropagationKind::advice:
      return "advice";
    case PropagationKind::limits:
      break;
  }
  return "limits";
}

std::string_view to_text(ServerStanding standing) noexcept {
  switch (standing) {
    case ServerStanding::good:
      return "answers";
    case ServerStanding::excluded:
      return "not to be asked";
    case ServerStanding::not_asked:
      return "not asked";
    case ServerStanding::silent:
      return "silent";
    case ServerStanding::unreachable:
      return "unreachable";
    case ServerStanding::nonsense:
      return "nonsense";
    case ServerStanding::refuses:
      return "refuses";
    case ServerStanding::fails:
      return "fails";
    case ServerStanding::lame:
      return "lame";
    case ServerStanding::not_authoritative:
      break;
  }
  return "no authority";
}

std::string server_text(const wire::Name& name, const wire::Endpoint& address) {
  return address.address.to_text() + " (" + wire::to_text(name) + ")";
}

std::string set_text(const wire::RRset& set) {
  std::vector<std::string> records;
  for (const wire::Bytes record : set.records())
    records.push_back(wire::rdata_to_text(set.type(), record));
  // Servers give them in any order.
  std::ranges::sort(records);
  std::string out = set.type() == wire::RrType::cname ? "alias of " : "";
  for (std::size_t i = 0; i < records.size() && i < records_shown_max; ++i)
    out.append(i == 0 ? "" : ", ").append(records[i]);
  if (records.size() > records_shown_max)
    out += " and " + std::to_string(records.size() - records_shown_max) + " more";
  return out;
}

std::string reply_text(const SurveyReply& reply) {
  if (reply.heard != Heard::response) return "-";
  if (reply.set && reply.is_usable()) return set_text(*reply.set);
  if (reply.kind == ResponseKind::nxdomain) return "no such name";
  return std::string(iterator::describe(reply.kind));
}

bool say_the_same(const SurveyReply& a, const SurveyReply& b) {
  if (a.set && b.set) return a.set->has_same_data(*b.set);
  return !a.set && !b.set && a.kind == b.kind;
}

std::optional<std::uint32_t> serial_of(const SurveyReply& soa) {
  if (!soa.is_usable() || !soa.set || soa.set->type() != wire::RrType::soa) return std::nullopt;
  const auto view = wire::read_soa(soa.set->records().front());
  return view ? std::optional(view->serial) : std::nullopt;
}

bool is_later_serial(std::uint32_t a, std::uint32_t b) noexcept {
  return a != b && a - b < std::uint32_t{1} << 31;
}

std::string moment_text(std::int64_t at, std::int64_t now) {
  constexpr std::int64_t day = 86'400;
  return formatted(at, at / day == now / day ? "%H:%M:%S UTC" : "%Y-%m-%d %H:%M:%S UTC");
}

bool PropagationReport::agrees() const noexcept {
  return std::ranges::none_of(findings,
                              [](const PropagationFinding& one) { return one.is_disagreement; });
}

PropagationJudge::PropagationJudge(const iterator::PropagationSurvey& survey,
                                   const CachedCopy& copy, PropagationReport& report)
    : survey_(survey), copy_(copy), report_(report) {
  find_reference();
}

PropagationFinding& PropagationJudge::add(Kind kind, Severity severity, std::string text) {
  PropagationFinding& finding = report_.findings.emplace_back();
  finding.kind = kind;
  finding.severity = severity;
  finding.text = std::move(text);
  finding.is_disagreement = severity == Severity::fault;
  return finding;
}

// The first whole second in which it is over.
void PropagationJudge::set_moment(PropagationFinding& finding, iterator::Duration left) const {
  const auto at = std::chrono::ceil<std::chrono::seconds>(
      copy_.taken_at + std::chrono::ceil<std::chrono::system_clock::duration>(left));
  finding.at = seconds_since_1970(at);
  finding.in_seconds = std::chrono::ceil<std::chrono::seconds>(left).count();
}

PropagationReport judge_propagation(const iterator::PropagationSurvey& survey,
                                    const CachedCopy& copy) {
  PropagationReport report;
  report.zone = survey.zone;
  PropagationJudge judge(survey, copy, report);
  if (survey.is_found) {
    judge.judge_servers();
    judge.judge_cache();
    judge.judge_resolvers();
    judge.judge_others();
    judge.judge_delegation();
    judge.judge_names();
    judge.judge_signing();
    judge.judge_answer();
    judge.give_advice();
  } else {
    PropagationFinding finding;
    finding.severity = Severity::fault;
    finding.is_disagreement = true;
    finding.text =
        "the zone of " + wire::to_text(survey.question.name) + " is not found: " + survey.failure;
    finding.remedy = "see godwitctl doctor";
    report.findings.push_back(std::move(finding));
  }
  if (survey.is_cut_short) {
    PropagationFinding finding;
    finding.kind = PropagationKind::limits;
    finding.severity = Severity::note;
    finding.is_disagreement = true;
    finding.text =
        "not everything was asked: the time was over, or there is more than a survey asks";
    finding.remedy = "give it longer: --timeout";
    report.findings.push_back(std::move(finding));
  }
  return report;
}

}  // namespace godwit::daemon
