#include "wire/text_lexer.h"

#include "wire/text_escape.h"

namespace godwit::wire {
namespace {

bool is_blank(char c) noexcept {
  return c == ' ' || c == '\t' || c == '\r';
}

bool is_control(char c) noexcept {
  return (c >= 0 && c < ' ' && c != '\t') || c == 0x7f;
}

bool ends_word(char c) noexcept {
  return is_blank(c) || c == '\n' || c == ';' || c == '(' || c == ')' || c == '"';
}

}  // namespace

void TextLexer::skip_comment() noexcept {
  while (!at_end() && peek() != '\n') ++position_;
}

// From an opening quote to behind the closing one; false when there is none on the line.
bool TextLexer::skip_quoted() noexcept {
  for (++position_; !at_end(); ++position_) {
    if (is_control(peek())) return false;
    if (peek() == '"') {
      ++position_;
      return true;
    }
    if (peek() == '\\') {
      ++position_;
      if (at_end() || is_control(peek())) return false;
    }
  }
  return false;
}

Result<TextToken> TextLexer::quoted() noexcept {
  const std::size_t begin = position_;
  if (!skip_quoted()) return WireError::bad_text;
  return TextToken{text_.substr(begin + 1, position_ - begin - 2), true};
}

Result<TextToken> TextLexer::word() noexcept {
  const std::size_t begin = position_;
  while (!at_end()) {
    const char c = peek();
    if (c == '"' && position_ != begin && text_[position_ - 1] == '=') {
      if (!skip_quoted()) return WireError::bad_text;
      break;
    }
    if (ends_word(c)) break;
    if (is_control(c)) return WireError::bad_text;
    ++position_;
    if (c == '\\') {
      if (at_end() || is_control(peek())) return WireError::bad_text;
      ++position_;
    }
  }
  return TextToken{text_.substr(begin, position_ - begin), false};
}

Result<TextEntry> TextLexer::next() {
  TextEntry entry;
  std::size_t depth = 0;
  bool at_line_start = true;
  while (!at_end()) {
    const char c = peek();
    if (entry.tokens.empty() && depth == 0) entry_line_ = line_;
    if (c == '\n') {
      if (depth == 0 && !entry.tokens.empty()) return entry;
      ++position_;
      ++line_;
      at_line_start = true;
      if (depth == 0) entry.begins_blank = false;
      continue;
    }
    if (is_blank(c)) {
      if (at_line_start && entry.tokens.empty() && depth == 0) entry.begins_blank = true;
      ++position_;
    } else if (c == ';') {
      skip_comment();
    } else if (c == '(') {
      ++depth;
      ++position_;
    } else if (c == ')') {
      if (depth == 0) return WireError::bad_text;
      --depth;
      ++position_;
    } else {
      const Result<TextToken> token = c == '"' ? quoted() : word();
      if (!token) return token.error();
      entry.tokens.push_back(*token);
    }
    at_line_start = false;
  }
  if (depth != 0) return WireError::bad_text;
  return entry;
}

Result<std::vector<std::uint8_t>> token_octets(const TextToken& token) {
  std::vector<std::uint8_t> octets;
  octets.reserve(token.text.size());
  std::string_view rest = token.text;
  while (!rest.empty()) {
    const auto octet = take_text_octet(rest);
    if (!octet) return WireError::bad_text;
    if (octet->value == '"' && !octet->escaped) return WireError::bad_text;
    octets.push_back(octet->value);
  }
  return octets;
}

}  // namespace godwit::wire
