// Names and sums of the counters. What was received is read before what became of it, so that a
// line taken while queries come never shows more answers than queries.
#include "daemon/counters.h"

#include <algorithm>

namespace godwit::daemon {
namespace {

constexpr std::string_view drop_names[drop_cause_count] = {
    "too-short",   "is-response",       "source-port",    "error-to-server",
    "error-rate",  "unreadable-sender", "waiting-client", "waiting-question",
    "send-failed", "client-gone",       "shutdown",       "internal",
    "policy"};

constexpr std::string_view rcode_names[16] = {
    "noerror", "formerr", "servfail", "nxdomain", "notimp", "refused", "yxdomain", "yxrrset",
    "nxrrset", "notauth", "notzone",  "11",       "12",     "13",      "14",       "15"};

struct Named {
  std::string_view name;
  const Counter WorkerCounters::*counter;
};

constexpr Named later[] = {
    {"answered-at-once", &WorkerCounters::answered_at_once},
    {"answers-late", &WorkerCounters::answers_late},
    {"answers-stale", &WorkerCounters::answers_stale},
    {"answers-local", &WorkerCounters::answers_local},
    {"rebinding-withheld", &WorkerCounters::rebinding_withheld},
    {"answers-truncated", &WorkerCounters::answers_truncated},
    {"tcp-accepted", &WorkerCounters::tcp_accepted},
    {"tcp-refused", &WorkerCounters::tcp_refused},
    {"tcp-open", &WorkerCounters::tcp_open},
    {"tcp-closed-idle", &WorkerCounters::tcp_closed_idle},
    {"tcp-closed-stalled", &WorkerCounters::tcp_closed_stalled},
    {"tcp-closed-garbage", &WorkerCounters::tcp_closed_garbage},
    {"exceptions", &WorkerCounters::exceptions},
    {"upstream-udp", &WorkerCounters::upstream_udp},
    {"upstream-tcp", &WorkerCounters::upstream_tcp},
    {"upstream-tcp-full", &WorkerCounters::upstream_tcp_full},
    {"upstream-ignored", &WorkerCounters::upstream_ignored},
    {"upstream-port-retries", &WorkerCounters::upstream_port_retries},
    {"upstream-no-descriptor", &WorkerCounters::upstream_no_descriptor},
};

constexpr std::string_view hit_names[hit_kind_count] = {"ready",      "composed", "negative",
                                                        "aggressive", "failure",  "stale"};

constexpr std::string_view miss_names[miss_cause_count] = {"new", "expired", "evicted"};

constexpr std::string_view policy_names[policy_action_count] = {
    "nxdomain", "nodata", "refused", "dropped", "truncated", "passed", "data"};

}  // namespace

std::string_view rcode_label(std::size_t rcode) noexcept {
  return rcode < std::size(rcode_names) ? rcode_names[rcode] : "other";
}

std::string_view miss_cause_name(std::size_t cause) noexcept {
  return miss_names[cause];
}

std::string_view policy_action_name(std::size_t action) noexcept {
  return policy_names[action];
}

std::string_view to_text(DropCause cause) noexcept {
  return drop_names[static_cast<std::size_t>(cause)];
}

std::string_view to_text(HitKind kind) noexcept {
  return hit_names[static_cast<std::size_t>(kind)];
}

void CounterTotals::add(const WorkerCounters& counters) {
  const auto answered = counters.queries_answered.get();
  std::uint64_t drops[drop_cause_count], dropped = 0;
  for (std::size_t i = 0; i < drop_cause_count; ++i) dropped += drops[i] = counters.drops[i].get();
  const auto waiting = counters.queries_waiting.get();
  add("queries-received", counters.queries_received.get());
  add("queries-answered", answered);
  add("queries-dropped", dropped);
  add("queries-waiting", waiting);
  add("queries-tcp", counters.queries_received_tcp.get());
  for (std::size_t i = 0; i < drop_cause_count; ++i)
    add("drop-" + std::string(drop_names[i]), drops[i]);
  for (std::size_t i = 0; i < 16; ++i)
    if (const auto n = counters.answer_rcodes[i].get(); n > 0 || i < 6)
      add("rcode-" + std::string(rcode_names[i]), n);
  add("rcode-other", counters.answer_rcodes_other.get());
  for (std::size_t i = 0; i < hit_kind_count; ++i)
    add("cache-hits-" + std::string(hit_names[i]), counters.hits[i].get());
  for (std::size_t i = 0; i < miss_cause_count; ++i)
    add("cache-misses-" + std::string(miss_cause_name(i)), counters.misses[i].get());
  for (std::size_t i = 0; i < policy_action_count; ++i)
    add("policy-" + std::string(policy_names[i]), counters.policy_hits[i].get());
  for (const auto& [name, counter] : later) add(name, (counters.*counter).get());
}

void CounterTotals::add(std::string_view name, std::uint64_t value) {
  const auto found = std::ranges::find(values_, name, &Value::name);
  if (found == values_.end())
    values_.push_back({std::string(name), value});
  else
    found->value += value;
}

std::uint64_t CounterTotals::get(std::string_view name) const noexcept {
  const auto found = std::ranges::find(values_, name, &Value::name);
  return found == values_.end() ? 0 : found->value;
}

std::vector<LogField> CounterTotals::fields() const {
  std::vector<LogField> out;
  for (const auto& [name, value] : values_) out.emplace_back(name, value);
  return out;
}

}  // namespace godwit::daemon
