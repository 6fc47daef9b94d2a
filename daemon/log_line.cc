// Escaping for lines that people and machines read.
#include "daemon/log_line.h"

#include <algorithm>

namespace godwit::daemon {
namespace {

constexpr char hex[] = "0123456789abcdef";
constexpr std::string_view cut_mark = "...";

bool is_plain(char c) noexcept {
  return c > ' ' && c < 0x7f;
}

// `before_hex` stands before the two digits of an octet that could break a line or a terminal.
void append_escaped(std::string& out, std::string_view text, std::string_view before_hex) {
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (c == ' ' || is_plain(c)) {
      out += c;
    } else {
      const auto octet = static_cast<unsigned char>(c);
      out += before_hex;
      out += hex[octet >> 4];
      out += hex[octet & 15];
    }
  }
}

bool needs_quotes(std::string_view text) noexcept {
  return text.empty() || std::ranges::any_of(text, [](char c) {
           return !is_plain(c) || c == '"' || c == '\\' || c == '=';
         });
}

// Octets above 0x7e are written as code points of Latin-1: JSON must be UTF-8, and what comes from
// the network need not be.
void append_json_string(std::string& out, std::string_view text, bool is_cut = false) {
  out += '"';
  append_escaped(out, text, "\\u00");
  if (is_cut) out += cut_mark;
  out += '"';
}

void append_text_value(std::string& out, const LogField& field) {
  const std::string_view quote = needs_quotes(field.text) ? "\"" : "";
  out += quote;
  append_escaped(out, field.text, "\\x");
  if (field.is_cut) out += cut_mark;
  out += quote;
}

}  // namespace

bool cut_longest(std::span<LogField> fields, std::size_t octets) noexcept {
  const auto longest =
      std::ranges::max_element(fields, {}, [](const LogField& field) { return field.text.size(); });
  if (longest == fields.end() || longest->text.empty()) return false;
  longest->text.remove_suffix(std::min(octets + cut_mark.size(), longest->text.size()));
  longest->is_cut = true;
  return true;
}

std::string_view to_text(LogSeverity severity) noexcept {
  constexpr std::string_view names[] = {"error", "warning", "info", "debug"};
  return names[static_cast<std::size_t>(severity)];
}

std::string log_text(std::string_view event, LogFields fields) {
  std::string out(event);
  for (const auto& field : fields) {
    out += ' ';
    out += field.key;
    out += '=';
    if (field.is_number)
      out += std::to_string(field.number);
    else
      append_text_value(out, field);
  }
  return out;
}

std::string log_json(LogSeverity severity, std::string_view event, LogFields fields,
                     std::string_view time) {
  std::string out = "{";
  if (!time.empty()) {
    out += "\"time\":";
    append_json_string(out, time);
    out += ',';
  }
  out += "\"level\":";
  append_json_string(out, to_text(severity));
  out += ",\"event\":";
  append_json_string(out, event);
  for (const auto& field : fields) {
    out += ',';
    append_json_string(out, field.key);
    out += ':';
    if (field.is_number)
      out += std::to_string(field.number);
    else
      append_json_string(out, field.text, field.is_cut);
  }
  out += '}';
  return out;
}

}  // namespace godwit::daemon
