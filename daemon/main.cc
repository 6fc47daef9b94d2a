// godwitd: command line, configuration, server. Wiring only.
#include <malloc.h>
#include <sodium.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cstdlib>
#include <iostream>

#include "daemon/command_line.h"
#include "daemon/sandbox_selftest.h"
#include "daemon/server.h"

namespace {

using godwit::daemon::CommandLine;

// Arenas are for many threads that allocate apart from each other; ours hand their data to shared
// caches, where arenas only cost memory. Large blocks go back to the system.
void tune_memory() {
  ::mallopt(M_ARENA_MAX, 4);
  ::mallopt(M_TRIM_THRESHOLD, 8 << 20);
  ::mallopt(M_MMAP_THRESHOLD, 1 << 20);
}

// Each exchange with a server has a descriptor of its own. The usual soft limit is for programs
// that use select(2).
void raise_descriptor_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == limit.rlim_max) return;
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

void check_only(godwit::conf::Loaded& loaded) {
  (void)godwit::daemon::check_surroundings(loaded);
}

int serve(const CommandLine& line) {
  auto loaded = godwit::conf::load_file(line.config_path, line.if_missing);
  godwit::daemon::LocalSettings read;
  if (loaded.good()) read = godwit::daemon::check_surroundings(loaded);
  if (!loaded.good()) {
    godwit::conf::print_problems(loaded, std::cerr);
    return EXIT_FAILURE;
  }
  const bool journal = godwit::daemon::is_journal(STDERR_FILENO, std::getenv("JOURNAL_STREAM"));
  godwit::daemon::Log log(STDERR_FILENO, journal);
  godwit::daemon::apply_log_settings(loaded.config, log);
  godwit::daemon::Notifier notifier(std::getenv("NOTIFY_SOCKET"));
  ::unsetenv("NOTIFY_SOCKET");
  godwit::daemon::Server server({line.config_path, line.if_missing, std::move(read)},
                                std::move(loaded.config), log, notifier);
  try {
    const auto error = server.start(godwit::daemon::take_activated_sockets());
    if (error.empty()) return server.run();
    log.error("start-failed", {{"reason", error}});
    return EXIT_FAILURE;
  } catch (const std::exception& error) {
    log.error("failed", {{"reason", error.what()}});
    // Workers may be running: nothing can be taken apart.
    ::_exit(EXIT_FAILURE);
  }
}

int selftest_sandbox(const CommandLine& line) {
  auto loaded = godwit::conf::load_file(line.config_path, line.if_missing);
  if (!loaded.good()) {
    godwit::conf::print_problems(loaded, std::cerr);
    return EXIT_FAILURE;
  }
  const auto plan =
      godwit::daemon::sandbox_plan(loaded.config, line.config_path, std::getenv("STATE_DIRECTORY"));
  return godwit::daemon::run_sandbox_selftest(plan, std::cout) ? EXIT_SUCCESS : EXIT_FAILURE;
}

}  // namespace

int main(int argc, char** argv) {
  const std::span<const char* const> words(argv + 1, argv + argc);
  const auto line = godwit::daemon::parse_command_line(argc > 0 ? words : decltype(words){});
  switch (line.action) {
    case CommandLine::Action::error:
      std::cerr << "godwitd: " << line.error << "\n" << godwit::daemon::help_text();
      return 2;
    case CommandLine::Action::help:
      std::cout << godwit::daemon::help_text();
      return EXIT_SUCCESS;
    case CommandLine::Action::version:
      std::cout << "godwitd " GODWIT_VERSION "\n";
      return EXIT_SUCCESS;
    case CommandLine::Action::configuration_command:
      return godwit::conf::run_command(line.command, line.config_path, line.if_missing, check_only,
                                       {std::cout, std::cerr});
    case CommandLine::Action::selftest_sandbox:
      return selftest_sandbox(line);
    case CommandLine::Action::serve:
      break;
  }
  if (sodium_init() < 0) {
    std::cerr << "godwitd: no randomness to be had from the system\n";
    return EXIT_FAILURE;
  }
  tune_memory();
  raise_descriptor_limit();
  try {
    return serve(line);
  } catch (const std::exception& error) {
    std::cerr << "godwitd: " << error.what() << "\n";
    return EXIT_FAILURE;
  }
}
