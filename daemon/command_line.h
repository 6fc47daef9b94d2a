// The command line of godwitd. Pure.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "conf/commands.h"

namespace godwit::daemon {

struct CommandLine {
  enum class Action : std::uint8_t {
    serve,
    configuration_command,
    selftest_sandbox,
    version,
    help,
    error
  };
  Action action = Action::serve;
  conf::Command command = conf::Command::check_config;
  std::string config_path{conf::default_path};
  conf::IfMissing if_missing = conf::IfMissing::defaults;
  std::string error;
};

// `words`: without the program's name.
[[nodiscard]] CommandLine parse_command_line(std::span<const char* const> words);

[[nodiscard]] std::string_view help_text() noexcept;

}  // namespace godwit::daemon
