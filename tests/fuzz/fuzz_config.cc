// Input: a configuration file. Properties: loading never throws and its problems are few, short and
// of one line each; the place of a problem is in the file; a good configuration, printed, reads
// back to the same and prints the same again.
#include <algorithm>

#include "conf/load.h"
#include "conf/print.h"
#include "conf/settings.h"
#include "tests/fuzz/fuzz.h"

namespace {

using namespace godwit;
using fuzz::require;

constexpr std::size_t problem_octets_max = 2048;

void check_problems(const conf::Loaded& loaded, std::string_view text) {
  const auto lines = static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')) + 1;
  require(loaded.problems.size() <= conf::problems_max + 1);
  for (const conf::Problem& problem : loaded.problems) {
    const std::string shown = conf::to_text(problem, loaded.filename);
    require(shown.size() <= problem_octets_max);
    require(std::ranges::all_of(shown, [](char c) { return c >= ' ' && c <= '~'; }));
    // A carriage return of its own ends a line for the YAML library alone.
    if (text.find('\r') == text.npos) require(problem.position.line <= lines + 1);
  }
}

void check_good(const conf::Loaded& loaded) {
  const std::string printed = conf::print_config(loaded);
  const conf::Loaded again = conf::load_text(printed, loaded.filename);
  require(again.good());
  require(again.config == loaded.config);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const conf::Loaded loaded = conf::load_text(text, "fuzz.yaml");
  require(loaded.origins.size() == conf::settings_table().settings.size());
  check_problems(loaded, text);
  if (loaded.good()) check_good(loaded);
  return 0;
}
