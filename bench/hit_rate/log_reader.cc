#include "bench/hit_rate/log_reader.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <unordered_map>

#include "bench/hit_rate/draws.h"

namespace godwit::bench {
namespace {

// Of an entry but its name: head, one address with its bookkeeping.
constexpr std::size_t octets_beside_name = 48;
constexpr double seconds_max = 1e12;

template <class Number>
std::optional<Number> number(std::string_view text) {
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::string_view take_word(std::string_view& rest) {
  const std::size_t first = std::min(rest.find_first_not_of(" \t\r"), rest.size());
  rest.remove_prefix(first);
  const std::string_view word = rest.substr(0, rest.find_first_of(" \t\r"));
  rest.remove_prefix(word.size());
  return word;
}

// "2026-11-02T10:00:00.123Z" as seconds since 1970.
std::optional<double> seconds_of(std::string_view text) {
  if (text.size() < 20 || text[4] != '-' || text[10] != 'T' || text.back() != 'Z') {
    return std::nullopt;
  }
  const auto year = number<int>(text.substr(0, 4));
  const auto month = number<unsigned>(text.substr(5, 2));
  const auto day = number<unsigned>(text.substr(8, 2));
  const auto hour = number<int>(text.substr(11, 2));
  const auto minute = number<int>(text.substr(14, 2));
  const auto second = number<double>(text.substr(17, text.size() - 18));
  if (!year || !month || !day || !hour || !minute || !second) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(*year), std::chrono::month(*month),
                                         std::chrono::day(*day)};
  if (!date.ok()) return std::nullopt;
  const auto days = std::chrono::sys_days(date).time_since_epoch().count();
  return static_cast<double>(days) * 86'400 + *hour * 3600 + *minute * 60 + *second;
}

// What stands after `before`: up to a blank, or up to the closing quote if it is quoted.
std::string_view value_after(std::string_view line, std::string_view before) {
  const std::size_t at = line.find(before);
  if (at == std::string_view::npos) return {};
  std::string_view rest = line.substr(at + before.size());
  if (rest.empty() || rest.front() != '"') return rest.substr(0, rest.find_first_of(" \r"));
  rest.remove_prefix(1);
  for (std::size_t i = 0; i < rest.size(); ++i) {
    if (rest[i] == '\\') {
      ++i;
    } else if (rest[i] == '"') {
      return rest.substr(0, i);
    }
  }
  return {};
}

std::optional<LogLine> own_line(std::string_view line) {
  LogLine read;
  if (!line.empty() && line.front() == '{') {
    if (value_after(line, "\"event\":") != "query") return std::nullopt;
    read.seconds = seconds_of(value_after(line, "\"time\":"));
    read.name = value_after(line, "\"name\":");
    read.type = value_after(line, "\"type\":");
  } else {
    const std::size_t at = line.find("query client=");
    if (at == std::string_view::npos) return std::nullopt;
    std::string_view rest = line;
    read.seconds = seconds_of(take_word(rest));
    read.name = value_after(line.substr(at), " name=");
    read.type = value_after(line.substr(at), " type=");
  }
  if (read.name.empty() || read.type.empty()) return std::nullopt;
  return read;
}

}  // namespace

std::optional<LogLine> read_log_line(std::string_view line) {
  std::string_view rest = line;
  LogLine read;
  read.seconds = number<double>(take_word(rest));
  if (!read.seconds) return own_line(line);
  if (!(*read.seconds >= 0 && *read.seconds <= seconds_max)) return std::nullopt;
  read.name = take_word(rest);
  read.type = take_word(rest);
  const std::string_view ttl = take_word(rest);
  read.ttl_s = number<std::uint32_t>(ttl);
  if (read.type.empty() || (!ttl.empty() && !read.ttl_s)) return std::nullopt;
  return read;
}

ReadLog read_log(std::istream& in, const std::string& title, const LogOptions& options) {
  ReadLog log;
  Trace& trace = log.trace;
  trace.title = title;
  std::unordered_map<std::string, Key> keys;
  std::vector<std::uint32_t> ttls;
  std::string line;
  double first = 0;
  double now = 0;
  while (std::getline(in, line)) {
    const auto read = read_log_line(line);
    if (!read) {
      ++log.lines_skipped;
      continue;
    }
    if (trace.requests.empty()) first = read->seconds.value_or(0);
    now = std::max(now, read->seconds ? *read->seconds - first : now + 1 / options.rate);
    std::string id(read->name);
    if (id.size() > 1 && id.back() == '.') id.pop_back();
    std::transform(id.begin(), id.end(), id.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    const std::size_t name_octets = id.size() + 2;
    id.append(" ").append(read->type);
    const auto [place, is_new] = keys.try_emplace(id, static_cast<Key>(trace.keys.size()));
    if (is_new) {
      Random random(std::hash<std::string>{}(id));
      const auto octets = (octets_beside_name + name_octets + 7) / 8 * 8;
      ttls.push_back(draw_ttl_s(random));
      trace.keys.push_back({static_cast<std::uint32_t>(octets), draw_cost_ms(random), 0});
    }
    const Key key = place->second;
    trace.requests.push_back(
        {static_cast<std::uint64_t>(now * 1000), key, read->ttl_s.value_or(ttls[key]), true});
  }
  const auto warm =
      static_cast<std::size_t>(options.warm * static_cast<double>(trace.requests.size()));
  for (std::size_t i = 0; i < warm; ++i) trace.requests[i].counted = false;
  return log;
}

}  // namespace godwit::bench
