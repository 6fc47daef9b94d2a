#include "daemon/ctl_watch.h"

#include <poll.h>

#include <charconv>
#include <ctime>
#include <optional>

#include "daemon/ctl_print.h"
#include "daemon/ctl_propagation.h"

namespace godwit::daemon {
namespace {

constexpr int pause_seconds_default = 5;
constexpr int pause_seconds_max = 86'400;

// Nothing: it is no number of seconds.
std::optional<int> pause_of(const CtlLine& line) {
  const auto* const every = line.request.if_contains("every");
  if (every == nullptr) return pause_seconds_default;
  const std::string text = ctl_text(*every);
  int seconds = 0;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), seconds);
  const bool is_number = result.ec == std::errc{} && result.ptr == text.data() + text.size();
  if (!is_number || seconds < 1 || seconds > pause_seconds_max) return std::nullopt;
  return seconds;
}

std::string time_of_day() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  ::gmtime_r(&now, &parts);
  char out[32];
  return {out, std::strftime(out, sizeof out, "%H:%M:%S UTC", &parts)};
}

void show(const CtlLine& line, const std::vector<boost::json::object>& changed, bool in_colour,
          std::ostream& out) {
  if (changed.empty()) return;
  CtlPrinter printer(*line.command, in_colour);
  out << "-- " << time_of_day() << "\n";
  for (const auto& one : changed) {
    if (one.contains("gone") && !one.contains("server")) out << "gone: ";
    out << printer.print(one);
  }
  out.flush();
}

}  // namespace

CtlEnd watch_propagation(const CtlLine& line, bool in_colour, std::ostream& out) {
  const auto pause = pause_of(line);
  if (!pause) return {ctl_usage_mistake, "every is to be a number of seconds, 1 at least"};
  if (!line.request.contains("watch")) return {ctl_usage_mistake, "--every goes with --watch"};
  PropagationChanges changes;
  for (;;) {
    std::vector<boost::json::object> lines;
    CtlEnd end = exchange_with_daemon(
        line, [&](const boost::json::object& members, const std::string& received) {
          if (line.as_json) out << received << "\n";
          if (!members.contains("done")) lines.push_back(members);
        });
    out.flush();
    if (!line.as_json) show(line, changes.take(lines), in_colour, out);
    if (end.status != ctl_negative || !out) return end;
    (void)::poll(nullptr, 0, *pause * 1'000);
  }
}

}  // namespace godwit::daemon
