// The value type of lists of one other type. Bounded, without repetitions; every bad item is
// reported.
#pragma once

#include <unordered_set>

#include "conf/value_type.h"

namespace godwit::conf {

struct ListBounds {
  std::size_t items_min = 0;
  std::size_t items_max = 0;
};

template <class T>
class ListType final : public ValueTypeOf<std::vector<T>> {
 public:
  ListType(TypePointer<T> item, ListBounds bounds) : item_(std::move(item)), bounds_(bounds) {}

  std::optional<std::vector<T>> parse(const Node& node, const Reading& reading) const override {
    if (node.kind != Node::Kind::list) {
      reading.report(ConfigError::wrong_type, node.position, "is not a list; expected " + rule());
      return std::nullopt;
    }
    if (node.items.size() < bounds_.items_min || node.items.size() > bounds_.items_max) {
      reading.report(ConfigError::out_of_range, node.position,
                     "has " + std::to_string(node.items.size()) + " items; expected " + rule());
      return std::nullopt;
    }
    std::vector<T> out;
    std::unordered_set<std::string> seen;
    bool good = true;
    for (const Node& item : node.items) {
      const Reading inner{reading.problems,
                          reading.path + '[' + std::to_string(&item - node.items.data()) + ']'};
      T value{};
      if (!item_->read(item, &value, inner)) {
        good = false;
      } else if (std::string printed = item_->text_of(value); !seen.insert(printed).second) {
        inner.report(ConfigError::contradiction, item.position,
                     "the list has this twice: " + printed);
        good = false;
      } else {
        out.push_back(std::move(value));
      }
    }
    return good ? std::optional(std::move(out)) : std::nullopt;
  }
  std::string text_of(const std::vector<T>& value) const override {
    std::string out = "[";
    for (const T& item : value) out += (out.size() > 1 ? ", " : "") + item_->text_of(item);
    return out + ']';
  }
  const Table* item_table() const override { return item_->item_table(); }
  std::vector<std::string> print_items(const void* value) const override {
    std::vector<std::string> out;
    for (const T& item : *static_cast<const std::vector<T>*>(value)) {
      out.push_back(item_->text_of(item));
    }
    return out;
  }
  std::string json(const void* value) const override {
    std::string out = "[";
    for (const T& item : *static_cast<const std::vector<T>*>(value)) {
      out += (out.size() > 1 ? ", " : "") + item_->json(&item);
    }
    return out + ']';
  }
  std::string schema() const override {
    return R"("type": "array", "minItems": )" + std::to_string(bounds_.items_min) +
           R"(, "maxItems": )" + std::to_string(bounds_.items_max) +
           R"(, "uniqueItems": true, "items": {)" + item_->schema() + '}';
  }
  std::string rule() const override {
    const std::string least =
        bounds_.items_min == 0 ? "at most " : std::to_string(bounds_.items_min) + " to ";
    return "a list of " + least + std::to_string(bounds_.items_max) + " items, each " +
           item_->rule();
  }

 private:
  TypePointer<T> item_;
  ListBounds bounds_;
};

template <class T>
[[nodiscard]] TypePointer<std::vector<T>> list_of(TypePointer<T> item, ListBounds bounds) {
  return std::make_shared<ListType<T>>(std::move(item), bounds);
}

}  // namespace godwit::conf
