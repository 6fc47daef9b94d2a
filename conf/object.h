// Reads a map of the file into the object that a table is about, and gives the value type of such
// maps as items of a list. Unknown keys are answered with the nearest known one.
#pragma once

#include <vector>

#include "conf/settings.h"

namespace godwit::conf {

// Reads every key of `map` into `object`; reports what cannot be. Result: for each row of the table
// the place of its value in the file, line 0 where the file says nothing.
std::vector<Position> read_object(const Table& table, const Node& map, void* object,
                                  const Reading& reading);

// "{address: "::1", port: 53}".
[[nodiscard]] std::string print_object(const Table& table, const void* object);
[[nodiscard]] std::string json_object(const Table& table, const void* object);
// The members of a JSON Schema object, in one line.
[[nodiscard]] std::string schema_object(const Table& table);
[[nodiscard]] std::string rule_of_object(const Table& table);

template <class T>
class ObjectType final : public ValueTypeOf<T> {
 public:
  explicit ObjectType(const Table& table) : table_(table) {}

  std::optional<T> parse(const Node& node, const Reading& reading) const override {
    if (node.kind != Node::Kind::map) {
      reading.report(ConfigError::wrong_type, node.position, "is not a map; expected " + rule());
      return std::nullopt;
    }
    Problems problems;
    T value;
    (void)read_object(table_, node, &value, Reading{problems, reading.path});
    if (problems.empty()) return value;
    for (Problem& problem : problems.take()) reading.problems.add(std::move(problem));
    return std::nullopt;
  }
  std::string text_of(const T& value) const override { return print_object(table_, &value); }
  std::string json(const void* value) const override { return json_object(table_, value); }
  std::string schema() const override { return schema_object(table_); }
  const Table* item_table() const override { return &table_; }
  std::string rule() const override { return rule_of_object(table_); }

 private:
  const Table& table_;
};

template <class T>
[[nodiscard]] TypePointer<T> object(const Table& table) {
  return std::make_shared<ObjectType<T>>(table);
}

}  // namespace godwit::conf
