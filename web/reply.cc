#include "web/reply.h"

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <utility>

#include "daemon/metrics_text.h"

namespace godwit::web {
namespace {

constexpr std::string_view plain_text = "text/plain; charset=utf-8";
constexpr std::string_view json_text = "application/json";

unsigned status_of(const Route& route, Answer::Outcome outcome) noexcept {
  switch (outcome) {
    case Answer::Outcome::told:
      return 200;
    case Answer::Outcome::not_understood:
      return route.has_parameters ? 400 : 501;
    case Answer::Outcome::negative:
      return route.has_parameters ? 404 : 503;
    case Answer::Outcome::unreachable:
    case Answer::Outcome::broken:
      break;
  }
  return 503;
}

// {"error":null,"lines":[...]}: the lines are JSON already.
Reply json_of(unsigned status, const Answer& answer) {
  boost::json::value error = nullptr;
  if (!answer.error.empty()) error = answer.error;
  Reply out{status, json_text, R"({"error":)" + boost::json::serialize(error) + R"(,"lines":[)"};
  for (const std::string& line : answer.lines) {
    if (&line != &answer.lines.front()) out.body += ",\n";
    out.body += line;
  }
  out.body += "]}\n";
  return out;
}

// What is no family is left out: the rest is worth having.
std::string exposition_of(const std::vector<std::string>& lines) {
  std::string out;
  for (const std::string& line : lines) {
    boost::system::error_code error;
    const auto value = boost::json::parse(line, error);
    const auto* const members = value.if_object();
    if (error || members == nullptr) continue;
    if (const auto family = daemon::metric_family_from(*members))
      out += daemon::prometheus_text(*family);
  }
  return out;
}

}  // namespace

Reply sentence(unsigned status, std::string text) {
  return {status, plain_text, std::move(text) + "\n"};
}

Reply refusal(unsigned status) {
  switch (status) {
    case 400:
      return sentence(status, "This request cannot be understood.");
    case 404:
      return sentence(status, "There is nothing here of that name.");
    case 405:
      return sentence(status, "Only GET and HEAD are answered: nothing can be changed here.");
    case 413:
      return sentence(status, "A request has no body here.");
    case 421:
      return sentence(status,
                      "This is not the host that was asked for; see --host in godwit-web(8).");
    case 431:
      return sentence(status, "The head of this request is longer than is taken.");
    default:
      return sentence(status, "There are as many connections as are taken.");
  }
}

Reply reply_of(const Asset& asset) {
  return {200, asset.type, std::string(asset.body)};
}

Reply reply_of(const Route& route, const Answer& answer) {
  const unsigned status = status_of(route, answer.outcome);
  if (route.kind == Route::Kind::api) return json_of(status, answer);
  if (status != 200) return sentence(status, answer.error);
  if (route.kind == Route::Kind::health) return sentence(status, "godwitd answers.");
  return {status, daemon::metrics_content_type, exposition_of(answer.lines)};
}

}  // namespace godwit::web
