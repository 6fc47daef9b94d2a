// How the program is, and what it has counted.
#include <cmath>
#include <string_view>

#include "daemon/control_rooms.h"

namespace godwit::daemon {
namespace {

std::uint64_t percent(std::uint64_t part, std::uint64_t whole) noexcept {
  return whole == 0 ? 0 : part * 100 / whole;
}

// Of what was asked, the part that was answered from what is remembered.
std::uint64_t hit_percent(const CounterTotals& totals) {
  std::uint64_t hits = 0, misses = 0;
  for (std::size_t i = 0; i < hit_kind_count; ++i)
    hits += totals.get("cache-hits-" + std::string(to_text(static_cast<HitKind>(i))));
  for (std::size_t i = 0; i < miss_cause_count; ++i)
    misses += totals.get("cache-misses-" + std::string(miss_cause_name(i)));
  return percent(hits, hits + misses);
}

}  // namespace

void control_status(ControlSubject& subject, const ControlRequest&, ControlAnswer& answer) {
  const auto condition = subject.condition();
  const auto totals = subject.totals();
  const auto answered = totals.get("queries-answered");
  std::uint64_t entries = 0;
  for (const auto& pool : subject.caches().pools()) entries += pool.use.entries;
  boost::json::object line{
      {"state", "answering"},
      {"version", GODWIT_VERSION},
      {"uptime-seconds", condition.uptime_seconds},
      {"workers", condition.workers},
      {"validation", condition.validates},
      {"clock", condition.clock_fault.empty() ? "good" : condition.clock_fault},
      {"queries-received", totals.get("queries-received")},
      {"queries-answered", answered},
      {"queries-dropped", totals.get("queries-dropped")},
      {"queries-waiting", totals.get("queries-waiting")},
      {"answered-at-once-percent", percent(totals.get("answered-at-once"), answered)},
      {"servfail-percent", percent(totals.get("rcode-servfail"), answered)},
      {"cache-octets", totals.get("cache-octets")},
      {"cache-octets-max", condition.cache_octets_max},
      {"cache-entries", entries},
      {"hit-ratio-percent", hit_percent(totals)}};
  if (const auto& expected = condition.hit_ratio) {
    line["hit-ratio-expected-percent"] = std::lround(100 * expected->at_size);
    line["hit-ratio-at-twice-the-size-percent"] = std::lround(100 * expected->at_twice);
  }
  answer.line(line);
}

void control_stats(ControlSubject& subject, const ControlRequest&, ControlAnswer& answer) {
  boost::json::object out;
  const auto totals = subject.totals();
  for (const auto& field : totals.fields()) out[field.key] = field.number;
  for (const auto& [name, use, octets_max] : subject.caches().pools()) {
    const std::string pool = "pool-" + std::string(name);
    out[pool + "-octets"] = use.octets;
    out[pool + "-octets-max"] = octets_max;
    out[pool + "-entries"] = use.entries;
    out[pool + "-evictions"] = use.evictions;
  }
  answer.line(out);
}

}  // namespace godwit::daemon
