#include "local/hosts_reader.h"

#include <algorithm>

#include "wire/name_text.h"
#include "wire/text_lexer.h"

namespace godwit::local {
namespace {

// Cuts a text into lines without their comments, and lines into words.
class Lines {
 public:
  Lines(std::string_view text, std::string_view comments) : text_(text), comments_(comments) {}
  bool next() {
    if (text_.empty()) return false;
    const std::size_t end = std::min(text_.find('\n'), text_.size());
    line_text_ = text_.substr(0, end);
    rest_ = line_text_.substr(0, std::min(line_text_.find_first_of(comments_), end));
    text_.remove_prefix(std::min(end + 1, text_.size()));
    ++line_;
    return true;
  }
  // The next word of the line; empty at its end.
  std::string_view word() {
    constexpr std::string_view blanks = " \t\r\f\v";
    rest_.remove_prefix(std::min(rest_.find_first_not_of(blanks), rest_.size()));
    const std::string_view out = rest_.substr(0, rest_.find_first_of(blanks));
    rest_.remove_prefix(out.size());
    return out;
  }
  // Whether the line is a rule of a browser's filter list, which says more than a name: "||a^",
  // "@@||a^", "/ads/*", or "a##.ad", which would read as a name and a comment.
  [[nodiscard]] bool is_filter() const noexcept {
    const std::string_view behind = line_text_.substr(rest_.size());
    const bool is_glued = !rest_.empty() && rest_.back() != ' ' && rest_.back() != '\t';
    const bool is_cosmetic = is_glued && behind.size() > 1 && behind[0] == '#' &&
                             std::string_view("#@?$%").find(behind[1]) != std::string_view::npos;
    return is_cosmetic || rest_.find_first_of("|^/@$=") != std::string_view::npos;
  }
  [[nodiscard]] std::uint32_t line() const noexcept { return line_; }

 private:
  std::string_view text_;
  std::string_view line_text_, rest_;
  std::string_view comments_;
  std::uint32_t line_ = 0;
};

}  // namespace

void read_hosts(std::string_view text, Issues& issues,
                const std::function<void(const HostsName&)>& take) {
  for (Lines lines(wire::without_byte_order_mark(text), "#"); lines.next();) {
    const std::string_view first = lines.word();
    if (first.empty()) continue;
    const auto address = wire::IpAddress::parse(first);
    if (!address) {
      issues.add(lines.line(), "does not begin with an address");
      continue;
    }
    HostsName out{*address, {}, lines.line(), true};
    std::string_view word = lines.word();
    if (word.empty()) issues.add(lines.line(), "has an address and no name");
    for (; !word.empty(); word = lines.word()) {
      const auto name = wire::parse_name(word);
      if (!name || name->is_root()) {
        issues.add(lines.line(), "has a word that is no name");
        continue;
      }
      out.name = *name;
      take(out);
      out.is_first = false;
    }
  }
}

void read_names(std::string_view text, Issues& issues,
                const std::function<void(const ListedName&)>& take) {
  for (Lines lines(wire::without_byte_order_mark(text), "#;!"); lines.next();) {
    if (lines.is_filter()) {
      issues.add(lines.line(), "is a rule of a filter for browsers: a list of names has names");
      continue;
    }
    std::string_view word = lines.word();
    if (word.empty()) continue;
    if (!lines.word().empty()) {
      issues.add(lines.line(), "has more than one word");
      continue;
    }
    ListedName out;
    out.line = lines.line();
    out.below_only = word.starts_with("*.");
    if (out.below_only) word.remove_prefix(2);
    const auto name = wire::parse_name(word);
    if (!name || name->is_root()) {
      issues.add(lines.line(), "is no name");
      continue;
    }
    out.name = *name;
    take(out);
  }
}

}  // namespace godwit::local
