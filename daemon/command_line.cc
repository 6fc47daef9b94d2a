// Options are few and long; --config takes its value after a blank or '='.
#include "daemon/command_line.h"

namespace godwit::daemon {
namespace {
constexpr std::string_view config_option = "--config";
}

CommandLine parse_command_line(std::span<const char* const> words) {
  CommandLine out;
  const auto fail = [](std::string text) {
    CommandLine failed;
    failed.action = CommandLine::Action::error;
    failed.error = std::move(text);
    return failed;
  };
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string_view word(words[i]);
    if (word == "--version" || word == "-V") {
      out.action = CommandLine::Action::version;
      return out;
    }
    if (word == "--help" || word == "-h") {
      out.action = CommandLine::Action::help;
      return out;
    }
    const bool with_value = word.starts_with("--config=");
    if (with_value || word == config_option) {
      if (!with_value && i + 1 == words.size()) return fail("--config needs a file");
      out.config_path = with_value ? word.substr(config_option.size() + 1) : words[++i];
      out.if_missing = conf::IfMissing::problem;
      continue;
    }
    const auto command = conf::command_of(word);
    const bool selftest = word == "--selftest-sandbox";
    if (!command && !selftest) return fail("unknown option: " + std::string(word));
    if (out.action != CommandLine::Action::serve)
      return fail("one command only, and not " + std::string(word) + " as well");
    out.action = selftest ? CommandLine::Action::selftest_sandbox
                          : CommandLine::Action::configuration_command;
    if (command) out.command = *command;
  }
  return out;
}

std::string_view help_text() noexcept {
  return "usage: godwitd [--config FILE] [COMMAND]\n"
         "\n"
         "godwit is a caching recursive DNS resolver. Without a command it serves until\n"
         "SIGTERM; SIGHUP reloads the configuration, SIGUSR1 logs the counters.\n"
         "\n"
         "  --config FILE     the configuration (default /etc/godwit/godwit.yaml, which\n"
         "                    may be missing)\n"
         "  --check-config    say what is wrong with it, or that it is good\n"
         "  --print-config    print what is in effect, and where each value comes from\n"
         "  --print-example   print a configuration with every setting at its default\n"
         "  --print-schema    print the JSON Schema of the configuration\n"
         "  --print-man       print the manual page godwit.yaml(5)\n"
         "  --selftest-sandbox\n"
         "                    try seven things that the sandbox must deny\n"
         "  --version         print the version\n"
         "  --help            print this\n"
         "\n"
         "See godwitd(8) and godwit.yaml(5).\n";
}

}  // namespace godwit::daemon
