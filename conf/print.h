// Everything that is made from the table for people and tools: the configuration in effect, the
// JSON Schema, the manual page and the example file. Pure; each result is a whole file.
#pragma once

#include <string>

#include "conf/load.h"

namespace godwit::conf {

// The configuration in effect as YAML that reads back to the same, each value with where it comes
// from: "default" or "file:line".
[[nodiscard]] std::string print_config(const Loaded& loaded);

// JSON Schema (2020-12) of the configuration file, for editors and other checkers.
[[nodiscard]] std::string print_schema();

// Source of godwit.yaml(5) for man(1).
[[nodiscard]] std::string print_manual();

// A configuration file with every setting at its default and commented out. A comment in prose
// starts with "# ", a setting to uncomment with "#" alone.
[[nodiscard]] std::string print_example();

}  // namespace godwit::conf
