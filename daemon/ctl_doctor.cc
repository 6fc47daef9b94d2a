#include "daemon/ctl_doctor.h"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "daemon/ctl_client.h"
#include "daemon/ctl_print.h"
#include "daemon/doctor_gather.h"
#include "daemon/doctor_probe.h"

namespace godwit::daemon {
namespace {

// Of all probes together.
constexpr std::chrono::milliseconds probe_time{3'000};

DaemonFacts ask_daemon(const CtlLine& line) {
  CtlClient client;
  auto fault = client.connect(line.socket_path, line.command->patience);
  if (!fault.empty()) return facts_without_daemon(std::move(fault));
  // Who is turned away is told why, even where the request could not be sent.
  fault = client.send(boost::json::serialize(line.request) + "\n");
  const auto received = client.receive();
  boost::system::error_code bad;
  const auto value = received ? boost::json::parse(*received, bad) : boost::json::value();
  const auto* const members = value.if_object();
  if (bad || members == nullptr)
    return facts_without_daemon(fault.empty() ? client.why_no_line() : fault);
  if (const auto* const error = members->if_contains("error"); error && error->is_string())
    return facts_without_daemon("godwitd says: " + ctl_text(*error));
  return read_daemon_facts(*members);
}

boost::json::object as_json(const Finding& finding) {
  boost::json::object out{{"area", finding.area},
                          {"state", to_text(finding.severity)},
                          {"text", finding.text},
                          {"remedy", nullptr}};
  if (!finding.remedy.empty()) out["remedy"] = finding.remedy;
  return out;
}

// Names of files and reasons come from elsewhere.
std::string shown(const std::string& text) {
  return ctl_text(boost::json::value(text));
}

std::string_view colour_of(Severity severity) noexcept {
  switch (severity) {
    case Severity::good:
      return "32";
    case Severity::note:
      return "33";
    case Severity::fault:
      break;
  }
  return "31";
}

}  // namespace

std::string finding_text(const Finding& finding, bool in_colour) {
  constexpr std::size_t state_width = 5, area_width = 12;
  std::string state(to_text(finding.severity)), area = finding.area;
  state.resize(state_width, ' ');
  area.resize(std::max(area_width, area.size() + 1), ' ');
  if (in_colour)
    state = "\x1b[" + std::string(colour_of(finding.severity)) + "m" + state + "\x1b[0m";
  const std::string margin(state_width + 1 + area_width + 1, ' ');
  std::string out = state + " " + area + " " + shown(finding.text) + "\n";
  if (!finding.remedy.empty()) out += margin + "> " + shown(finding.remedy) + "\n";
  return out;
}

bool run_doctor(const CtlLine& line, bool in_colour, std::ostream& out) {
  DoctorFacts facts;
  facts.daemon = ask_daemon(line);
  facts.host = look_at_host();
  facts.probes = run_probes(plan_probes(facts.daemon), probe_time);
  bool is_well = true;
  for (const Finding& finding : diagnose(facts)) {
    is_well = is_well && finding.severity != Severity::fault;
    if (line.as_json)
      out << boost::json::serialize(as_json(finding)) << "\n";
    else
      out << finding_text(finding, in_colour);
  }
  if (line.as_json)
    out << R"({"done":true,"error":null})"
        << "\n";
  return is_well;
}

}  // namespace godwit::daemon
