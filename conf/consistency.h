// Checks of settings against each other, after each is good by itself. Pure.
#pragma once

#include <vector>

#include "conf/config.h"
#include "conf/problem.h"

namespace godwit::conf {

// Reports pairs of settings that cannot both hold, at the one that stands later in the file.
// `origins` is that of Loaded.
void check_consistency(const Config& config, const std::vector<Position>& origins,
                       Problems& problems);

}  // namespace godwit::conf
