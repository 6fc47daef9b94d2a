// The table of settings: one row for each key, with its type and range, its sentence, whether a
// reload can change it and where it lives in the structs. The parser, the checks, the JSON Schema,
// the printed configuration, the example and the manual page are all made from it, so a new key is
// one row here and one member in conf/config.h.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "conf/config.h"
#include "conf/value_type.h"

namespace godwit::conf {

// What a reload does with a changed value.
enum class Reload : std::uint8_t {
  live,     // takes effect at once
  restart,  // is kept until the program starts again
};

struct Setting {
  std::string path;  // "resolver.limits.alias-hops"; inside an item of a list, the key alone
  std::shared_ptr<const ValueType> type;
  std::function<void*(void*)> member;  // from the object that the table is about to the value
  Reload reload = Reload::live;
  std::string_view sentence;     // for the manual, the schema and the example
  std::string_view not_offered;  // why nothing but the default is accepted; empty: offered
  bool required = false;         // in an item of a list
};

struct Group {
  std::string path;
  std::string_view sentence;
};

// The rows about one object, those of a group next to each other. The object is a Config, or an
// item of a list.
struct Table {
  std::vector<Setting> settings;
  std::vector<Group> groups;
  std::shared_ptr<const void> defaults;  // an object as its initialisers make it

  [[nodiscard]] const Setting* find(std::string_view path) const;
  [[nodiscard]] const Group* find_group(std::string_view path) const;
};

// A setting or group and its name within the group that it is in.
struct Child {
  std::string_view name;
  const Setting* setting = nullptr;  // or
  const Group* group = nullptr;
};

// What is directly in the group (the empty path: at the top), in the order of the table.
[[nodiscard]] std::vector<Child> children(const Table& table, std::string_view group);
[[nodiscard]] std::string join_path(std::string_view group, std::string_view name);

// The table about Config. Made at the first call; safe on any thread.
[[nodiscard]] const Table& settings_table();

// The tables about the items of lists.
[[nodiscard]] const Table& listen_table();
[[nodiscard]] const Table& forward_zone_table();
[[nodiscard]] const Table& stub_zone_table();
[[nodiscard]] const Table& negative_anchor_table();
[[nodiscard]] const Table& local_zone_table();
[[nodiscard]] const Table& block_list_table();

// The value of a setting within its object, for reading; and what it is by default, printed.
[[nodiscard]] const void* value_in(const Setting& setting, const void* object);
[[nodiscard]] std::string default_of(const Table& table, const Setting& setting);

}  // namespace godwit::conf
