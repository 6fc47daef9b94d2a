// Lines and words of a scenario file, and the entries (ENTRY_BEGIN to ENTRY_END) that both ranges
// and steps hold.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tests/scenario/rpl.h"

namespace godwit::scenario {

// A line cut at blanks, without a comment at its end.
class Words {
 public:
  explicit Words(std::string_view line);
  [[nodiscard]] std::string_view first() const { return words_.empty() ? "" : words_[0]; }
  [[nodiscard]] std::string_view operator[](std::size_t i) const { return words_[i]; }
  [[nodiscard]] std::size_t size() const { return words_.size(); }
  [[nodiscard]] bool empty() const { return words_.empty(); }
  [[nodiscard]] std::string after_first() const;

 private:
  std::vector<std::string_view> words_;
};
[[nodiscard]] inline Words words_of(std::string_view line) {
  return Words(line);
}

class Lines {
 public:
  explicit Lines(std::string_view text) : rest_(text) {}
  // The next line as it is.
  std::optional<std::string_view> next_raw();
  // The next line that holds anything but blanks and a comment, without the blanks around it.
  std::optional<std::string_view> next();
  [[nodiscard]] std::size_t number() const { return number_; }

 private:
  std::string_view rest_;
  std::size_t number_ = 0;
};

// Reads up to ENTRY_END; ENTRY_BEGIN is read already. `origin` is what $ORIGIN said last, here or
// before. On failure says why in `error`.
[[nodiscard]] std::optional<Entry> read_entry(Lines& lines, wire::Name& origin, std::string& error);
[[nodiscard]] bool read_origin(const Words& words, wire::Name& origin);

}  // namespace godwit::scenario
