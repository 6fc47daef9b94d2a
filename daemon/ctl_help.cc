#include "daemon/ctl_help.h"

#include <algorithm>

namespace godwit::daemon {
namespace {

using Kind = CtlParameter::Kind;

constexpr std::size_t usage_width = 30;

constexpr std::size_t line_width = 80;
constexpr std::string_view usage_begins = "usage: godwitctl ";

// Words in lines that are no longer than that, each but the first behind a margin; `before` octets
// of the first are taken.
std::string wrapped(std::string_view text, std::size_t before, std::size_t margin) {
  std::string out;
  std::size_t column = before;
  while (!text.empty()) {
    const std::string_view word = text.substr(0, text.find(' '));
    text.remove_prefix(std::min(text.size(), word.size() + 1));
    const bool begins = out.empty();
    if (!begins && column + 1 + word.size() > line_width) {
      out.append("\n").append(margin, ' ');
      column = margin;
    } else if (!begins) {
      out += ' ';
      ++column;
    }
    out += word;
    column += word.size();
  }
  return out;
}

std::string text_of(const CtlParameter& parameter) {
  const std::string key(parameter.key), value(parameter.value);
  switch (parameter.kind) {
    case Kind::needed:
      return value;
    case Kind::optional:
      return "[" + value + "]";
    case Kind::option:
      return "[--" + key + " " + value + "]";
    case Kind::flag:
      return "[--" + key + "]";
  }
  return {};
}

constexpr std::string_view options_text =
    "  --json            print the lines of JSON as godwitd sends them\n"
    "  --socket FILE     the control socket (default /run/godwit/control.sock)\n"
    "  --help            print this; after a command, what it takes\n"
    "  --version         print the version\n"
    "\n"
    "Exit status: 0 good, 1 the answer is no, 2 a mistake in the command line,\n"
    "3 godwitd cannot be reached, 4 its answer broke off or could not be written.\n";

constexpr std::string_view manual_head =
    R"(.\" Made from the table of commands: godwitctl --print-man
.Dd November 22, 2026
.Dt GODWITCTL 1
.Os
.Sh NAME
.Nm godwitctl
.Nd ask and tell a running godwitd
.Sh SYNOPSIS
.Nm
.Op Fl -json
.Op Fl -socket Ar file
.Ar command
.Op Ar argument ...
.Nm
.Op Ar command
.Fl -help
.Sh DESCRIPTION
.Nm
sends one command to
.Xr godwitd 8
over its control socket and prints the answer.
The socket is open to root and to the user that godwitd runs as.
.Pp
The options may stand anywhere:
.Bl -tag -width Ds
.It Fl -json
Print the lines of JSON as godwitd sends them; the last one has
.Cm done .
.It Fl -socket Ar file
Ask at this socket instead of
.Pa /run/godwit/control.sock .
.It Fl -print-man , -print-words
Print the source of this page; the words of all commands, for the shell's completion.
.It Fl -version
Print the version.
.It Fl -help
Print a summary; after a command, what it takes.
.El
.Sh COMMANDS
.Bl -tag -width Ds
)";

constexpr std::string_view manual_tail = R"(.El
.Sh ENVIRONMENT
.Bl -tag -width Ds
.It Ev NO_COLOR
If it is set and not empty, nothing is coloured.
Where the output is no terminal, nothing is either.
.El
.Sh EXIT STATUS
.Bl -tag -width Ds
.It 0
It is done.
.It 1
The answer is no: refused, or nothing was found.
.It 2
The command line has a mistake.
.It 3
godwitd cannot be reached.
.It 4
Its answer broke off, or could not be written out.
.El
.Sh SEE ALSO
.Xr godwit.yaml 5 ,
.Xr godwitd 8
)";

}  // namespace

std::string ctl_usage(const CtlCommand& command) {
  std::string out(command.name);
  for (const CtlParameter& parameter : command.parameters) out += " " + text_of(parameter);
  return out;
}

std::string ctl_help() {
  std::string out = "usage: godwitctl [OPTIONS] COMMAND [ARGUMENT...]\n\n";
  for (const CtlCommand& command : ctl_commands()) {
    std::string usage = ctl_usage(command);
    if (usage.size() >= usage_width) usage += "\n  " + std::string(usage_width, ' ');
    if (usage.size() < usage_width) usage.resize(usage_width, ' ');
    const std::size_t margin = 2 + usage_width;
    out += "  " + usage + wrapped(command.sentence, margin, margin) + "\n";
  }
  return out + "\n" + std::string(options_text) + "\nSee godwitctl(1).\n";
}

std::string ctl_help(const CtlCommand& command) {
  std::string out = std::string(usage_begins) +
                    wrapped(ctl_usage(command), usage_begins.size(), usage_begins.size()) + "\n\n";
  out += wrapped(command.sentence, 0, 0) + "\n";
  if (!command.details.empty()) out += wrapped(command.details, 0, 0) + "\n";
  return out + "\n" + std::string(options_text);
}

std::string ctl_manual() {
  std::string out(manual_head);
  for (const CtlCommand& command : ctl_commands()) {
    out += ".It Cm " + ctl_usage(command) + "\n" + std::string(command.sentence) + "\n";
    if (!command.details.empty()) out += std::string(command.details) + "\n";
  }
  return out + std::string(manual_tail);
}

std::string ctl_words() {
  std::string out;
  for (const CtlCommand& command : ctl_commands()) {
    out += command.name;
    for (const CtlParameter& parameter : command.parameters)
      if (parameter.kind == Kind::option || parameter.kind == Kind::flag)
        out.append(" --").append(parameter.key);
    out += "\n";
  }
  return out;
}

}  // namespace godwit::daemon
