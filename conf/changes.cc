// Compares printed values: a setting has changed when people would see it changed.
#include "conf/changes.h"

#include "conf/settings.h"

namespace godwit::conf {

std::vector<ChangedSetting> changes(const Config& before, const Config& after) {
  std::vector<ChangedSetting> out;
  for (const Setting& setting : settings_table().settings) {
    std::string was = setting.type->print(value_in(setting, &before));
    std::string is = setting.type->print(value_in(setting, &after));
    if (was == is) continue;
    out.push_back({setting.path, std::move(was), std::move(is), setting.reload == Reload::restart});
  }
  return out;
}

Config reloaded(const Config& before, const Config& after) {
  Config out = after;
  for (const Setting& setting : settings_table().settings) {
    if (setting.reload == Reload::restart) {
      setting.type->copy(value_in(setting, &before), setting.member(&out));
    }
  }
  return out;
}

}  // namespace godwit::conf
