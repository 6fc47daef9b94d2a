// One log record as a line: an event and key=value pairs, as text or JSON, with everything that
// could break a line or a terminal escaped. Pure. The writer is log.h.
#pragma once

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>

namespace godwit::daemon {

enum class LogSeverity : std::uint8_t { error, warning, info, debug };
enum class LogShape : std::uint8_t { text, json };

// A key with its value. Lifetime: the values' owners, until the record is written.
struct LogField {
  LogField(std::string_view k, std::string_view v) : key(k), text(v) {}
  LogField(std::string_view k, const std::string& v) : key(k), text(v) {}
  LogField(std::string_view k, const char* v) : key(k), text(v) {}
  template <std::integral Number>
  LogField(std::string_view k, Number v)
      : key(k), number(static_cast<std::int64_t>(v)), is_number(true) {}
  std::string_view key;
  std::string_view text;
  std::int64_t number = 0;
  bool is_number = false;
  bool is_cut = false;  // the text is the beginning of a longer one: written with "..." after it
};
using LogFields = std::span<const LogField>;

// "listening address=127.0.0.1 port=53 text=\"two words\"". Octets outside printable ASCII, quotes
// and backslashes become \xHH, \" and \\; a value is quoted when it is empty or has a blank, a
// quote, '=' or a backslash.
[[nodiscard]] std::string log_text(std::string_view event, LogFields fields);

// {"time":"2026-11-02T10:00:00.123Z","level":"info","event":"listening","port":53}; an empty `time`
// is left out. Octets that are no UTF-8 become \u00HH.
[[nodiscard]] std::string log_json(LogSeverity severity, std::string_view event, LogFields fields,
                                   std::string_view time = {});

// Takes so many octets, and those of the "...", off the end of the longest text. False when there
// is no text left.
bool cut_longest(std::span<LogField> fields, std::size_t octets) noexcept;

[[nodiscard]] std::string_view to_text(LogSeverity severity) noexcept;

}  // namespace godwit::daemon
