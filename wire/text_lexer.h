// Cuts master-file text into entries of tokens: blanks separate, parentheses join lines, ';' begins
// a comment, quotes keep blanks together. Tokens stay as written, with their escapes. Lifetime: the
// text. RFC 1035 §5.1.
#pragma once

#include <string_view>
#include <vector>

#include "wire/error.h"

namespace godwit::wire {

// A token keeps its quotes out of `text`, except in the middle of a word, where they follow a '='
// (RFC 9460 §2.1: alpn="h2,h3").
struct TextToken {
  std::string_view text;
  bool quoted;
};

struct TextEntry {
  std::vector<TextToken> tokens;
  bool begins_blank = false;  // the owner is left out
};

// A text without the U+FEFF that some editors write before its first line.
[[nodiscard]] constexpr std::string_view without_byte_order_mark(std::string_view text) noexcept {
  constexpr std::string_view mark = "\xef\xbb\xbf";
  if (text.starts_with(mark)) text.remove_prefix(mark.size());
  return text;
}

class TextLexer {
 public:
  explicit TextLexer(std::string_view text) noexcept : text_(text) {}
  // The next entry that has tokens; one without any at the end. Errors: bad_text (a quote or
  // parenthesis that is not closed or not opened, a control character).
  [[nodiscard]] Result<TextEntry> next();
  // 1-based, where the entry that next() read last begins, or the one that it could not read.
  [[nodiscard]] std::size_t entry_line() const noexcept { return entry_line_; }

 private:
  [[nodiscard]] bool at_end() const noexcept { return position_ == text_.size(); }
  [[nodiscard]] char peek() const noexcept { return text_[position_]; }
  void skip_comment() noexcept;
  bool skip_quoted() noexcept;
  Result<TextToken> quoted() noexcept;
  Result<TextToken> word() noexcept;

  std::string_view text_;
  std::size_t position_ = 0;
  std::size_t line_ = 1;
  std::size_t entry_line_ = 1;
};

// The octets that a token stands for, escapes resolved. Errors: bad_text (a bad escape, a quote
// inside a word).
[[nodiscard]] Result<std::vector<std::uint8_t>> token_octets(const TextToken& token);

}  // namespace godwit::wire
