// Commands about the configuration.
#include "conf/commands.h"

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
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

// Loading does not touch the files that a configuration names; who checks wants to know of them,
// too.
void check_named_file(Loaded& loaded, std::string_view path, const std::string& file) {
  if (file.empty()) return;
  if (std::FILE* opened = std::fopen(file.c_str(), "re")) {
    (void)std::fclose(opened);
    return;
  }
  const Table& table = settings_table();
  const auto row = static_cast<std::size_t>(table.find(path) - table.settings.data());
  loaded.problems.push_back({ConfigError::unreadable, loaded.origins[row], std::string(path),
                             shown(file) + " cannot be read: " + std::strerror(errno)});
}

int check(Loaded loaded, const Streams& streams) {
  check_named_file(loaded, "resolver.root-hints", loaded.config.resolver.root_hints);
  print_problems(loaded, streams.err);
  if (!loaded.good()) return 1;
  streams.err << loaded.filename << ": configuration is good\n";
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
                const Streams& streams) {
  switch (command) {
    case Command::check_config:
      return check(load_file(path, if_missing), streams);
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
