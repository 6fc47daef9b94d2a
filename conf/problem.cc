// Words for problems.
#include "conf/problem.h"

#include <array>

namespace godwit::conf {

std::string to_text(const Problem& problem, std::string_view filename) {
  std::string out(filename);
  if (problem.position.line != 0) {
    out += ':' + std::to_string(problem.position.line);
    out += ':' + std::to_string(problem.position.column);
  }
  out += ": ";
  if (!problem.key.empty()) out += problem.key + ": ";
  return out + problem.text;
}

std::string shown(std::string_view text) {
  constexpr std::size_t shown_bytes_max = 64;
  constexpr std::string_view digits = "0123456789abcdef";
  std::string out = "\"";
  for (const char c : text.substr(0, shown_bytes_max)) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x20 && byte < 0x7f) {
      out += c;
    } else {
      out += "\\x";
      out += digits[byte >> 4U];
      out += digits[byte & 15U];
    }
  }
  if (text.size() > shown_bytes_max) out += "...";
  return out + '"';
}

void Problems::add(Problem problem) {
  if (full()) return;
  if (list_.size() == problems_max) {
    problem.error = ConfigError::too_many_errors;
    problem.key.clear();
    problem.text = "too many errors; there may be more from here on";
  }
  list_.push_back(std::move(problem));
}

}  // namespace godwit::conf
