// JSON Schema from the table: one nested object for each group.
#include "conf/print.h"
#include "conf/settings.h"

namespace godwit::conf {
namespace {

class SchemaPrinter {
 public:
  void print_properties(std::string_view group, std::size_t depth) {
    const std::string indent(depth * 2, ' ');
    out_ += "{\n";
    bool first = true;
    for (const Child& child : children(settings_table(), group)) {
      out_ += (first ? "" : ",\n") + indent + "  " + double_quoted(child.name) + ": ";
      first = false;
      if (child.setting != nullptr) {
        print_setting(*child.setting);
      } else {
        // A group whose keys are all commented out is null.
        out_ += "{\n" + indent + R"(    "description": )" + double_quoted(child.group->sentence) +
                ",\n" + indent + R"(    "type": ["object", "null"],)" + "\n" + indent +
                R"(    "additionalProperties": false,)" + "\n" + indent + R"(    "properties": )";
        print_properties(child.group->path, depth + 2);
        out_ += '\n' + indent + "  }";
      }
    }
    out_ += '\n' + indent + '}';
  }

  [[nodiscard]] std::string take() { return std::move(out_); }

 private:
  void print_setting(const Setting& setting) {
    const std::string value =
        setting.type->json(value_in(setting, settings_table().defaults.get()));
    out_ += R"({"description": )" + double_quoted(setting.sentence) + ", ";
    if (setting.not_offered.empty()) {
      out_ += setting.type->schema() + R"(, "default": )" + value + '}';
    } else {
      out_ += R"("const": )" + value + '}';
    }
  }

  std::string out_;
};

}  // namespace

std::string print_schema() {
  SchemaPrinter printer;
  printer.print_properties("", 1);
  return "{\n"
         "  \"$schema\": \"https://json-schema.org/draft/2020-12/schema\",\n"
         "  \"title\": \"Configuration of godwit\",\n"
         "  \"type\": [\"object\", \"null\"],\n"
         "  \"additionalProperties\": false,\n"
         "  \"properties\": " +
         printer.take() + "\n}\n";
}

}  // namespace godwit::conf
