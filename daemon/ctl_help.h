// What godwitctl says about itself: help, manual page, words for completion. Made from the table of
// commands. Pure.
#pragma once

#include <string>

#include "daemon/ctl_commands.h"

namespace godwit::daemon {

// "cache flush [NAME] [--under NAME] [--all]".
[[nodiscard]] std::string ctl_usage(const CtlCommand& command);
// Of all commands, or of one.
[[nodiscard]] std::string ctl_help();
[[nodiscard]] std::string ctl_help(const CtlCommand& command);
// Source of godwitctl(1) for man(1).
[[nodiscard]] std::string ctl_manual();
// A line for each command: its words and options, for the shell's completion.
[[nodiscard]] std::string ctl_words();

}  // namespace godwit::daemon
