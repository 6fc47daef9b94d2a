// What is wrong with a configuration, where, and in words that name the way out. A loader reports
// every problem it finds, up to a bound, not only the first.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace godwit::conf {

enum class ConfigError : std::uint8_t {
  unreadable,      // the file, or a file that it names, cannot be read
  too_large,       // over document_bytes_max or document_nodes_max
  bad_character,   // a control character in the file
  syntax,          // not YAML, or a part of YAML that is not accepted (anchors, tags, documents)
  too_deep,        // over document_depth_max
  unknown_key,     //
  duplicate_key,   //
  missing_key,     // an element of a list lacks a key that it must have
  wrong_type,      // a map where a list belongs, and the like
  bad_value,       // of the right type, but not readable as what it should be
  out_of_range,    //
  not_offered,     // known, but this version does not do it
  contradiction,   // two settings that cannot both hold
  too_many_errors  // the list ends here
};

// Counted from 1, as editors do; line 0 says that there is no place.
struct Position {
  std::uint32_t line = 0;
  std::uint32_t column = 0;
  friend bool operator==(const Position&, const Position&) = default;
};

struct Problem {
  ConfigError error = ConfigError::syntax;
  Position position;
  std::string key;   // full path such as "listen[0].port"; may be empty
  std::string text;  // what is wrong, without place and key
};

// "file:line:column: key: text".
[[nodiscard]] std::string to_text(const Problem& problem, std::string_view filename);

// Text from the file made fit for a terminal: in quotes, shortened, everything but printable ASCII
// escaped.
[[nodiscard]] std::string shown(std::string_view text);

inline constexpr std::size_t problems_max = 100;

// Collects problems in the order of their discovery and ends with too_many_errors when there are
// too many.
class Problems {
 public:
  void add(Problem problem);
  [[nodiscard]] bool full() const { return list_.size() > problems_max; }
  [[nodiscard]] bool empty() const { return list_.empty(); }
  [[nodiscard]] std::vector<Problem> take() { return std::move(list_); }

 private:
  std::vector<Problem> list_;
};

}  // namespace godwit::conf
