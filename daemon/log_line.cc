// Escaping for lines that people and machines read.
#include "daemon/log_line.h"

#include <algorithm>

namespace godwit::daemon {
namespace {

constexpr char hex[] = "0123456789abcdef";

bool is_plain(char c) noexcept {
  return c > ' ' && c < 0x7f;
}

void append_escaped(std::string& out, std::string_view text) {
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (c == ' ' || is_plain(c)) {
      out += c;
    } else {
      const auto octet = static_cast<unsigned char>(c);
      out += "\\x";
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
void append_json_string(std::string& out, std::string_view text) {
  out += '"';
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (c == ' ' || is_plain(c)) {
      out += c;
    } else {
      const auto octet = static_cast<unsigned char>(c);
      out += "\\u00";
      out += hex[octet >> 4];
      out += hex[octet & 15];
    }
  }
  out += '"';
}

}  // namespace

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
    if (field.is_number) {
      out += std::to_string(field.number);
    } else if (needs_quotes(field.text)) {
      out += '"';
      append_escaped(out, field.text);
      out += '"';
    } else {
      out += field.text;
    }
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
      append_json_string(out, field.text);
  }
  out += '}';
  return out;
}

}  // namespace godwit::daemon
