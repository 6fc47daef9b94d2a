// godwitctl propagation --watch: asks again and again, and shows what has changed, until all agree.
#pragma once

#include <ostream>

#include "daemon/ctl_exchange.h"

namespace godwit::daemon {

// Blocks until all agree, or there is no answer. With --json it shows every line of every look.
[[nodiscard]] CtlEnd watch_propagation(const CtlLine& line, bool in_colour, std::ostream& out);

}  // namespace godwit::daemon
