// Commands about the configuration.
#include "conf/commands.h"

#include <array>
#include <ostream>
#include <utility>

#include "conf/print.h"
#include "conf/settings.h"

namespace godwit::conf {
namespace {

constexpr std::array<std::pair<std::string_view, Command>, 5> options{{
    {"--check-config", Command::check_config},
    {"--print-config", Command::print_config},
    {"--print-schema", Command::print_schema},
    {"--print-man", Command::print_manual},
    {"--print-example", Command::print_example},
}};

int check(Loaded loaded, FurtherCheck further, const Streams& streams) {
  if (loaded.good()) further(loaded);
  print_problems(loaded, streams.err);
  if (!loaded.good()) return 1;
  for (const std::string& note : loaded.notes)
    streams.err << loaded.filename << ": " << note << '\n';
  streams.err << loaded.filename
              << (loaded.is_missing ? ": there is no such file: the defaults are in use, and good\n"
                                    : ": configuration is good\n");
  return 0;
}

int print(const Loaded& loaded, const Streams& streams) {
  print_problems(loaded, streams.err);
  if (!loaded.good()) return 1;
  streams.out << print_config(loaded);
  return 0;
}

}  // namespace

std::optional<Command> command_of(std::string_view option) {
  for (const auto& [name, command] : options) {
    if (name == option) return command;
  }
  return std::nullopt;
}

void print_problems(const Loaded& loaded, std::ostream& err) {
  for (const Problem& problem : loaded.problems) err << to_text(problem, loaded.filename) << '\n';
}

int run_command(Command command, const std::string& path, IfMissing if_missing,
                FurtherCheck further, const Streams& streams) {
  switch (command) {
    case Command::check_config:
      return check(load_file(path, if_missing), further, streams);
    case Command::print_config:
      return print(load_file(path, if_missing), streams);
    case Command::print_schema:
      streams.out << print_schema();
      return 0;
    case Command::print_manual:
      streams.out << print_manual();
      return 0;
    case Command::print_example:
      streams.out << print_example();
      return 0;
  }
  return 1;
}

}  // namespace godwit::conf
