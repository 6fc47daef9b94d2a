// One command of godwitctl and its answer: what went over the control socket, and what the exit
// status is. Blocks.
#pragma once

#include <boost/json/object.hpp>
#include <functional>
#include <string>

#include "daemon/ctl_command_line.h"

namespace godwit::daemon {

// Exit statuses of godwitctl.
enum CtlStatus : int {
  ctl_good = 0,
  ctl_negative = 1,
  ctl_usage_mistake = 2,
  ctl_unreachable = 3,
  ctl_broken_off = 4,
};

struct CtlEnd {
  int status = ctl_good;
  std::string error;  // for people; empty: none
};

// Gets each line of the answer, the last one too, and the octets that it came as.
using CtlLineTaker = std::function<void(const boost::json::object&, const std::string&)>;

[[nodiscard]] CtlEnd exchange_with_daemon(const CtlLine& line, const CtlLineTaker& take);

}  // namespace godwit::daemon
