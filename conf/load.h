// Reads a configuration: text -> tree -> structs -> checks that concern more than one setting.
// Opens only the file it is told to. load_text is total: any bytes give a Loaded.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "conf/config.h"
#include "conf/problem.h"

namespace godwit::conf {

inline constexpr std::string_view default_path = "/etc/godwit/godwit.yaml";

struct Loaded {
  Config config;  // to be used only if there are no problems
  std::string filename;
  // For each row of settings_table(), where the file gives it; line 0: the default holds.
  std::vector<Position> origins;
  std::vector<Problem> problems;
  std::vector<std::string> notes;  // what is good, and worth a word to whoever checks
  bool is_missing = false;  // there is no file, and none is needed: the defaults hold

  [[nodiscard]] bool good() const { return problems.empty(); }
  // A problem with the setting of that row of settings_table(), found by whoever uses its value.
  void add_problem(ConfigError error, std::string_view key, std::string text);
};

[[nodiscard]] Loaded load_text(std::string_view text, std::string filename);

enum class IfMissing : std::uint8_t {
  problem,   // the file was named by somebody
  defaults,  // the file at the default path: none is as good as an empty one
};

// Errors: unreadable, and those of load_text. Cost: blocks on the file.
[[nodiscard]] Loaded load_file(const std::string& path, IfMissing if_missing);

}  // namespace godwit::conf
