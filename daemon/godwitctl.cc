// godwitctl: command line, one request, the answer printed. Wiring only.
#include <poll.h>
#include <unistd.h>

#include <cstdlib>
#include <iostream>
#include <sstream>

#include "daemon/ctl_command_line.h"
#include "daemon/ctl_doctor.h"
#include "daemon/ctl_exchange.h"
#include "daemon/ctl_help.h"
#include "daemon/ctl_print.h"
#include "daemon/ctl_watch.h"

namespace {

using namespace godwit::daemon;

constexpr int watch_milliseconds = 1'000;

bool shows_colour(int fd) {
  const char* const no_colour = std::getenv("NO_COLOR");
  return ::isatty(fd) == 1 && (no_colour == nullptr || *no_colour == '\0');
}

int ask(const CtlLine& line, std::ostream& out) {
  CtlPrinter printer(*line.command, shows_colour(STDOUT_FILENO));
  const CtlPrinter errors(*line.command, shows_colour(STDERR_FILENO));
  const CtlEnd end = exchange_with_daemon(
      line, [&](const boost::json::object& members, const std::string& received) {
        if (line.as_json)
          out << received << "\n";
        else if (!members.contains("done"))
          out << printer.print(members);
      });
  if (!end.error.empty()) std::cerr << errors.print_error(end.error);
  return end.status;
}

int watch_until_agreed(const CtlLine& line) {
  const CtlPrinter errors(*line.command, shows_colour(STDERR_FILENO));
  const CtlEnd end = watch_propagation(line, shows_colour(STDOUT_FILENO), std::cout);
  if (!end.error.empty()) std::cerr << errors.print_error(end.error);
  return end.status;
}

// The same again and again, until interrupted or told no. A screen is written over at once, so that
// it does not flicker.
int watch(const CtlLine& line) {
  constexpr std::string_view from_the_top = "\x1b[H\x1b[2J";
  const bool is_screen = ::isatty(STDOUT_FILENO) == 1 && !line.as_json;
  for (;; (void)::poll(nullptr, 0, watch_milliseconds)) {
    std::ostringstream shown;
    const int status = ask(line, shown);
    if (status != ctl_good) return status;
    std::cout << (is_screen ? from_the_top : "") << shown.str() << std::flush;
    if (!std::cout) return ctl_broken_off;
  }
}

// A full disk, for one: what was to be kept is not whole.
int written_or_not(int status) {
  if (std::cout.flush()) return status;
  std::cerr << "godwitctl: not all of the answer could be written; is the disk full?\n";
  return ctl_broken_off;
}

bool is_repeated(const CtlLine& line) {
  return line.request.contains("watch") || line.request.contains("every");
}

int run(std::span<const char* const> words) {
  const auto line = parse_ctl_line(words);
  switch (line.action) {
    case CtlLine::Action::error:
      std::cerr << "godwitctl: " << line.error << "\nSee godwitctl "
                << (line.command == nullptr ? "" : std::string(line.command->name) + " ")
                << "--help.\n";
      return ctl_usage_mistake;
    case CtlLine::Action::help:
      std::cout << (line.command == nullptr ? ctl_help() : ctl_help(*line.command));
      return ctl_good;
    case CtlLine::Action::version:
      std::cout << "godwitctl " GODWIT_VERSION "\n";
      return ctl_good;
    case CtlLine::Action::manual:
      std::cout << ctl_manual();
      return ctl_good;
    case CtlLine::Action::words:
      std::cout << ctl_words();
      return ctl_good;
    case CtlLine::Action::ask:
      if (is_repeated(line) && line.command->name == "propagation") return watch_until_agreed(line);
      if (is_repeated(line)) return watch(line);
      if (!line.command->is_own) return ask(line, std::cout);
      return run_doctor(line, shows_colour(STDOUT_FILENO), std::cout) ? ctl_good : ctl_negative;
  }
  return ctl_usage_mistake;
}

}  // namespace

int main(int argc, char** argv) try {
  const std::span<const char* const> words(argv + 1, argv + argc);
  return written_or_not(run(argc > 0 ? words : decltype(words){}));
} catch (const std::exception& error) {
  std::cerr << "godwitctl: " << error.what() << "\n";
  return ctl_broken_off;
}
