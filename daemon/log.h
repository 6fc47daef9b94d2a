// The log of the process: records to standard error, one write(2) each, with the priority prefix
// of sd-daemon(3) when the journal reads there. Any thread. What a line looks like is log_line.h.
#pragma once

#include <atomic>
#include <mutex>
#include <unordered_map>

#include "cache/time.h"
#include "daemon/log_line.h"

namespace godwit::daemon {

class Log {
 public:
  // `journal`: whether standard error is the journal (is_journal()).
  Log(int fd, bool journal) noexcept : fd_(fd), journal_(journal) {}
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;

  void set(LogSeverity most_verbose, LogShape shape) noexcept {
    level_.store(most_verbose, std::memory_order_relaxed);
    shape_.store(shape, std::memory_order_relaxed);
  }
  void set_level(LogSeverity most_verbose) noexcept {
    level_.store(most_verbose, std::memory_order_relaxed);
  }
  [[nodiscard]] LogSeverity level() const noexcept {
    return level_.load(std::memory_order_relaxed);
  }
  [[nodiscard]] bool shows(LogSeverity severity) const noexcept {
    return severity <= level_.load(std::memory_order_relaxed);
  }

  void error(std::string_view event, std::initializer_list<LogField> fields) {
    write(LogSeverity::error, event, {fields.begin(), fields.size()});
  }
  void warning(std::string_view event, std::initializer_list<LogField> fields) {
    write(LogSeverity::warning, event, {fields.begin(), fields.size()});
  }
  void info(std::string_view event, std::initializer_list<LogField> fields) {
    write(LogSeverity::info, event, {fields.begin(), fields.size()});
  }
  void debug(std::string_view event, std::initializer_list<LogField> fields) {
    write(LogSeverity::debug, event, {fields.begin(), fields.size()});
  }
  // For what the network can cause again and again: `repeats_max` records of an event in
  // `repeat_period`, then none until it is over, then their number. `event` has static storage.
  void noisy(std::string_view event, std::initializer_list<LogField> fields) noexcept;

  // A record that is there at every level: the counters.
  void always(LogSeverity severity, std::string_view event, LogFields fields);

  // A pipe that is ready takes so much at once (PIPE_BUF); the longest values of a longer line are
  // cut.
  static constexpr std::size_t line_octets_max = 4096;
  static constexpr unsigned repeats_max = 5;
  static constexpr std::chrono::seconds repeat_period{10};

 private:
  struct Repeats {
    cache::Time began{};
    unsigned written = 0;
    unsigned suppressed = 0;
  };
  void write(LogSeverity severity, std::string_view event, LogFields fields);
  [[nodiscard]] std::string line_of(LogSeverity severity, std::string_view event,
                                    LogFields fields) const;
  void write_unless_repeated(std::string_view event, LogFields fields);
  [[nodiscard]] bool takes_a_line() const noexcept;
  int fd_;
  bool journal_;
  std::atomic<LogSeverity> level_{LogSeverity::info};
  std::atomic<LogShape> shape_{LogShape::text};
  std::mutex mutex_;
  std::unordered_map<std::string_view, Repeats> repeats_;
};

// Whether `fd` is the stream that JOURNAL_STREAM ("device:inode", may be null) names.
[[nodiscard]] bool is_journal(int fd, const char* journal_stream) noexcept;

}  // namespace godwit::daemon
