// The forged records and messages of the simulator. All lead to 6.6.6.6 or to a name below
// "forged.".
#pragma once

#include "tests/sim/faults.h"

namespace godwit::sim {

[[nodiscard]] Record forged_a(const wire::Name& owner);
[[nodiscard]] Record forged_ns(const wire::Name& owner);
[[nodiscard]] Record forged_dname(const wire::Name& owner);
[[nodiscard]] Record forged_glue();

// Turns the case of the first letter around; false when there is no letter.
bool flip_case(wire::Name& name);

}  // namespace godwit::sim
