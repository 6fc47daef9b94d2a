// `top`: what keeps the resolver busy and what is wrong, in the last minutes: zones, clients and
// names of the questions that had to be resolved, servers, and what the flight recorder has of
// them.
#include <chrono>
#include <cmath>
#include <memory>
#include <optional>
#include <string>

#include "cache/worst_servers.h"
#include "daemon/busiest.h"
#include "daemon/control_arguments.h"
#include "daemon/control_rooms.h"
#include "daemon/control_server_facts.h"
#include "daemon/flight_recorder.h"
#include "daemon/system_seams.h"
#include "iterator/explanation.h"
#include "wire/name_text.h"
#include "wire/rdata_text.h"

namespace godwit::daemon {
namespace {

constexpr std::uint64_t top_shown = 5;
constexpr std::uint64_t top_shown_max = 100;
// Of what is recorded: what is older is not of now.
constexpr std::chrono::minutes fault_age_max{5};
// A server or a zone that takes as long, on average, is called slow.
constexpr double slow_milliseconds = 500;

std::string shown_key(const wire::Name& name) {
  return wire::to_text(name.to_lower());
}
std::string shown_key(const wire::IpAddress& address) {
  return address.to_text();
}

std::string_view says_of(const BusyFigures& figures) noexcept {
  if (figures.failures >= busy_least) return "fails";
  return figures.milliseconds / figures.questions >= slow_milliseconds ? "slow" : "";
}

template <class Key>
void tell_busy(const char* kind, const std::map<Key, BusyFigures>& all, std::size_t count,
               ControlAnswer& answer) {
  for (const auto& [key, figures] : busiest_of(all, count))
    answer.line({{"kind", kind},
                 {"name", shown_key(key)},
                 {"walks", std::llround(figures.questions)},
                 {"failures", std::llround(figures.failures)},
                 {"milliseconds", std::llround(figures.milliseconds / figures.questions)},
                 {"says", says_of(figures)}});
}

void tell_server_in_trouble(const cache::KnownServer& server, cache::Time now,
                            ControlAnswer& answer) {
  const auto facts = server_facts(server, now);
  const auto milliseconds = std::chrono::duration<double, std::milli>(server.state.srtt).count();
  const bool is_slow = milliseconds >= slow_milliseconds;
  if (facts.at("state") == "good" && !is_slow) return;
  boost::json::object row{{"kind", "server"},
                          {"name", facts.at("address")},
                          {"walks", nullptr},
                          {"failures", facts.at("failures")},
                          {"milliseconds", std::llround(milliseconds)},
                          {"says", facts.at("state") == "good" ? "slow" : facts.at("state")}};
  row["down-seconds"] = facts.at("down-seconds");
  answer.line(row);
}

void tell_faults(const FlightRecorder& recorder, std::size_t count, ControlAnswer& answer) {
  const auto oldest = SystemClock().wall() - fault_age_max;
  std::size_t told = 0;
  for (const FlightRecord& record : recorder.list()) {
    if (told == count || record.at < oldest) return;
    if (record.reason == RecordedFor::slow) continue;
    const auto headline = iterator::headline_of(iterator::read_steps(*record.log));
    answer.line(
        {{"kind", "fault"},
         {"name", wire::to_text(record.name) + " " + wire::to_text(record.type)},
         {"walks", nullptr},
         {"failures", nullptr},
         {"milliseconds",
          std::chrono::duration_cast<std::chrono::milliseconds>(record.took).count()},
         {"says", headline.empty() ? std::string(to_text(record.reason)) : headline.front()}});
    ++told;
  }
}

// A piece for what the workers have, then pieces for the table of servers, then the rest.
class TopWalk {
 public:
  TopWalk(const ControlSubject& subject, std::size_t count)
      : subject_(subject), count_(count), now_(SystemClock().now()), worst_(count, now_) {}

  bool make_piece(ControlAnswer& answer) {
    if (!has_told_busy_) {
      const BusySum sum = subject_.busiest();
      tell_busy("zone", sum.zones, count_, answer);
      tell_busy("name", sum.names, count_, answer);
      tell_busy("client", sum.clients, count_, answer);
      has_told_busy_ = true;
      return true;
    }
    if (consider_some(subject_.caches().servers, now_, place_, worst_)) return true;
    for (const auto& server : worst_.take()) tell_server_in_trouble(server, now_, answer);
    tell_faults(subject_.recorder(), count_, answer);
    return false;
  }

 private:
  const ControlSubject& subject_;
  const std::size_t count_;
  const cache::Time now_;
  cache::TablePlace place_;
  cache::WorstServers worst_;
  bool has_told_busy_ = false;
};

}  // namespace

void control_top(ControlSubject& subject, const ControlRequest& request, ControlAnswer& answer) {
  const auto limit = read_limit(request, top_shown, top_shown_max, answer);
  if (!limit) return;
  const auto walk = std::make_shared<TopWalk>(subject, *limit);
  answer.go_on([walk](ControlAnswer& more) { return walk->make_piece(more); });
}

}  // namespace godwit::daemon
