// What happened to every query, by cause, so that received = answered + dropped + waiting holds
// exactly at any time. Each worker writes its own; anyone may read (relaxed atomics, no tearing).
#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/curve_sample.h"
#include "daemon/log_line.h"
#include "daemon/query_types.h"
#include "iterator/latency_histogram.h"

namespace godwit::daemon {

// Why a query got no answer.
enum class DropCause : std::uint8_t {
  too_short,          // under 12 octets
  is_response,        // QR=1
  source_port,        // a port that no client uses (0, echo, chargen ...)
  error_to_server,    // an error reply to port 53 could start a loop
  error_rate,         // too many error replies this second
  unreadable_sender,  // a source address that cannot be answered
  waiting_client,     // waiting_per_client reached, over UDP
  waiting_question,   // waiting_per_question reached, over UDP
  send_failed,        // the system did not take the reply
  client_gone,        // the TCP connection ended before the answer was sent
  shutdown,           // still waiting when the time for the last answers was over
  internal,           // an exception: a bug, or no memory
  policy,             // a rule of a block list
};
inline constexpr std::size_t drop_cause_count = 13;

// What of the caches has answered a question at once.
enum class HitKind : std::uint8_t {
  ready,       // kept ready made, whatever it says
  composed,    // put together from sets
  negative,    // a remembered denial
  aggressive,  // made of denials that were proven for other names (RFC 8198)
  failure,     // a remembered failure (RFC 9520)
  stale,       // with a part that has ended (RFC 8767)
};
inline constexpr std::size_t hit_kind_count = 6;
// As cache/absence.h has them.
inline constexpr std::size_t miss_cause_count = 3;

[[nodiscard]] std::string_view to_text(HitKind kind) noexcept;

// The kinds of actions of block lists (local/block_list.h).
inline constexpr std::size_t policy_action_count = 7;

[[nodiscard]] std::string_view to_text(DropCause cause) noexcept;

// As counters have them: "nxdomain", or "other" from 16 on.
[[nodiscard]] std::string_view rcode_label(std::size_t rcode) noexcept;
[[nodiscard]] std::string_view miss_cause_name(std::size_t cause) noexcept;
[[nodiscard]] std::string_view policy_action_name(std::size_t action) noexcept;

// A number that one thread changes and others read.
class Counter {
 public:
  void add(std::uint64_t n = 1) noexcept {
    value_.store(value_.load(std::memory_order_relaxed) + n, std::memory_order_relaxed);
  }
  void subtract(std::uint64_t n = 1) noexcept {
    value_.store(value_.load(std::memory_order_relaxed) - n, std::memory_order_relaxed);
  }
  [[nodiscard]] std::uint64_t get() const noexcept {
    return value_.load(std::memory_order_relaxed);
  }

 private:
  std::atomic<std::uint64_t> value_{0};
};

struct WorkerCounters {
  Counter queries_received, queries_received_tcp, queries_answered;
  Counter queries_waiting;  // a gauge: received, neither sent an answer nor dropped yet
  Counter drops[drop_cause_count];
  Counter answered_at_once;  // without waiting: cached, local, refused or malformed
  Counter answers_truncated;
  Counter policy_hits[policy_action_count];  // by what a rule did
  Counter rebinding_withheld;                // answers without a private address that was there
  Counter answers_local;                     // wholly or in part of the operator's own data
  Counter answer_rcodes[16], answer_rcodes_other;
  Counter answers_stale;  // with a part that had ended (RFC 8767)
  Counter answers_late;   // SERVFAIL because answer-time was over, while the resolution went on
  Counter tcp_accepted, tcp_refused, tcp_closed_idle, tcp_closed_stalled, tcp_closed_garbage;
  Counter tcp_open;           // a gauge
  Counter upstream_tcp_full;  // not asked: as many connections as there may be
  Counter upstream_udp, upstream_tcp, upstream_port_retries, upstream_no_descriptor;
  Counter exceptions;        // of a handler: a bug, or no memory
  Counter upstream_ignored;  // datagrams that were no response to the query they came for
  Counter queries_by_type[2][query_type_count];  // over UDP, over TCP; their sum is the received
  Counter hits[hit_kind_count];
  Counter misses[miss_cause_count];       // that wait for the walk, or join one
  iterator::LatencyHistogram hit_times;   // over UDP: from the reading of a batch to its sending
  iterator::LatencyHistogram miss_times;  // from taking the query to its answer
  Counter curve_questions;                // noted in the sample's way, beside the ready hits
  CurveSample curve;

  void asked(bool over_tcp, std::size_t type_index) noexcept {
    queries_by_type[over_tcp ? 1 : 0][type_index].add();
  }
  void dropped(DropCause cause, std::uint64_t n = 1) noexcept {
    drops[static_cast<std::size_t>(cause)].add(n);
  }
  void answered(std::uint16_t rcode) noexcept {
    queries_answered.add();
    (rcode < 16 ? answer_rcodes[rcode] : answer_rcodes_other).add();
  }
};

// The sums over all workers, in a fixed order, under the names of the counters line:
// queries-received, queries-answered, queries-dropped, queries-waiting, drop-CAUSE ...
class CounterTotals {
 public:
  void add(const WorkerCounters& counters);
  void add(std::string_view name, std::uint64_t value);
  [[nodiscard]] std::uint64_t get(std::string_view name) const noexcept;
  // As a record of the log has them. Lifetime: until the next add().
  [[nodiscard]] std::vector<LogField> fields() const;

 private:
  struct Value {
    std::string name;
    std::uint64_t value;
  };
  std::vector<Value> values_;
};

}  // namespace godwit::daemon
