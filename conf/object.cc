// The walk over a map of the file, group by group, against a table.
#include "conf/object.h"

#include <algorithm>

#include "conf/nearest.h"

namespace godwit::conf {
namespace {

// "did you mean X?" for a key that is not in `group`: first among its neighbours, then anywhere by
// the last word.
std::string suggestion(const Table& table, std::string_view group, std::string_view key) {
  std::vector<std::string_view> names;
  for (const Child& child : children(table, group)) names.push_back(child.name);
  if (const auto name = nearest(key, names); !name.empty()) {
    return "; did you mean " + join_path(group, name) + "?";
  }
  std::vector<std::string_view> paths;
  names.clear();
  const std::string_view word = key.substr(key.rfind('.') + 1);
  for (const Setting& setting : table.settings) {
    paths.emplace_back(setting.path);
    names.push_back(paths.back().substr(paths.back().rfind('.') + 1));
  }
  const auto name = nearest(word, names);
  if (name.empty()) return {};
  const auto at =
      static_cast<std::size_t>(std::find(names.begin(), names.end(), name) - names.begin());
  return "; did you mean " + std::string(paths[at]) + "?";
}

class ObjectReader {
 public:
  ObjectReader(const Table& table, void* object, const Reading& reading)
      : table_(table), object_(object), reading_(reading), positions_(table.settings.size()) {}

  void read_group(const Node& map, const std::string& group) {
    for (const Entry& entry : map.entries) {
      if (reading_.problems.full()) return;
      const std::string path = join_path(group, entry.key);
      const Reading here{reading_.problems, named(path)};
      if (entry.key.find('.') != std::string::npos && table_.find(path) != nullptr) {
        here.report(ConfigError::unknown_key, entry.position,
                    "a group is written as a map that holds its keys, not with dots");
      } else if (const Setting* setting = table_.find(path)) {
        read_setting(*setting, entry, here);
      } else if (table_.find_group(path) == nullptr) {
        const Reading unknown{reading_.problems, unknown_name(group, entry.key)};
        unknown.report(ConfigError::unknown_key, entry.position,
                       "unknown key" + suggestion(table_, group, entry.key));
      } else if (entry.value.kind == Node::Kind::map) {
        read_group(entry.value, path);
      } else if (entry.value.kind != Node::Kind::null) {
        here.report(ConfigError::wrong_type, entry.value.position,
                    "is a group of settings; expected a map");
      }
    }
  }

  std::vector<Position> finish(const Node& map) {
    for (std::size_t i = 0; i < positions_.size(); ++i) {
      const Setting& setting = table_.settings[i];
      if (setting.required && !seen(i)) {
        reading_.report(ConfigError::missing_key, map.position,
                        "the key " + setting.path + " is missing");
      }
    }
    return std::move(positions_);
  }

 private:
  [[nodiscard]] bool seen(std::size_t row) const { return positions_[row].line != 0; }

  [[nodiscard]] std::string named(const std::string& path) const {
    return reading_.path.empty() ? path : reading_.path + '.' + path;
  }
  // A key that nobody knows comes from the file: fit for a terminal, without the quotes when it
  // needs none.
  [[nodiscard]] std::string unknown_name(const std::string& group, std::string_view key) const {
    const std::string text = shown(key);
    return named(join_path(group, text.substr(1, text.size() - 2)));
  }

  void read_setting(const Setting& setting, const Entry& entry, const Reading& here) {
    positions_[static_cast<std::size_t>(&setting - table_.settings.data())] = entry.position;
    void* value = setting.member(object_);
    if (setting.not_offered.empty()) {
      setting.type->read(entry.value, value, here);
      return;
    }
    const std::string before = setting.type->print(value);
    if (!setting.type->read(entry.value, value, here)) return;
    if (setting.type->print(value) != before) {
      here.report(ConfigError::not_offered, entry.value.position, std::string(setting.not_offered));
    }
  }

  const Table& table_;
  void* object_;
  const Reading& reading_;
  std::vector<Position> positions_;
};

}  // namespace

std::vector<Position> read_object(const Table& table, const Node& map, void* object,
                                  const Reading& reading) {
  ObjectReader reader(table, object, reading);
  reader.read_group(map, "");
  return reader.finish(map);
}

std::string print_object(const Table& table, const void* object) {
  std::string out = "{";
  for (const Setting& setting : table.settings) {
    if (out.size() > 1) out += ", ";
    out += setting.path + ": " + setting.type->print(value_in(setting, object));
  }
  return out + '}';
}

std::string json_object(const Table& table, const void* object) {
  std::string out = "{";
  for (const Setting& setting : table.settings) {
    if (out.size() > 1) out += ", ";
    out += double_quoted(setting.path) + ": " + setting.type->json(value_in(setting, object));
  }
  return out + '}';
}

std::string schema_object(const Table& table) {
  std::string properties;
  std::string required;
  for (const Setting& setting : table.settings) {
    if (!properties.empty()) properties += ", ";
    properties += double_quoted(setting.path) + R"(: {"description": )" +
                  double_quoted(setting.sentence) + ", " + setting.type->schema();
    if (setting.required) {
      required += (required.empty() ? "" : ", ") + double_quoted(setting.path);
    } else {
      properties +=
          R"(, "default": )" + setting.type->json(value_in(setting, table.defaults.get()));
    }
    properties += '}';
  }
  return R"("type": "object", "additionalProperties": false, "required": [)" + required +
         R"(], "properties": {)" + properties + '}';
}

std::string rule_of_object(const Table& table) {
  std::string keys;
  for (const Setting& setting : table.settings) keys += (keys.empty() ? "" : ", ") + setting.path;
  return "a map with " + keys;
}

}  // namespace godwit::conf
