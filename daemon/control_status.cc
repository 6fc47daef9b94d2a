// How the program is, and what it has counted.
#include <array>
#include <utility>

#include "daemon/control_rooms.h"

namespace godwit::daemon {
namespace {

using Pool = std::pair<std::string_view, cache::CacheUse>;

// In the order in which a question meets them.
std::array<Pool, 8> pools_of(const iterator::Caches& caches) {
  return {{{"answers", caches.answers.use()},
           {"rrsets", caches.rrsets.use()},
           {"negatives", caches.negatives.use()},
           {"proven", caches.proven.use()},
           {"failures", caches.failures.use()},
           {"delegations", caches.delegations.use()},
           {"servers", caches.servers.use()},
           {"trusts", caches.trusts.use()}}};
}

std::uint64_t percent(std::uint64_t part, std::uint64_t whole) noexcept {
  return whole == 0 ? 0 : part * 100 / whole;
}

}  // namespace

void control_status(ControlSubject& subject, const ControlRequest&, ControlAnswer& answer) {
  const auto condition = subject.condition();
  const auto totals = subject.totals();
  const auto answered = totals.get("queries-answered");
  std::uint64_t entries = 0;
  for (const auto& [name, use] : pools_of(subject.caches())) entries += use.entries;
  answer.line({{"state", "answering"},
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
               {"cache-entries", entries}});
}

void control_stats(ControlSubject& subject, const ControlRequest&, ControlAnswer& answer) {
  boost::json::object out;
  const auto totals = subject.totals();
  for (const auto& field : totals.fields()) out[field.key] = field.number;
  for (const auto& [name, use] : pools_of(subject.caches())) {
    const std::string pool = "pool-" + std::string(name);
    out[pool + "-octets"] = use.octets;
    out[pool + "-entries"] = use.entries;
    out[pool + "-evictions"] = use.evictions;
  }
  answer.line(out);
}

}  // namespace godwit::daemon
