// The difference of two configurations, setting by setting: what a reload is about to change, and
// which of it waits for a restart. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "conf/config.h"

namespace godwit::conf {

struct ChangedSetting {
  std::string_view path;  // static storage
  std::string before;     // as printed
  std::string after;
  bool restart_needed = false;
};

[[nodiscard]] std::vector<ChangedSetting> changes(const Config& before, const Config& after);

// `after`, but with the settings that wait for a restart as they are in `before`: what a reload
// puts in effect.
[[nodiscard]] Config reloaded(const Config& before, const Config& after);

}  // namespace godwit::conf
