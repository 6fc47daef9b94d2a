// Query logs as traces. Two kinds of lines, which may be mixed:
//
//   12.5 www.example.com A 300            seconds, name, type and, if known, the TTL it came with
//   2026-11-02T10:00:00.123Z query client=192.0.2.1 transport=udp name=www.example. type=A
//   rcode=...
//
// The second is godwit's own, as text or JSON, with its time or without. What no line says is
// drawn: TTLs from the distribution of draws.h, the same for a name each time it is asked for.
#pragma once

#include <istream>
#include <optional>
#include <string>
#include <string_view>

#include "bench/hit_rate/trace.h"

namespace godwit::bench {

struct LogOptions {
  double rate = 150;   // queries per second, where lines have no time
  double warm = 0.25;  // share of the log, from its beginning, that is not counted
};

struct LogLine {
  std::optional<double> seconds;
  std::string_view name;
  std::string_view type;
  std::optional<std::uint32_t> ttl_s;
};

// Nothing for lines of any other kind. Lifetime: that of `line`.
[[nodiscard]] std::optional<LogLine> read_log_line(std::string_view line);

struct ReadLog {
  Trace trace;
  std::size_t lines_skipped = 0;
};

// Time never goes back: a line that is earlier than the one before it counts as at the same time.
[[nodiscard]] ReadLog read_log(std::istream& in, const std::string& title,
                               const LogOptions& options);

}  // namespace godwit::bench
