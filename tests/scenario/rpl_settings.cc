#include "tests/scenario/rpl_settings.h"

#include <algorithm>
#include <cctype>

namespace godwit::scenario {
namespace {

bool is_blank(char c) {
  return std::isspace(static_cast<unsigned char>(c)) != 0;
}

}  // namespace

void SettingsReader::line(std::string_view text) {
  std::size_t at = 0;
  while (at < text.size()) {
    if (is_blank(text[at])) {
      ++at;
      continue;
    }
    if (text[at] == '#' || text[at] == ';') return;
    const bool quoted = text[at] == '"';
    const std::size_t begin = quoted ? at + 1 : at;
    std::size_t end = begin;
    while (end < text.size() && (quoted ? text[end] != '"' : !is_blank(text[end]))) ++end;
    word(text.substr(begin, end - begin), quoted);
    at = quoted ? end + 1 : end;
  }
}

void SettingsReader::word(std::string_view text, bool quoted) {
  const bool is_key = !quoted && text.size() > 1 && text.back() == ':' &&
                      std::isalpha(static_cast<unsigned char>(text.front())) != 0;
  if (!is_key) {
    if (!open_) return;
    std::string& value = settings_.back().value;
    if (!value.empty()) value += ' ';
    value += text;
    return;
  }
  const std::string key(text.substr(0, text.size() - 1));
  if (key == "server" || key.ends_with("-zone")) {
    block_ = key == "server" ? "" : key;
    ++block_index_;
    // "local-zone: name type" is a setting of the server and opens nothing.
    if (key == "local-zone") block_.clear();
  }
  settings_.push_back({block_, block_index_, key, {}});
  open_ = true;
}

std::vector<Setting> SettingsReader::take() {
  return std::move(settings_);
}

}  // namespace godwit::scenario
