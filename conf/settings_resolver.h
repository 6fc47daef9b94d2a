// The rows of the group `resolver`, which is the largest; used by settings_table.cc alone.
#pragma once

#include "conf/settings.h"

namespace godwit::conf {

void add_resolver(Table& table);

}  // namespace godwit::conf
