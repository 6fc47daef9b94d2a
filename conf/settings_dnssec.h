// The rows of the group `dnssec`; used by settings_table.cc alone.
#pragma once

#include "conf/settings.h"

namespace godwit::conf {

void add_dnssec(Table& table);

}  // namespace godwit::conf
