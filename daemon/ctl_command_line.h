// The command line of godwitctl: words to a request. Pure.
#pragma once

#include <boost/json/object.hpp>
#include <span>
#include <string>
#include <string_view>

#include "daemon/ctl_commands.h"

namespace godwit::daemon {

struct CtlLine {
  enum class Action : std::uint8_t { ask, help, version, manual, words, error };
  Action action = Action::ask;
  std::string socket_path;
  bool as_json = false;
  const CtlCommand* command = nullptr;  // to ask or, if any, to help with or that was meant
  boost::json::object request;
  std::string error;
};

// `words`: without the program's name.
[[nodiscard]] CtlLine parse_ctl_line(std::span<const char* const> words);

}  // namespace godwit::daemon
