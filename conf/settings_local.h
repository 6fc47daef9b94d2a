// The rows of the group `local`; used by settings_table.cc alone.
#pragma once

#include "conf/settings.h"

namespace godwit::conf {

void add_local(Table& table);

}  // namespace godwit::conf
