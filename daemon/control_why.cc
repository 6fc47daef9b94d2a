// `why`: what the flight recorder has kept of resolutions that went wrong.
#include <array>
#include <ctime>
#include <memory>

#include "daemon/control_arguments.h"
#include "daemon/control_explanation.h"
#include "daemon/control_rooms.h"
#include "wire/name_text.h"
#include "wire/rdata_text.h"

namespace godwit::daemon {
namespace {

using iterator::read_steps;

// Reading a log and making its headline costs some tens of microseconds.
constexpr std::size_t records_per_piece = 16;

// "2026-11-02T10:00:00Z".
std::string moment_text(std::chrono::system_clock::time_point moment) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(moment);
  std::tm parts{};
  ::gmtime_r(&seconds, &parts);
  std::array<char, 32> text{};
  const auto size = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts);
  return {text.data(), size};
}

std::int64_t count_of(iterator::Duration took) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(took).count();
}

boost::json::object head_of(const FlightRecord& record) {
  return {{"at", moment_text(record.at)},
          {"reason", to_text(record.reason)},
          {"name", wire::to_text(record.name)},
          {"type", wire::to_text(record.type)},
          {"rcode", wire::to_text(record.rcode)},
          {"answered", record.reason == RecordedFor::slow || record.reason == RecordedFor::stale},
          {"took", std::to_string(count_of(record.took)) + " ms"},
          {"took-milliseconds", count_of(record.took)}};
}

void tell_all(const std::vector<FlightRecord>& found, ControlAnswer& answer) {
  const auto records = std::make_shared<const std::vector<FlightRecord>>(found);
  answer.go_on([records, next = std::size_t{0}](ControlAnswer& more) mutable {
    for (std::size_t i = 0; i < records_per_piece && next < records->size(); ++i, ++next) {
      const FlightRecord& record = (*records)[next];
      boost::json::object line = head_of(record);
      const auto headline = iterator::headline_of(read_steps(*record.log));
      line["fault"] = headline.empty() ? std::string() : headline.front();
      more.line(line);
    }
    return next < records->size();
  });
}

}  // namespace

void control_why(ControlSubject& subject, const ControlRequest& request, ControlAnswer& answer) {
  if (request.text("name").empty()) return tell_all(subject.recorder().list(), answer);
  const auto name = read_name(request, answer);
  std::optional<wire::RrType> type;
  if (!name || !read_type(request, type, answer)) return;
  for (const FlightRecord& record : subject.recorder().list(&*name)) {
    if (type && record.type != *type) continue;
    const auto steps = read_steps(*record.log);
    ToldExplanation told{head_of(record), iterator::explain(steps), {}, {}};
    return answer.go_on(tell(std::move(told)));
  }
  const std::string asked = wire::to_text(*name) + (type ? " " + wire::to_text(*type) : "");
  answer.fail(ControlFailure::negative,
              "nothing is recorded of " + asked + "; how it fares now: godwitctl explain " + asked);
}

}  // namespace godwit::daemon
