// What all value types share.
#include "conf/value_type.h"

#include <algorithm>

namespace godwit::conf {

void Reading::report(ConfigError error, Position position, std::string text) const {
  problems.add({error, position, path, std::move(text)});
}

std::string ValueType::json(const void* value) const {
  const std::string text = print(value);
  const bool as_it_is =
      text == "true" || text == "false" || text.starts_with('"') ||
      std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
  return as_it_is ? text : double_quoted(text);
}

const std::string* scalar_text(const Node& node, const Reading& reading, const ValueType& type,
                               bool plain) {
  if (node.kind != Node::Kind::scalar) {
    const std::string_view is = node.kind == Node::Kind::list ? "is a list" : "is a map";
    reading.report(ConfigError::wrong_type, node.position,
                   std::string(is) + "; expected " + type.rule());
    return nullptr;
  }
  if (plain && node.in_quotes) {
    reading.report(ConfigError::wrong_type, node.position,
                   "is a string; expected " + type.rule() + ", without quotes");
    return nullptr;
  }
  return &node.text;
}

std::string double_quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

}  // namespace godwit::conf
