// The commands of godwitd that are about the configuration and end the program: main.cc finds the
// command and returns its exit status. Blocks on the file; writes to the streams alone.
#pragma once

#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>

#include "conf/load.h"

namespace godwit::conf {

enum class Command : std::uint8_t {
  check_config,   // --check-config: what is wrong with the file, or that it is good
  print_config,   // --print-config: what is in effect, with origins
  print_schema,   // --print-schema: JSON Schema
  print_manual,   // --print-man: godwit.yaml(5)
  print_example,  // --print-example: a file with every setting at its default
};

// The command of an option of the command line.
[[nodiscard]] std::optional<Command> command_of(std::string_view option);

struct Streams {
  std::ostream& out;
  std::ostream& err;
};

// Loading does not touch what a configuration names (files, users): adds the problems with that.
using FurtherCheck = void (*)(Loaded& loaded);

// Runs a command on the file; `further` is for check_config, after a file that is good by itself.
// Result: the exit status, 0 or, if the configuration has problems, 1.
[[nodiscard]] int run_command(Command command, const std::string& path, IfMissing if_missing,
                              FurtherCheck further, const Streams& streams);

// Writes each problem on a line of its own.
void print_problems(const Loaded& loaded, std::ostream& err);

}  // namespace godwit::conf
