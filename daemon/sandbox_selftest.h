// godwitd --selftest-sandbox: tries what the sandbox must deny, each in a process of its own that
// enters the sandbox first. Keeps the account that it is started with: as root it shows what the
// sandbox denies to root.
#pragma once

#include <iosfwd>

#include "daemon/sandbox.h"

namespace godwit::daemon {

// A line for each attempt. Result: whether all were denied.
[[nodiscard]] bool run_sandbox_selftest(const SandboxPlan& plan, std::ostream& out);

}  // namespace godwit::daemon
