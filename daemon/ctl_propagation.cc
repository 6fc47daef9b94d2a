#include "daemon/ctl_propagation.h"

#include <algorithm>

#include "daemon/ctl_doctor.h"
#include "daemon/ctl_print.h"

namespace godwit::daemon {
namespace {

std::string member(const boost::json::object& line, std::string_view key) {
  const auto* const value = line.if_contains(key);
  return value == nullptr || value->is_null() ? std::string() : ctl_text(*value);
}

Severity severity_of(const boost::json::object& line) {
  const std::string state = member(line, "state");
  if (state == to_text(Severity::good)) return Severity::good;
  return state == to_text(Severity::note) ? Severity::note : Severity::fault;
}

}  // namespace

std::string found_text(const boost::json::object& line, bool in_colour) {
  const Finding finding{member(line, "kind"), severity_of(line), member(line, "text"),
                        member(line, "remedy")};
  return finding_text(finding, in_colour);
}

std::vector<boost::json::object> PropagationChanges::take(
    const std::vector<boost::json::object>& lines) {
  std::map<Key, std::string> now;
  std::map<Key, boost::json::object> lines_now;
  std::vector<boost::json::object> out;
  for (const auto& line : lines) {
    const bool is_server = line.contains("server");
    const Key key = is_server ? Key("", member(line, "address"))
                              : Key(member(line, "kind"), member(line, "about"));
    // Of a server all counts; of a finding whether it is good, and not its times.
    std::string& what = now[key];
    what += member(line, "state") + " ";
    if (is_server) what += member(line, "serial") + " " + member(line, "answer");
    lines_now.insert_or_assign(key, line);
  }
  for (const auto& line : lines) {
    const bool is_server = line.contains("server");
    const Key key = is_server ? Key("", member(line, "address"))
                              : Key(member(line, "kind"), member(line, "about"));
    const auto old = before_.find(key);
    if (is_first_ || old == before_.end() || old->second != now.at(key)) out.push_back(line);
  }
  for (const auto& [key, line] : lines_before_) {
    if (now.contains(key)) continue;
    out.push_back(line);
    out.back()["gone"] = true;
  }
  before_ = std::move(now);
  lines_before_ = std::move(lines_now);
  is_first_ = false;
  return out;
}

}  // namespace godwit::daemon
