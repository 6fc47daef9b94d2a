// godwitctl: command line, one request, the answer printed. Wiring only.
#include <poll.h>
#include <unistd.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <cstdlib>
#include <iostream>
#include <sstream>

#include "daemon/ctl_client.h"
#include "daemon/ctl_command_line.h"
#include "daemon/ctl_doctor.h"
#include "daemon/ctl_help.h"
#include "daemon/ctl_print.h"

namespace {

using namespace godwit::daemon;

enum ExitStatus : int { good = 0, negative = 1, usage = 2, unreachable = 3, broken_off = 4 };

constexpr int watch_milliseconds = 1'000;

bool shows_colour(int fd) {
  const char* const no_colour = std::getenv("NO_COLOR");
  return ::isatty(fd) == 1 && (no_colour == nullptr || *no_colour == '\0');
}

int end_of(const boost::json::object& last, const CtlPrinter& errors) {
  const auto* const error = last.if_contains("error");
  if (error == nullptr || !error->is_string()) return good;
  std::cerr << errors.print_error(error->get_string());
  const auto* const kind = last.if_contains("kind");
  return kind != nullptr && *kind == "request" ? usage : negative;
}

int ask(const CtlLine& line, std::ostream& out) {
  CtlPrinter printer(*line.command, shows_colour(STDOUT_FILENO));
  const CtlPrinter errors(*line.command, shows_colour(STDERR_FILENO));
  CtlClient client;
  const auto error = client.connect(line.socket_path, line.command->patience);
  if (!error.empty()) {
    std::cerr << errors.print_error(error);
    return unreachable;
  }
  // Who is turned away may find the connection closed, and is told why all the same.
  auto fault = client.send(boost::json::serialize(line.request) + "\n");
  while (const auto received = client.receive()) {
    boost::system::error_code bad;
    const auto value = boost::json::parse(*received, bad);
    const auto* const members = value.if_object();
    if (bad || members == nullptr) break;
    if (line.as_json) out << *received << "\n";
    if (members->contains("done")) return end_of(*members, errors);
    if (!line.as_json) out << printer.print(*members);
  }
  if (fault.empty()) fault = "the answer broke off";
  std::cerr << errors.print_error(fault);
  return broken_off;
}

// The same again and again, until interrupted or told no. A screen is written over at once, so that
// it does not flicker.
int watch(const CtlLine& line) {
  constexpr std::string_view from_the_top = "\x1b[H\x1b[2J";
  const bool is_screen = ::isatty(STDOUT_FILENO) == 1 && !line.as_json;
  for (;; (void)::poll(nullptr, 0, watch_milliseconds)) {
    std::ostringstream shown;
    const int status = ask(line, shown);
    if (status != good) return status;
    std::cout << (is_screen ? from_the_top : "") << shown.str() << std::flush;
    if (!std::cout) return broken_off;
  }
}

}  // namespace

int main(int argc, char** argv) try {
  const std::span<const char* const> words(argv + 1, argv + argc);
  const auto line = parse_ctl_line(argc > 0 ? words : decltype(words){});
  switch (line.action) {
    case CtlLine::Action::error:
      std::cerr << "godwitctl: " << line.error << "\nSee godwitctl --help.\n";
      return usage;
    case CtlLine::Action::help:
      std::cout << (line.command == nullptr ? ctl_help() : ctl_help(*line.command));
      return good;
    case CtlLine::Action::version:
      std::cout << "godwitctl " GODWIT_VERSION "\n";
      return good;
    case CtlLine::Action::manual:
      std::cout << ctl_manual();
      return good;
    case CtlLine::Action::words:
      std::cout << ctl_words();
      return good;
    case CtlLine::Action::ask:
      if (line.request.contains("watch")) return watch(line);
      if (!line.command->is_own) return ask(line, std::cout);
      return run_doctor(line, shows_colour(STDOUT_FILENO), std::cout) ? good : negative;
  }
  return usage;
} catch (const std::exception& error) {
  std::cerr << "godwitctl: " << error.what() << "\n";
  return broken_off;
}
