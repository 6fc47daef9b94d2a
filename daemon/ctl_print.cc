#include "daemon/ctl_print.h"

#include <algorithm>
#include <array>
#include <boost/json/serialize.hpp>
#include <cstdio>
#include <utility>

#include "daemon/ctl_propagation.h"
#include "daemon/metrics_text.h"

namespace godwit::daemon {
namespace {

constexpr std::string_view bold = "1", red = "31", green = "32", faint = "2";

std::string printable(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c >= ' ' && c <= '~') {
      out += c;
      continue;
    }
    char escaped[5];
    std::snprintf(escaped, sizeof escaped, "\\x%02X", static_cast<unsigned char>(c));
    out += escaped;
  }
  return out;
}

std::string octets_text(std::uint64_t octets) {
  constexpr std::array<std::string_view, 4> units = {"KiB", "MiB", "GiB", "TiB"};
  if (octets < 1024) return std::to_string(octets) + " octets";
  auto amount = static_cast<double>(octets) / 1024;
  std::size_t unit = 0;
  for (; amount >= 1024 && unit + 1 < units.size(); ++unit) amount /= 1024;
  char out[32];
  std::snprintf(out, sizeof out, "%.1f ", amount);
  return out + std::string(units[unit]);
}

// The two largest units.
std::string seconds_text(std::uint64_t seconds) {
  struct Unit {
    std::uint64_t seconds;
    std::string_view name;
  };
  constexpr std::array<Unit, 4> units = {{{86'400, "d"}, {3'600, "h"}, {60, "min"}, {1, "s"}}};
  const auto* unit = units.begin();
  while (unit + 1 != units.end() && seconds < unit->seconds) ++unit;
  std::string out = std::to_string(seconds / unit->seconds) + " " + std::string(unit->name);
  const auto rest = seconds % unit->seconds;
  if (unit + 1 == units.end() || rest < (unit + 1)->seconds) return out;
  ++unit;
  return out + " " + std::to_string(rest / unit->seconds) + " " + std::string(unit->name);
}

// No resolution is deeper, whatever somebody else may send.
constexpr std::size_t levels_max = 32;

bool is_text(const boost::json::value* value, std::string_view text) {
  return value != nullptr && value->is_string() && value->get_string() == text;
}

// Of a step: what is bad, what is proven, and what was not done.
std::string_view colour_of(const boost::json::object& step) {
  const auto* const kind = step.if_contains("kind");
  if (is_text(kind, "disbelieved") || is_text(kind, "failure")) return red;
  if (is_text(kind, "passed-over") || is_text(kind, "server")) return faint;
  const auto* const value = step.if_contains("facts");
  const auto* const facts = value == nullptr ? nullptr : value->if_object();
  if (facts == nullptr) return {};
  if (is_text(kind, "rrset") && is_text(facts->if_contains("security"), "secure")) return green;
  const auto* const outcome = facts->if_contains("outcome");
  return outcome != nullptr && !is_text(outcome, "answered") ? red : std::string_view();
}

// Whether the same is there for people, as text with its unit.
bool is_told_with_unit(const boost::json::object& line, std::string_view key) {
  for (const std::string_view unit : {"-microseconds", "-milliseconds", "-seconds", "-seconds-ago"})
    if (key.ends_with(unit) && line.contains(key.substr(0, key.size() - unit.size()))) return true;
  return false;
}

// The key without the unit, which the value has.
std::string_view without_unit(std::string_view key) noexcept {
  for (const std::string_view unit : {"-octets", "-seconds", "-percent"})
    if (key.ends_with(unit)) key.remove_suffix(unit.size());
  return key;
}

}  // namespace

std::string ctl_text(const boost::json::value& value) {
  if (value.is_null()) return "-";
  if (value.is_bool()) return value.get_bool() ? "yes" : "no";
  if (value.is_string()) return printable(value.get_string());
  if (const auto* const list = value.if_array()) {
    std::string out;
    for (const auto& item : *list) out += (out.empty() ? "" : ", ") + ctl_text(item);
    return out.empty() ? "-" : out;
  }
  return printable(boost::json::serialize(value));
}

std::string ctl_quantity(std::string_view key, const boost::json::value& value) {
  boost::system::error_code error;
  const auto number = value.to_number<std::uint64_t>(error);
  if (error) return ctl_text(value);
  if (key.find("-octets") != key.npos) return octets_text(number);
  if (key.ends_with("-seconds")) return seconds_text(number);
  if (key.ends_with("-percent")) return std::to_string(number) + " %";
  return ctl_text(value);
}

std::string CtlPrinter::print(const boost::json::object& line) {
  if (const auto* const problem = line.if_contains("problem")) return ctl_text(*problem) + "\n";
  if (command_.form == CtlForm::metrics) {
    const auto family = metric_family_from(line);
    return family ? prometheus_text(*family) : std::string();
  }
  // Beside the rows of a table there may be lines of another shape.
  const bool is_row = command_.form == CtlForm::table && line.contains(command_.columns[0].key);
  if (is_row) return row(line);
  if (command_.form == CtlForm::findings)
    return line.contains("server") ? row(line) : found_text(line, in_colour_);
  if (command_.form == CtlForm::tree) return branch(line);
  std::size_t width = 0;
  for (const auto& member : line) width = std::max(width, member.key().size());
  std::string out;
  for (const auto& member : line) {
    if (is_told_with_unit(line, member.key())) continue;
    const bool is_summary = command_.form == CtlForm::summary;
    const std::string_view key = member.key();
    std::string shown = printable(is_summary ? without_unit(key) : key);
    shown.resize(std::max(width + 2, shown.size() + 2), ' ');
    out += coloured(bold, shown) +
           (is_summary ? ctl_quantity(key, member.value()) : ctl_text(member.value())) + "\n";
  }
  return out;
}

std::string CtlPrinter::branch(const boost::json::object& line) {
  if (const auto* const headline = line.if_contains("headline"))
    return headline_of(line, *headline);
  const auto text_at = [&line](std::string_view key) {
    const auto* const value = line.if_contains(key);
    return value == nullptr ? std::string() : ctl_text(*value);
  };
  if (line.contains("level")) {
    boost::system::error_code error;
    const auto level = line.at("level").to_number<std::size_t>(error);
    const std::string shown(2 * std::min(level, levels_max), ' ');
    return shown + coloured(colour_of(line), text_at("text")) + "\n";
  }
  if (!line.contains("record") && !line.contains("ede")) return row(line);
  const std::string before = std::exchange(has_records_, true) ? "" : "\n";
  if (line.contains("ede"))
    return before + "Extended DNS Error " + text_at("ede") + ": " + text_at("reason") + "\n";
  // Beside no data it would be taken for the answer.
  const bool is_authority = is_text(line.if_contains("section"), "authority");
  const bool begins = is_authority && !std::exchange(has_authority_, true);
  return before + (begins ? "; authority\n" : "") + text_at("record") + "\n";
}

std::string CtlPrinter::headline_of(const boost::json::object& line,
                                    const boost::json::value& headline) const {
  const auto* const lines = headline.if_array();
  const auto* const answered = line.if_contains("answered");
  const bool is_bad = answered != nullptr && answered->is_bool() && !answered->get_bool();
  std::string out;
  if (lines != nullptr)
    for (const auto& one : *lines)
      out += (out.empty() ? coloured(is_bad ? red : bold, ctl_text(one)) : ctl_text(one)) + "\n";
  if (line.contains("at") && line.contains("reason"))
    out += "\n" + ctl_text(line.at("reason")) + " at " + ctl_text(line.at("at")) + "\n";
  return out + "\n";
}

std::string CtlPrinter::row(const boost::json::object& line) {
  std::string header, out;
  for (const CtlColumn& column : command_.columns) {
    const auto* const value = line.if_contains(column.key);
    std::string cell = value == nullptr ? "-" : ctl_text(*value);
    std::string title(column.key);
    const bool is_last = &column == &command_.columns.back();
    const auto width = is_last ? 0 : static_cast<std::size_t>(column.width);
    title.resize(std::max(width, title.size()), ' ');
    cell.resize(std::max(width, cell.size()), ' ');
    header += title + (is_last ? "" : "  ");
    out += cell + (is_last ? "" : "  ");
  }
  out += "\n";
  if (has_header_) return out;
  has_header_ = true;
  return coloured(bold, header) + "\n" + out;
}

std::string CtlPrinter::print_error(std::string_view text) const {
  return coloured(red, "godwitctl: " + printable(text)) + "\n";
}

std::string CtlPrinter::coloured(std::string_view code, std::string_view text) const {
  if (!in_colour_ || code.empty()) return std::string(text);
  return "\x1b[" + std::string(code) + "m" + std::string(text) + "\x1b[0m";
}

}  // namespace godwit::daemon
