// The commands of godwitctl: one row each, from which command line, help, manual page, completion
// and the form of what is printed are made. What a command does is godwitd's
// (control_commands.cc), under the same name. Pure.
#pragma once

#include <chrono>
#include <cstdint>
#include <span>
#include <string_view>

namespace godwit::daemon {

struct CtlParameter {
  enum class Kind : std::uint8_t {
    needed,    // a word
    optional,  // a word that may be left out
    option,    // --key VALUE
    flag,      // --key
  };
  std::string_view key;    // in the request; of an option without its dashes
  std::string_view value;  // how the value is called; of a flag nothing
  Kind kind = Kind::needed;
};

// How an answer is shown to people.
enum class CtlForm : std::uint8_t {
  summary,   // a line for each member, quantities with their units
  fields,    // a line for each member, as it is
  table,     // a row for each line of the answer
  metrics,   // the text format of Prometheus
  findings,  // servers as a table, and what was found with what to do about it
  tree,      // a headline, steps inside one another, records; any other line as a row of a table
};

struct CtlColumn {
  std::string_view key;
  int width = 0;  // the least; the last column has none
};

struct CtlCommand {
  std::string_view name;  // "cache flush"
  std::span<const CtlParameter> parameters;
  std::string_view sentence;
  std::string_view details;  // more sentences; may be empty
  CtlForm form = CtlForm::fields;
  std::span<const CtlColumn> columns = {};  // of a table
  bool is_own = false;                      // godwitctl does it, and asks what it needs
  // How long each line of the answer may take to come.
  std::chrono::seconds patience{15};
};

[[nodiscard]] std::span<const CtlCommand> ctl_commands() noexcept;

}  // namespace godwit::daemon
