// Lookups in a table of settings.
#include "conf/settings.h"

#include <algorithm>

namespace godwit::conf {

const Setting* Table::find(std::string_view path) const {
  const auto found = std::find_if(settings.begin(), settings.end(),
                                  [&](const Setting& setting) { return setting.path == path; });
  return found == settings.end() ? nullptr : &*found;
}

const Group* Table::find_group(std::string_view path) const {
  const auto found = std::find_if(groups.begin(), groups.end(),
                                  [&](const Group& group) { return group.path == path; });
  return found == groups.end() ? nullptr : &*found;
}

std::string join_path(std::string_view group, std::string_view name) {
  if (group.empty()) return std::string(name);
  return std::string(group).append(".").append(name);
}

std::vector<Child> children(const Table& table, std::string_view group) {
  std::vector<Child> out;
  for (const Setting& setting : table.settings) {
    std::string_view rest = setting.path;
    if (!group.empty()) {
      if (!rest.starts_with(group) || rest.substr(group.size(), 1) != ".") continue;
      rest.remove_prefix(group.size() + 1);
    }
    const std::size_t dot = rest.find('.');
    const std::string_view name = rest.substr(0, dot);
    if (dot == std::string_view::npos) {
      out.push_back({name, &setting, nullptr});
    } else if (out.empty() || out.back().name != name) {
      out.push_back({name, nullptr, table.find_group(join_path(group, name))});
    }
  }
  return out;
}

const void* value_in(const Setting& setting, const void* object) {
  // The accessor of the row only computes an address, and the result is const again.
  return setting.member(const_cast<void*>(object));
}

std::string default_of(const Table& table, const Setting& setting) {
  return setting.type->print(value_in(setting, table.defaults.get()));
}

}  // namespace godwit::conf
