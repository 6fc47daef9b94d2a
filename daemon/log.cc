// Writes lines; a line that the reader does not take at once is lost rather than waited for.
#include "daemon/log.h"

#include <poll.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <charconv>
#include <cstring>
#include <vector>

namespace godwit::daemon {
namespace {

// syslog(3): err, warning, info, debug.
constexpr std::string_view prefixes[] = {"<3>", "<4>", "<6>", "<7>"};

cache::Time coarse_now() noexcept {
  timespec at{};
  ::clock_gettime(CLOCK_MONOTONIC_COARSE, &at);
  return cache::Time(std::chrono::seconds(at.tv_sec) + std::chrono::nanoseconds(at.tv_nsec));
}

// "2026-11-02T10:00:00.123Z".
std::string time_text() {
  timespec at{};
  ::clock_gettime(CLOCK_REALTIME, &at);
  tm parts{};
  ::gmtime_r(&at.tv_sec, &parts);
  char text[40];
  const auto size = std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &parts);
  const auto thousandths = std::to_string(1000 + at.tv_nsec / 1'000'000);
  return std::string(text, size) + "." + thousandths.substr(1) + "Z";
}

}  // namespace

void Log::write(LogSeverity severity, std::string_view event, LogFields fields) {
  if (shows(severity)) always(severity, event, fields);
}

void Log::always(LogSeverity severity, std::string_view event, LogFields fields) {
  std::string line = line_of(severity, event, fields);
  if (line.size() > line_octets_max) {
    std::vector<LogField> cut(fields.begin(), fields.end());
    while (line.size() > line_octets_max && cut_longest(cut, line.size() - line_octets_max))
      line = line_of(severity, event, cut);
  }
  if (!takes_a_line()) return;
  [[maybe_unused]] const auto written = ::write(fd_, line.data(), line.size());
}

// The journal has a time of its own for each line.
std::string Log::line_of(LogSeverity severity, std::string_view event, LogFields fields) const {
  std::string out;
  if (journal_) out = prefixes[static_cast<std::size_t>(severity)];
  if (shape_.load(std::memory_order_relaxed) == LogShape::json) {
    out += log_json(severity, event, fields, journal_ ? std::string() : time_text());
  } else {
    if (!journal_) out += time_text() + " ";
    out += log_text(event, fields);
  }
  out += '\n';
  return out;
}

// A pipe or socket that is ready takes a line whole. O_NONBLOCK would be set for everybody who has
// the terminal open.
bool Log::takes_a_line() const noexcept {
  pollfd ready{fd_, POLLOUT, 0};
  return ::poll(&ready, 1, 0) == 1 && (ready.revents & POLLOUT) != 0;
}

// It tells of want of memory, too, and must not be stopped by it.
void Log::noisy(std::string_view event, std::initializer_list<LogField> fields) noexcept {
  if (!shows(LogSeverity::warning)) return;
  try {
    write_unless_repeated(event, {fields.begin(), fields.size()});
  } catch (const std::exception&) {
    constexpr std::string_view instead = "a warning could not be written: no memory\n";
    if (!takes_a_line()) return;
    [[maybe_unused]] const auto written = ::write(fd_, instead.data(), instead.size());
  }
}

void Log::write_unless_repeated(std::string_view event, LogFields fields) {
  unsigned suppressed = 0;
  {
    const auto now = coarse_now();
    const std::lock_guard lock(mutex_);
    auto& repeats = repeats_[event];
    if (now - repeats.began >= repeat_period) {
      suppressed = repeats.suppressed;
      repeats = Repeats{now, 0, 0};
    }
    if (repeats.written >= repeats_max) {
      ++repeats.suppressed;
      return;
    }
    ++repeats.written;
  }
  if (suppressed > 0) warning("repeated", {{"of", event}, {"suppressed", suppressed}});
  write(LogSeverity::warning, event, fields);
}

bool is_journal(int fd, const char* journal_stream) noexcept {
  if (journal_stream == nullptr) return false;
  const char* const end = journal_stream + std::strlen(journal_stream);
  unsigned long long device = 0, inode = 0;
  const auto first = std::from_chars(journal_stream, end, device);
  if (first.ec != std::errc{} || first.ptr == end || *first.ptr != ':') return false;
  const auto second = std::from_chars(first.ptr + 1, end, inode);
  if (second.ec != std::errc{} || second.ptr != end) return false;
  struct stat status {};
  return ::fstat(fd, &status) == 0 && status.st_dev == device && status.st_ino == inode;
}

}  // namespace godwit::daemon
