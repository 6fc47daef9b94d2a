// godwitctl doctor: asks godwitd, looks at the host, sends its probes, prints what it finds. Works
// where godwitd does not run, too.
#pragma once

#include <ostream>

#include "daemon/ctl_command_line.h"
#include "daemon/doctor_findings.h"

namespace godwit::daemon {

// Whether there is no fault. Blocks for some seconds.
[[nodiscard]] bool run_doctor(const CtlLine& line, bool in_colour, std::ostream& out);

// A finding for people; `remedy` on a line of its own.
[[nodiscard]] std::string finding_text(const Finding& finding, bool in_colour);

}  // namespace godwit::daemon
