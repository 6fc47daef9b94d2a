// Adds the rows of one group to a table: binds a pointer to member to the path of the group, and
// checks at compile time that the member has the type that the row reads.
#pragma once

#include "conf/settings.h"

namespace godwit::conf {

template <class Object, class Struct>
class Section {
 public:
  using Getter = Struct& (*)(Object&);

  Section(Table& table, std::string path, Getter getter, std::string_view sentence)
      : table_(table), path_(std::move(path)), getter_(getter) {
    if (!path_.empty()) table_.groups.push_back({path_, sentence});
  }

  // What holds for the rows that follow.
  void set_reload(Reload reload) { reload_ = reload; }

  template <class T>
  Setting& add(std::string_view name, T Struct::*member, TypePointer<T> type,
               std::string_view sentence) {
    Setting setting;
    setting.path = join_path(path_, name);
    setting.type = std::move(type);
    setting.member = [getter = getter_, member](void* object) -> void* {
      return &(getter(*static_cast<Object*>(object)).*member);
    };
    setting.sentence = sentence;
    setting.reload = reload_;
    return table_.settings.emplace_back(std::move(setting));
  }

 private:
  Table& table_;
  std::string path_;
  Getter getter_;
  Reload reload_ = Reload::live;
};

}  // namespace godwit::conf
